package io.labelstream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoTallyTest {

    private static final long SECOND = 1_000_000_000;

    private final DemoTally tally = new DemoTally();

    @Test
    void countsWhatCameBackOnceAndTwiceAndNever() {
        tally.started(0);
        for (int offset = 0; offset < 4; offset++) {
            tally.sent(0, offset);
        }
        assertThat(tally.labelled(0, 0, "positive", false, 100, SECOND)).isTrue();
        assertThat(tally.labelled(0, 1, "negative", false, 300, 2 * SECOND)).isTrue();
        assertThat(tally.labelled(0, 1, "negative", false, 300, 2 * SECOND)).isFalse();
        assertThat(tally.deadLetter(0, 2, "TOMBSTONE")).isTrue();

        DemoSummary summary = tally.summary(5, true);
        assertThat(summary.recordsIn()).isEqualTo(4);
        assertThat(summary.labelled()).isEqualTo(2);
        assertThat(summary.deadLetters()).isEqualTo(1);
        assertThat(summary.skipped()).isEqualTo(5);
        assertThat(summary.missing()).isEqualTo(1);
        assertThat(summary.duplicates()).isEqualTo(1);
        assertThat(summary.textsPerSecond()).isEqualTo(1);
        assertThat(summary.latencyP50()).isEqualTo(100);
        assertThat(summary.latencyP99()).isEqualTo(300);
        assertThat(summary.healthy()).isFalse();
    }

    @Test
    void countsLabelledAndDeadLetteredRecordAsDuplicate() {
        tally.sent(1, 7);
        tally.labelled(1, 7, "positive", false, 1, 1);
        tally.deadLetter(1, 7, "TIMEOUT");

        assertThat(tally.summary(0, true).duplicates()).isEqualTo(1);
    }

    @Test
    void countsWhatIsOutOfScopeUnderItsLabelToo() {
        tally.labelled(0, 0, "positive", true, 1, 1);
        tally.labelled(0, 0, "positive", true, 1, 1);
        tally.labelled(0, 1, "positive", false, 1, 1);

        DemoSummary summary = tally.summary(0, true);
        assertThat(summary.outOfScope()).isEqualTo(1);
        assertThat(summary.labels()).containsEntry("positive", 2L);
        assertThat(printed(summary)).containsPattern("out of scope +1 ");
    }

    @Test
    void printsTheMostFrequentOfManyLabels() {
        for (int label = 0; label < 12; label++) {
            for (int n = 0; n <= label; n++) {
                tally.labelled(label, n, "label" + label, false, 1, 1);
            }
        }

        assertThat(printed(tally.summary(0, true)))
                .contains("label11 12, label10 11, ")
                .contains("label4 5 and 4 others")
                .doesNotContain("label3 ")
                .doesNotContain("out of scope");
    }

    private static String printed(DemoSummary summary) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        summary.print(new PrintStream(bytes, true, StandardCharsets.UTF_8), new Style(false));
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void doesNotMissWhatItDidNotWaitFor() {
        tally.sent(0, 0);

        assertThat(tally.summary(0, false).missing()).isZero();
        assertThat(tally.summary(0, false).notWaitedFor()).isEqualTo(1);
    }

    @Test
    void takesAnswersThatOvertakeTheBrokersAcknowledgement() {
        tally.labelled(0, 0, "positive", false, 1, 1);
        tally.sent(0, 0);

        assertThat(tally.outstanding()).isZero();
    }

    @Test
    void writesFiguresUnderTheirDocumentedNames(@TempDir Path folder) throws Exception {
        tally.sent(0, 0);
        tally.labelled(0, 0, "positive", false, 1, 1);
        Path file = folder.resolve("summary.json");

        tally.summary(0, true).write(file);

        JsonNode json = new ObjectMapper().readTree(file.toFile());
        assertThat(json.fieldNames())
                .toIterable()
                .contains(
                        "records_in",
                        "labelled",
                        "out_of_scope",
                        "dead_letters",
                        "skipped",
                        "missing",
                        "duplicates",
                        "texts_per_s",
                        "latency_ms",
                        "labels");
        assertThat(json.path("latency_ms").path("p99").isNumber()).isTrue();
        assertThat(json.path("labels").path("positive").asInt()).isEqualTo(1);
    }
}
