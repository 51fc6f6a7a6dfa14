package io.labelstream.serde;

import static io.labelstream.serde.BadInputCorpus.CANARY;
import static io.labelstream.serde.BadInputCorpus.concat;
import static io.labelstream.serde.BadInputCorpus.hex;
import static io.labelstream.serde.BadInputCorpus.utf8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.labelstream.serde.DeadLetter.Reason;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The rows of {@link BadInputCorpus} that are JSON, or should be. The text is in {@code text}. */
final class BadInputJson {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int DEEP = 100_000;
    private static final int MANY_DIGITS = 900_000;

    private BadInputJson() {}

    static byte[] value(String text) {
        try {
            return JSON.writeValueAsBytes(Map.of("text", text));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    static List<BadInputRow> rows() {
        List<BadInputRow> rows = new ArrayList<>();
        rows.add(refused(1, "tombstone", null, Reason.TOMBSTONE));
        rows.add(refused(2, "no bytes", new byte[0], Reason.EMPTY_PAYLOAD));
        rows.add(labelled(3, "an empty text", "{\"text\":\"\"}", ""));
        addEncodings(rows);
        addSurrogates(rows);
        for (BadInputTexts.Entry entry : BadInputTexts.all()) {
            BadInputRow row =
                    BadInputRow.labelled(
                            entry.number(),
                            entry.name(),
                            InputFormat.JSON,
                            value(entry.text()),
                            entry.text());
            rows.add(entry.truncated() ? row.cut() : row);
        }
        addNoObjects(rows);
        addNoTexts(rows);
        addLimits(rows);
        rows.add(
                labelled(
                        42,
                        "a field twice",
                        "{\"text\":\"first\",\"text\":\"" + CANARY + "\"}",
                        CANARY));
        rows.add(
                labelled(
                        44,
                        "half an emoji in a field's name",
                        "{\"\\ud83d\":1,\"text\":\"" + CANARY + "\",\"\\ude00\":2}",
                        CANARY));
        return rows;
    }

    private static void addEncodings(List<BadInputRow> rows) {
        rows.add(badEncoding(5, "no continuation", inText("c328")));
        rows.add(badEncoding(5, "FF", inText("ff")));
        rows.add(badEncoding(5, "beyond Unicode", inText("f5808080")));
        rows.add(badEncoding(6, "overlong quote", inText("c0a2")));
        rows.add(badEncoding(6, "CESU-8", inText("eda0bdedb880")));
        rows.add(badEncoding(7, "cut inside a character", inText("e282")));
        rows.add(
                badEncoding(
                        7,
                        "cut inside a character of another field",
                        concat(
                                utf8("{\"other\":\""),
                                hex("e282"),
                                utf8("\",\"text\":\"" + CANARY + "\"}"))));
        rows.add(
                BadInputRow.labelled(
                        8,
                        "byte order mark",
                        InputFormat.JSON,
                        concat(hex("efbbbf"), value(CANARY)),
                        CANARY));
        byte[] utf16 = ("{\"text\":\"" + CANARY + "\"}").getBytes(StandardCharsets.UTF_16LE);
        rows.add(badEncoding(9, "UTF-16 with its mark", concat(hex("fffe"), utf16)));
        rows.add(refused(9, "UTF-16 without a mark", utf16, Reason.PARSE));
    }

    private static byte[] inText(String hex) {
        return concat(utf8("{\"text\":\"" + CANARY), hex(hex), utf8("\"}"));
    }

    private static void addSurrogates(List<BadInputRow> rows) {
        String emoji = "\uD83D\uDE00";
        rows.add(
                labelled(
                        10,
                        "first half of an emoji",
                        "{\"text\":\"" + CANARY + " \\ud83d, " + emoji + " \\ud83d\\ude00\"}",
                        CANARY + " \uFFFD, " + emoji + " " + emoji));
        rows.add(
                labelled(
                        10,
                        "first half of an emoji, at the end",
                        "{\"text\":\"" + CANARY + "\\ud83d\"}",
                        CANARY + "\uFFFD"));
        rows.add(
                labelled(
                        11,
                        "second half of an emoji",
                        "{\"text\":\"\\ude00 " + CANARY + " " + emoji + "\"}",
                        "\uFFFD " + CANARY + " " + emoji));
        rows.add(
                labelled(
                        12,
                        "halves in the wrong order",
                        "{\"text\":\"" + CANARY + " \\ude00\\ud83d\"}",
                        CANARY + " \uFFFD\uFFFD"));
        rows.add(
                labelled(
                        13,
                        "emoji, half an emoji, Chinese",
                        "{\"text\":\"" + CANARY + " " + emoji + " \\ud83d \u4E2D\u6587\"}",
                        CANARY + " " + emoji + " \uFFFD \u4E2D\u6587"));
    }

    private static void addNoObjects(List<BadInputRow> rows) {
        rows.add(parse(40, "no JSON", CANARY));
        rows.add(parse(40, "blank", " \n "));
        rows.add(parse(40, "something behind the object", "{\"text\":\"" + CANARY + "\"} x"));
        rows.add(parse(40, "two objects", "{\"text\":\"" + CANARY + "\"}{\"text\":\"b\"}"));
        rows.add(parse(40, "cut short", "{\"text\":\"" + CANARY));
        rows.add(parse(40, "cut short behind the text", "{\"text\":\"" + CANARY + "\""));
        rows.add(parse(40, "a comma too many", "{\"text\":\"" + CANARY + "\",}"));
        rows.add(parse(40, "single quotes", "{'text':'" + CANARY + "'}"));
        rows.add(parse(40, "a comment", "{/* " + CANARY + " */\"text\":\"a\"}"));
        rows.add(parse(40, "a bare control character", "{\"text\":\"" + CANARY + "\n\"}"));
        rows.add(parse(40, "NaN", "{\"text\":\"" + CANARY + "\",\"n\":NaN}"));
        rows.add(parse(40, "an array", "[\"" + CANARY + "\"]"));
        rows.add(parse(40, "a string", "\"" + CANARY + "\""));
        rows.add(parse(40, "a number", "12"));
        rows.add(parse(40, "null", "null"));
    }

    private static void addNoTexts(List<BadInputRow> rows) {
        rows.add(schema(41, "text missing", "{\"texts\":\"" + CANARY + "\"}"));
        rows.add(
                schema(
                        41,
                        "text in an inner object only",
                        "{\"a\":{\"text\":\"" + CANARY + "\"}}"));
        rows.add(schema(41, "no fields", "{}"));
        rows.add(schema(41, "text null", "{\"text\":null,\"a\":\"" + CANARY + "\"}"));
        rows.add(schema(41, "text a number", "{\"text\":7,\"a\":\"" + CANARY + "\"}"));
        rows.add(schema(41, "text a boolean", "{\"text\":true,\"a\":\"" + CANARY + "\"}"));
        rows.add(schema(41, "text an object", "{\"text\":{\"text\":\"" + CANARY + "\"}}"));
        rows.add(schema(41, "text an array", "{\"text\":[\"" + CANARY + "\"]}"));
        rows.add(
                schema(
                        42,
                        "text twice, the last null",
                        "{\"text\":\"" + CANARY + "\",\"text\":null}"));
    }

    private static void addLimits(List<BadInputRow> rows) {
        String text = "{\"text\":\"" + CANARY + "\",\"a\":";
        rows.add(
                parse(43, "100,000 arrays deep", text + "[".repeat(DEEP) + "]".repeat(DEEP) + "}"));
        rows.add(parse(43, "100,000 arrays deep and no end", text + "[".repeat(DEEP)));
        rows.add(
                parse(
                        43,
                        "100,000 objects deep, before the text",
                        "{\"a\":".repeat(DEEP)
                                + "1"
                                + "}".repeat(DEEP - 1)
                                + ",\"text\":\""
                                + CANARY
                                + "\"}"));
        rows.add(parse(43, "1e999", text + "1e999}"));
        rows.add(parse(43, "-1e999", text + "-1e999}"));
        rows.add(parse(43, "a number of 900,000 digits", text + "9".repeat(MANY_DIGITS) + "}"));
        rows.add(
                parse(
                        43,
                        "a fraction of 900,000 digits",
                        text + "0." + "9".repeat(MANY_DIGITS) + "}"));
        rows.add(
                refused(
                        43,
                        "a number of 4 MB",
                        utf8(text + "9".repeat(4 * 1024 * 1024) + "}"),
                        Reason.TOO_LARGE));
    }

    private static BadInputRow labelled(int number, String name, String json, String text) {
        return BadInputRow.labelled(number, name, InputFormat.JSON, utf8(json), text);
    }

    private static BadInputRow parse(int number, String name, String json) {
        return refused(number, name, utf8(json), Reason.PARSE);
    }

    private static BadInputRow schema(int number, String name, String json) {
        return refused(number, name, utf8(json), Reason.SCHEMA);
    }

    private static BadInputRow badEncoding(int number, String name, byte[] value) {
        return refused(number, name, value, Reason.BAD_ENCODING);
    }

    private static BadInputRow refused(int number, String name, byte[] value, Reason reason) {
        return BadInputRow.refused(number, name, InputFormat.JSON, value, reason);
    }
}
