package io.labelstream.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SoakTest {

    @Test
    void findsTheHeaviestTextsInARowAlsoAcrossTheEnd() {
        long[] bytes = {5, 1, 1, 1, 4};
        assertThat(SoakTexts.mostInARow(bytes, 2)).isEqualTo(9);
        assertThat(SoakTexts.mostInARow(bytes, 3)).isEqualTo(10);
        assertThat(SoakTexts.mostInARow(bytes, 7)).isEqualTo(12 + 9);
    }

    @Test
    void mixesSetsAndALongTextNowAndThen() {
        TextSet a = new TextSet("a", List.of("a1", "a2", "a3"));
        TextSet b = new TextSet("b", List.of("b1"));
        TextSet mixed = SoakTexts.mixed(List.of(a, b), "long");
        assertThat(mixed.texts()).containsExactly("long", "a1", "b1", "a2", "b1", "a3", "b1");
    }

    @Test
    void holdsUpToFivePerCentMoreMemoryAndTheAllowedCheckpoint() {
        SoakResult good = new SoakResult(60, 1, 300, 1000, 1050, 99, 100, 0, List.of());
        SoakResult bad = new SoakResult(60, 1, 300, 1000, 1051, 101, 100, 0, List.of());
        assertThat(good.memoryHolds()).isTrue();
        assertThat(good.checkpointsHold()).isTrue();
        assertThat(bad.memoryHolds()).isFalse();
        assertThat(bad.checkpointsHold()).isFalse();
        assertThat(bad.sentences()).anyMatch(line -> line.contains("+5.1 %"));
        assertThat(good.holds()).isTrue();
        assertThat(bad.holds()).isFalse();
    }

    @Test
    void failsOnADeadLetter() {
        SoakResult soak = new SoakResult(60, 1, 300, 1000, 1000, 99, 100, 1, List.of());
        assertThat(soak.holds()).isFalse();
        assertThat(soak.sentences()).contains("Dead letters: 1 records (allowed 0): FAILED.");
    }
}
