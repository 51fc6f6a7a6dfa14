package io.labelstream.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ResultsTest {

    private static final Map<String, String> SMALL = Map.of("batch", "8");
    private static final Map<String, String> LARGE = Map.of("batch", "32");

    private final Results.Group group = new Results.Group("reviews", Model.FP32, 2);
    private final Results results = new Results();

    private void addCeiling(Results.Group of, int round, double rate) {
        Ceiling ceiling = new Ceiling(256, rate, 27 * rate, 4, 0.01, 20, 0, 60, 27, List.of());
        results.add(new Results.CeilingOf(of, round, ceiling));
    }

    private void add(
            String contender,
            Results.Group of,
            int round,
            double rate,
            Map<String, String> settings) {
        results.add(
                new Measurement(
                        contender, of, round, rate, rate / 2, 5, 1, 0.03, 20, 400, 7, settings));
    }

    @Test
    void comparesEachRunWithTheCeilingOfItsRoundAndTakesTheMedian() {
        addCeiling(group, 1, 100);
        addCeiling(group, 2, 200);
        addCeiling(group, 3, 400);
        add("labelstream", group, 1, 90, Map.of());
        add("labelstream", group, 2, 190, Map.of());
        add("labelstream", group, 3, 100, Map.of());
        ReportRow row = results.row("labelstream", group).orElseThrow();
        assertThat(row.ratioToCeiling().median()).isCloseTo(0.9, within(1e-9));
        assertThat(row.ratioToCeiling().min()).isCloseTo(0.25, within(1e-9));
        assertThat(row.textsPerSecond()).isEqualTo(new Spread(100, 90, 190, 3));
    }

    @Test
    void countsThePeersBestSettingsOnlyAndNamesTheOthers() {
        addCeiling(group, 1, 100);
        addCeiling(group, 2, 100);
        add("consumer-loop", group, 1, 40, SMALL);
        add("consumer-loop", group, 1, 60, LARGE);
        add("consumer-loop", group, 2, 50, LARGE);
        ReportRow row = results.row("consumer-loop", group).orElseThrow();
        assertThat(row.settings()).isEqualTo(LARGE);
        assertThat(row.textsPerSecond()).isEqualTo(new Spread(55, 50, 60, 2));
        assertThat(row.tried()).contains(new ReportRow.Tried(SMALL, 40));
    }

    @Test
    void hasNoLineForAContenderWithoutFigures() {
        addCeiling(group, 1, 100);
        assertThat(results.rows(group)).isEmpty();
    }

    @Test
    void saysHowTheJobScales() {
        Results.Group one = new Results.Group("reviews", Model.FP32, 1);
        addCeiling(group, 1, 100);
        addCeiling(one, 1, 60);
        add("labelstream", group, 1, 90, Map.of());
        assertThat(results.scaling("reviews", Model.FP32, 2)).isEmpty();
        add("labelstream", one, 1, 50, Map.of());
        Scaling scaling = results.scaling("reviews", Model.FP32, 2).orElseThrow();
        assertThat(scaling.speedUp()).isCloseTo(1.8, within(1e-9));
        // 5 CPU seconds for 1,000 texts, of which the engine takes 4.
        assertThat(scaling.perCore()).isCloseTo(200, within(1e-9));
        assertThat(scaling.perCoreBesideGpu().orElseThrow()).isCloseTo(1000, within(1e-9));
        assertThat(scaling.sentences()).anyMatch(line -> line.contains("1.80 times"));
        assertThat(scaling.sentences()).anyMatch(line -> line.contains("GPU"));
    }

    @Test
    void saysNothingOfAGpuWhereTheEngineTakesAllTheCpuTime() {
        Scaling scaling = new Scaling(50, 90, 2, 5, 4.95, 1);
        assertThat(scaling.sentences()).hasSize(3).noneMatch(line -> line.contains("GPU"));
    }
}
