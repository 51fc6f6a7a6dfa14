package io.labelstream.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SeriesTest {

    private final Series series = new Series();

    SeriesTest() {
        series.add(1000, 10);
        series.add(2000, 14);
        series.add(4000, 15);
    }

    @Test
    void takesReadingsAsTheyAre() {
        assertThat(series.growth(1000, 4000)).isEqualTo(5);
    }

    @Test
    void growsEvenlyBetweenTwoReadings() {
        assertThat(series.growth(1500, 3000)).isEqualTo(14.5 - 12);
    }

    @Test
    void knowsNothingBeforeTheFirstAndAfterTheLastReading() {
        assertThat(series.growth(999, 2000)).isNaN();
        assertThat(series.growth(1000, 4001)).isNaN();
    }
}
