package io.labelstream.endtoend;

import static io.labelstream.endtoend.OutputReader.header;

import io.labelstream.serde.BadInputCorpus;
import io.labelstream.serde.BadInputRow;
import io.labelstream.serde.DeadLetter.Reason;
import io.labelstream.serde.MessageHeader;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.assertj.core.api.SoftAssertions;

/** Holds records that a job wrote against the rows of bad input that they came from. */
final class BadInputRecords {

    /** What the topics of a test take ahead of the present, and the job writes. */
    private static final Duration MAX_AHEAD = Duration.ofHours(1);

    /** A record of fewer bytes than these fits a dead letter, with what is said of it. */
    private static final int SURELY_FITS = 1_000_000;

    private BadInputRecords() {}

    /** Key, headers and timestamp of a result are the message's. */
    static void checkResult(
            SoftAssertions softly, BadInputRow row, ConsumerRecord<byte[], byte[]> result) {
        checkBytes(softly, "key, " + row, result.key(), row.key());
        checkHeaders(softly, row, result, row.headers().size());
        softly.assertThat(result.headers().toArray())
                .as("headers, %s", row)
                .hasSize(row.headers().size());
        checkTimestamp(softly, row, result);
    }

    /** A dead letter says what happened, and has of the message what fits. */
    static void checkLetter(
            SoftAssertions softly, BadInputRow row, ConsumerRecord<byte[], byte[]> letter) {
        softly.assertThat(header(letter, "labelstream.reason"))
                .as("reason, %s", row)
                .isEqualTo(row.reason().name());
        softly.assertThat(header(letter, "labelstream.stage"))
                .as("stage, %s", row)
                .isEqualTo(row.reason() == Reason.TOO_LARGE_OUT ? "encode" : "decode");
        softly.assertThat(header(letter, "labelstream.message"))
                .as("message, %s", row)
                .isNotBlank()
                .doesNotContain(BadInputCorpus.CANARY);
        softly.assertThat(header(letter, "labelstream.source.timestamp"))
                .as("timestamp of the message, %s", row)
                .isEqualTo(Long.toString(row.timestamp()));
        checkTimestamp(softly, row, letter);
        checkPart(softly, row, "payload", letter.value(), row.value(), letter);
        checkPart(softly, row, "key", letter.key(), row.key(), letter);
        int kept = Integer.parseInt(header(letter, "labelstream.original-headers"));
        String leftOut = header(letter, "labelstream.headers.left-out");
        softly.assertThat(kept + (leftOut == null ? 0 : Integer.parseInt(leftOut)))
                .as("headers, %s", row)
                .isEqualTo(row.headers().size());
        softly.assertThat(leftOut == null || bytes(row) > SURELY_FITS)
                .as("headers left out for a reason, %s", row)
                .isTrue();
        checkHeaders(softly, row, letter, kept);
    }

    private static void checkPart(
            SoftAssertions softly,
            BadInputRow row,
            String part,
            byte[] kept,
            byte[] sent,
            ConsumerRecord<byte[], byte[]> letter) {
        String sha256 = header(letter, "labelstream." + part + ".sha256");
        if (sha256 == null) {
            checkBytes(softly, part + ", " + row, kept, sent);
            return;
        }
        softly.assertThat(kept).as("%s, %s", part, row).isNull();
        softly.assertThat(sha256).as("sha256 of %s, %s", part, row).isEqualTo(sha256(sent));
        softly.assertThat(header(letter, "labelstream." + part + ".bytes"))
                .as("size of %s, %s", part, row)
                .isEqualTo(Integer.toString(sent.length));
        softly.assertThat(bytes(row))
                .as("%s left out for a reason, %s", part, row)
                .isGreaterThan(SURELY_FITS);
    }

    private static long bytes(BadInputRow row) {
        long bytes = row.value() == null ? 0 : row.value().length;
        bytes += row.key() == null ? 0 : row.key().length;
        for (MessageHeader header : row.headers()) {
            bytes += header.name().length() + (header.value() == null ? 0 : header.value().length);
        }
        return bytes;
    }

    private static void checkHeaders(
            SoftAssertions softly,
            BadInputRow row,
            ConsumerRecord<byte[], byte[]> record,
            int count) {
        Header[] headers = record.headers().toArray();
        List<MessageHeader> sent = row.headers();
        boolean same = headers.length >= count;
        for (int i = 0; same && i < count; i++) {
            same =
                    headers[i].key().equals(sent.get(i).name())
                            && Arrays.equals(headers[i].value(), sent.get(i).value());
        }
        softly.assertThat(same).as("headers as they were, %s", row).isTrue();
    }

    private static void checkTimestamp(
            SoftAssertions softly, BadInputRow row, ConsumerRecord<byte[], byte[]> record) {
        long now = System.currentTimeMillis();
        if (row.timestamp() >= 0 && row.timestamp() <= now + MAX_AHEAD.toMillis()) {
            softly.assertThat(record.timestamp())
                    .as("timestamp of the record, %s", row)
                    .isEqualTo(row.timestamp());
        } else {
            softly.assertThat(record.timestamp())
                    .as("timestamp of the record, %s", row)
                    .isBetween(now - Duration.ofMinutes(10).toMillis(), now);
        }
    }

    /** Says that they differ, and not what they are: a megabyte would fill a page. */
    private static void checkBytes(SoftAssertions softly, String what, byte[] actual, byte[] sent) {
        softly.assertThat(Arrays.equals(actual, sent)).as(what).isTrue();
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
