package io.labelstream.streaming.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReportTest {

    @Test
    void checkThatFailsForAReasonOfItsOwnIsSkippedWithoutWhatItSays() {
        Report report = new Report();

        boolean answered =
                report.ask(
                        "first",
                        () -> {
                            throw new IllegalStateException("canary");
                        });

        assertThat(answered).isFalse();
        assertThat(report.ask("second", () -> Verdict.ok("well."))).isTrue();
        assertThat(report.findings())
                .containsExactly(
                        Finding.skipped(
                                "first",
                                "the check itself failed (java.lang.IllegalStateException)."),
                        Finding.ok("second", "well."));
    }
}
