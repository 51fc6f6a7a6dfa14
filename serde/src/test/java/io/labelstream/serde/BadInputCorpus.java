package io.labelstream.serde;

import io.labelstream.serde.DeadLetter.Reason;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * The list of bad input, as messages: decoders are tested with it, and the whole job. Each is for
 * one input format; those of Avro are of {@link #AVRO_SCHEMA}, with the text in the field {@code
 * text}. The topics they are sent to must take large messages and any timestamp.
 */
public final class BadInputCorpus {

    /** Stands in messages, in their keys and headers: no log and no explanation may hold it. */
    public static final String CANARY = "canary7f3a";

    /** How many tokens the model reads that the rows know the truncation of. */
    public static final int MODEL_TOKENS = 256;

    /** The schema of Avro's rows; a decoder must not care what it says about Java. */
    public static final String AVRO_SCHEMA = BadInputAvro.SCHEMA;

    private static final int MEGABYTE = 1024 * 1024;
    private static final long YEAR_9999 = 253_402_300_799_000L;
    private static final long YEAR_1 = -62_135_596_800_000L;
    private static final int MANY_HEADERS = 10_000;

    private BadInputCorpus() {}

    /** All rows of a format, in the order of their numbers where that is of no other meaning. */
    public static List<BadInputRow> rows(InputFormat format) {
        return switch (format) {
            case TEXT -> text();
            case JSON -> BadInputJson.rows();
            case AVRO -> BadInputAvro.rows();
            case AVRO_CONFLUENT ->
                    throw new IllegalArgumentException("Rows of a registry need the registry");
        };
    }

    /** The value of a message with a text, as a sender without any fault writes it. */
    public static byte[] value(InputFormat format, String text) {
        return switch (format) {
            case TEXT -> utf8(text);
            case JSON -> BadInputJson.value(text);
            case AVRO -> BadInputAvro.value(text);
            case AVRO_CONFLUENT ->
                    throw new IllegalArgumentException("Rows of a registry need the registry");
        };
    }

    /** What a row has for a key unless the key is what is odd. */
    static byte[] usualKey() {
        return utf8(CANARY + "-key");
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] hex(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static List<BadInputRow> text() {
        List<BadInputRow> rows = new ArrayList<>();
        rows.add(refused(1, "tombstone", null, Reason.TOMBSTONE));
        rows.add(refused(2, "no bytes", new byte[0], Reason.EMPTY_PAYLOAD));
        addEncodings(rows);
        rows.add(labelled(8, "byte order mark", concat(hex("efbbbf"), utf8(CANARY)), CANARY));
        for (BadInputTexts.Entry entry : BadInputTexts.all()) {
            BadInputRow row =
                    labelled(entry.number(), entry.name(), utf8(entry.text()), entry.text());
            rows.add(entry.truncated() ? row.cut() : row);
        }
        addSizes(rows);
        addKeysAndHeaders(rows);
        addTimestamps(rows);
        rows.add(labelled(51, "a message", utf8(CANARY + " again"), CANARY + " again"));
        rows.add(labelled(51, "the same message", utf8(CANARY + " again"), CANARY + " again"));
        return rows;
    }

    private static void addEncodings(List<BadInputRow> rows) {
        rows.add(badEncoding(5, "no continuation", concat(utf8(CANARY), hex("c328"))));
        rows.add(badEncoding(5, "FF", concat(utf8(CANARY), hex("ff"))));
        rows.add(badEncoding(5, "beyond Unicode", concat(utf8(CANARY), hex("f5808080"))));
        rows.add(badEncoding(6, "overlong NUL", concat(utf8(CANARY), hex("c080"))));
        rows.add(badEncoding(6, "CESU-8", concat(utf8(CANARY), hex("eda0bdedb880"))));
        rows.add(badEncoding(7, "cut inside a character", concat(utf8(CANARY), hex("e282"))));
        rows.add(
                badEncoding(
                        9,
                        "UTF-16",
                        concat(hex("fffe"), CANARY.getBytes(StandardCharsets.UTF_16LE))));
    }

    private static void addSizes(List<BadInputRow> rows) {
        rows.add(refused(35, "16 MB", letters(16 * MEGABYTE), Reason.TOO_LARGE));
        rows.add(
                refused(
                        52,
                        "six times as long in JSON",
                        repeated((byte) 1, 600_000),
                        Reason.TOO_LARGE_OUT));
        rows.add(
                refused(54, "a byte below the limit", letters(MEGABYTE - 1), Reason.TOO_LARGE_OUT));
        rows.add(refused(54, "at the limit", letters(MEGABYTE), Reason.TOO_LARGE_OUT));
        rows.add(refused(54, "a byte above the limit", letters(MEGABYTE + 1), Reason.TOO_LARGE));
        for (int i = 1; i <= 4; i++) {
            rows.add(
                    refused(
                                    54,
                                    "4 MB, of a compressed batch of four such, " + i,
                                    letters(4 * MEGABYTE),
                                    Reason.TOO_LARGE)
                            .inACompressedBatch());
        }
    }

    private static void addKeysAndHeaders(List<BadInputRow> rows) {
        byte[] value = utf8(CANARY + " good");
        String text = CANARY + " good";
        rows.add(
                labelled(44, "half an emoji in the key, as JSON spells it", value, text)
                        .withKey(utf8("\"\\ud83d " + CANARY + "\"")));
        rows.add(labelled(49, "no key", value, text).withKey(null));
        rows.add(labelled(49, "an empty key", value, text).withKey(new byte[0]));
        rows.add(
                labelled(49, "a key that is no UTF-8", value, text)
                        .withKey(concat(utf8(CANARY), hex("ff00"))));
        rows.add(
                refused(49, "a key of a megabyte", value, Reason.TOO_LARGE_OUT)
                        .withKey(letters(MEGABYTE)));
        rows.add(
                labelled(49, "headers without value, without name, twice", value, text)
                        .withHeaders(
                                List.of(
                                        new MessageHeader("trace", null),
                                        new MessageHeader("", utf8(CANARY)),
                                        new MessageHeader(CANARY, hex("ff")),
                                        new MessageHeader("trace", new byte[0]))));
        rows.add(
                labelled(49, "10,000 headers", value, text)
                        .withHeaders(headers(MANY_HEADERS, utf8(CANARY))));
        rows.add(
                refused(49, "10,000 headers, too large together", value, Reason.TOO_LARGE_OUT)
                        .withHeaders(headers(MANY_HEADERS, letters(150))));
        rows.add(
                refused(49, "10,000 headers on a bad value", hex("ff"), Reason.BAD_ENCODING)
                        .withHeaders(headers(MANY_HEADERS, utf8(CANARY))));
    }

    private static void addTimestamps(List<BadInputRow> rows) {
        byte[] value = utf8(CANARY + " good");
        String text = CANARY + " good";
        rows.add(labelled(50, "no timestamp", value, text).withTimestamp(-1));
        rows.add(labelled(50, "timestamp 0", value, text).withTimestamp(0));
        rows.add(labelled(50, "the year 1", value, text).withTimestamp(YEAR_1));
        rows.add(labelled(50, "the year 9999", value, text).withTimestamp(YEAR_9999));
        rows.add(
                refused(50, "the year 9999, and no UTF-8", hex("ff"), Reason.BAD_ENCODING)
                        .withTimestamp(YEAR_9999));
        rows.add(
                refused(50, "the year 1, and no UTF-8", hex("ff"), Reason.BAD_ENCODING)
                        .withTimestamp(YEAR_1));
    }

    private static List<MessageHeader> headers(int count, byte[] value) {
        List<MessageHeader> headers = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            headers.add(new MessageHeader("header-" + i % 10, value));
        }
        return headers;
    }

    private static byte[] letters(int count) {
        return repeated((byte) 'x', count);
    }

    private static byte[] repeated(byte value, int count) {
        byte[] bytes = new byte[count];
        Arrays.fill(bytes, value);
        return bytes;
    }

    private static BadInputRow labelled(int number, String name, byte[] value, String text) {
        return BadInputRow.labelled(number, name, InputFormat.TEXT, value, text);
    }

    private static BadInputRow badEncoding(int number, String name, byte[] value) {
        return refused(number, name, value, Reason.BAD_ENCODING);
    }

    private static BadInputRow refused(int number, String name, byte[] value, Reason reason) {
        return BadInputRow.refused(number, name, InputFormat.TEXT, value, reason);
    }
}
