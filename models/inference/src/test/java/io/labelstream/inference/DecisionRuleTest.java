package io.labelstream.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Thresholds and out of scope; expected measures are those of a pocket calculator. */
class DecisionRuleTest {

    private static final Offset<Double> CLOSE = within(1e-4);

    @TempDir Path folder;
    private SumBundle files;

    @BeforeEach
    void start() {
        files = new SumBundle(folder);
    }

    @Test
    void measuresOfThreeLabels() {
        float[] logits = {2, 1, 0};
        // e^2, e^1, e^0 are 7.3891, 2.7183 and 1, together 11.1073.
        assertThat(OutOfScopeMeasure.MAX_SCORE.of(logits, 1, -1)).isEqualTo(0.6652, CLOSE);
        assertThat(OutOfScopeMeasure.MARGIN.of(logits, 1, -1)).isEqualTo(0.4205, CLOSE);
        assertThat(OutOfScopeMeasure.ENERGY.of(logits, 1, -1)).isEqualTo(2.4076, CLOSE);
    }

    @Test
    void labelThatMeansNoneTakesPartButIsNoCandidate() {
        float[] logits = {2, 1, 0};
        assertThat(OutOfScopeMeasure.MAX_SCORE.of(logits, 1, 0)).isEqualTo(0.2447, CLOSE);
        assertThat(OutOfScopeMeasure.MARGIN.of(logits, 1, 0)).isEqualTo(-0.4205, CLOSE);
        // ln(2.7183 + 1)
        assertThat(OutOfScopeMeasure.ENERGY.of(logits, 1, 0)).isEqualTo(1.3133, CLOSE);
    }

    @Test
    void temperatureSoftensScoresAndScalesEnergy() {
        float[] logits = {2, 1, 0};
        // Halved: 2.7183, 1.6487, 1, together 5.3670.
        assertThat(OutOfScopeMeasure.MAX_SCORE.of(logits, 2, -1)).isEqualTo(0.5065, CLOSE);
        assertThat(OutOfScopeMeasure.ENERGY.of(logits, 2, -1)).isEqualTo(3.3605, CLOSE);
    }

    @ParameterizedTest
    @EnumSource
    void largeLogitsOverflowNothing(OutOfScopeMeasure measure) {
        assertThat(measure.of(new float[] {3e38f, -3e38f}, 1, -1)).isFinite();
        assertThat(measure.of(new float[] {-3e38f, -3e38f}, 1, 1)).isFinite();
        assertThat(OutOfScopeMeasure.of(measure.key())).contains(measure);
    }

    @Test
    void textThatFitsTooBadlyIsOutOfScope() throws InferenceException {
        ModelBundle bundle = outOfScope("\"measure\": \"max-score\", \"threshold\": 0.6");

        assertThat(Classification.of(bundle, new float[] {2, 1, 0}, 0).outOfScope()).isFalse();
        assertThat(Classification.of(bundle, new float[] {1, 1, 0}, 0).outOfScope()).isTrue();
        assertThat(Classification.of(bundle, new float[] {1, 1, 0}, 0).labels()).hasSize(1);
    }

    @Test
    void textWhoseBestLabelMeansNoneIsOutOfScope() throws InferenceException {
        ModelBundle bundle =
                outOfScope("\"label\": \"one\", \"measure\": \"energy\", \"threshold\": -100");

        Classification none = Classification.of(bundle, new float[] {0, 5, 0}, 0);
        assertThat(none.outOfScope()).isTrue();
        assertThat(none.best().label()).isEqualTo("one");
        assertThat(Classification.of(bundle, new float[] {5, 4, 0}, 0).outOfScope()).isFalse();
    }

    @Test
    void withoutARuleNoTextIsOutOfScope() throws InferenceException {
        assertThat(Classification.of(files.load(), new float[3], 0).outOfScope()).isFalse();
    }

    @Test
    void labelsOfAMultiLabelModelReachTheirThresholds() throws InferenceException {
        ModelBundle bundle = multiLabel("\"thresholds\": [0.9, 0.5, 0.1]");
        // Sigmoids of 2, 0.1, -2: 0.8808, 0.5250, 0.1192.
        Classification some = Classification.of(bundle, new float[] {2, 0.1f, -2}, 0);
        assertThat(some.labels()).extracting(ScoredLabel::label).containsExactly("one", "two");
        assertThat(some.best().label()).isEqualTo("zero");
        assertThat(some.outOfScope()).isFalse();

        Classification none = Classification.of(bundle, new float[] {2, -1, -3}, 0);
        assertThat(none.labels()).isEmpty();
        assertThat(none.outOfScope()).isTrue();

        Classification asked = Classification.of(bundle, new float[] {2, -1, -3}, 2);
        assertThat(asked.labels()).extracting(ScoredLabel::label).containsExactly("zero", "one");
        assertThat(asked.outOfScope()).isTrue();
    }

    @Test
    void scoreOnTheThresholdReachesIt() throws InferenceException {
        ModelBundle bundle = multiLabel("\"thresholds\": [0.5, 0.5, 0.6]");

        assertThat(Classification.of(bundle, new float[3], 0).labels())
                .extracting(ScoredLabel::label)
                .containsExactly("zero", "one");
    }

    @Test
    void equalScoresKeepTheOrderOfIds() throws InferenceException {
        Classification answer = Classification.of(files.load(), new float[] {0, 1, 1}, 3);

        assertThat(answer.best().label()).isEqualTo("one");
        assertThat(answer.labels())
                .extracting(ScoredLabel::label)
                .containsExactly("one", "two", "zero");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"temperature\": 0} | temperature is 0",
                "{\"temperature\": \"x\"} | temperature is \"x\"",
                "{\"temperature\": 1e999} | temperature is",
                "{\"thresholds\": [0.5, 0.5, 0.5]} | for multi-label models only",
                "{\"out_of_scope\": {\"measure\": \"distance\", \"threshold\": 1}} | expected one of: max-score, margin, energy",
                "{\"out_of_scope\": {\"threshold\": 1}} | measure of out_of_scope in labelstream.json is missing",
                "{\"out_of_scope\": {\"measure\": \"energy\"}} | threshold of out_of_scope in labelstream.json is missing",
                "{\"out_of_scope\": {\"measure\": \"energy\", \"threshold\": \"1\"}} | is \"1\"; expected a number",
                "{\"out_of_scope\": {\"measure\": \"energy\", \"threshold\": 1e999}} | expected a number",
                "{\"out_of_scope\": {\"label\": \"oos\", \"measure\": \"energy\", \"threshold\": 1}} | label 'oos' of out_of_scope"
            })
    void refusesRulesOfSingleLabelModelsThatMakeNoSense(String ours, String why) {
        files.ours = ours;
        refuses(why);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"thresholds\": [0.5, 0.5]} | has 2 entries, but the model has 3 labels",
                "{\"thresholds\": 0.5} | has 0 entries",
                "{\"thresholds\": [0.5, 1.1, 0.5]} | hold 1.1; expected numbers from 0 to 1",
                "{\"thresholds\": [0.5, \"0.1\", 0.5]} | hold \"0.1\"",
                "{\"out_of_scope\": {\"measure\": \"energy\", \"threshold\": 1}} | one of several labels"
            })
    void refusesRulesOfMultiLabelModelsThatMakeNoSense(String ours, String why) {
        multiLabel("\"name\": \"m\"");
        files.ours = ours;
        refuses(why);
    }

    private ModelBundle outOfScope(String rule) {
        files.ours = "{\"out_of_scope\": {%s}}".formatted(rule);
        return files.load();
    }

    private ModelBundle multiLabel(String ours) {
        files.config =
                """
                {"problem_type": "multi_label_classification", "id2label": {"0": "zero", "1": "one", "2": "two"}}""";
        files.ours = "{" + ours + "}";
        return files.load();
    }

    private void refuses(String why) {
        assertThatThrownBy(() -> files.load())
                .isInstanceOf(BundleException.class)
                .hasMessageContaining(why);
    }
}
