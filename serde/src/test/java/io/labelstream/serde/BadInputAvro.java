package io.labelstream.serde;

import static io.labelstream.serde.BadInputCorpus.CANARY;
import static io.labelstream.serde.BadInputCorpus.concat;
import static io.labelstream.serde.BadInputCorpus.hex;
import static io.labelstream.serde.BadInputCorpus.utf8;

import io.labelstream.serde.DeadLetter.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/** The rows of {@link BadInputCorpus} that are Avro, or should be. */
final class BadInputAvro {

    /** Loading it leaves a mark; no decoder may. */
    static final String TRAP = BadInputTrap.class.getName();

    /** A text among what is skipped; with all that Avro's own readers would load classes for. */
    static final String SCHEMA =
            """
            {"type": "record", "name": "Review", "namespace": "com.example", "java-class": "TRAP",
             "fields": [
              {"name": "title", "type": ["null", "string"], "default": null},
              {"name": "text", "type": {"type": "string", "avro.java.string": "String",
                "java-class": "TRAP"}},
              {"name": "tags", "type": {"type": "map", "values": "long", "java-key-class": "TRAP",
                "java-class": "TRAP"}},
              {"name": "nothings", "type": {"type": "array", "items": "null",
                "java-element-class": "TRAP"}},
              {"name": "marks", "type": {"type": "array", "items": "long"}}
             ]}
            """
                    .replace("TRAP", TRAP);

    private static final Schema PARSED = new Schema.Parser().parse(SCHEMA);

    // The parts of a record, in the order of its fields.
    private static final byte[] NO_TITLE = {0};
    private static final byte[] NO_TAGS = {0};
    private static final byte[] NO_NOTHINGS = {0};
    private static final byte[] NO_MARKS = {0};
    private static final byte[] END_OF_BLOCKS = {0};

    private BadInputAvro() {}

    static byte[] value(String text) {
        GenericRecord review = new GenericData.Record(PARSED);
        review.put("text", text);
        review.put("tags", Map.of(CANARY, 7L));
        review.put("nothings", List.of());
        review.put("marks", List.of(1L, 2L));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
        try {
            new GenericDatumWriter<GenericRecord>(PARSED).write(review, encoder);
            encoder.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static List<BadInputRow> rows() {
        List<BadInputRow> rows = new ArrayList<>();
        rows.add(refused(1, "tombstone", null, Reason.TOMBSTONE));
        rows.add(refused(2, "no bytes", new byte[0], Reason.EMPTY_PAYLOAD));
        rows.add(labelled(3, "an empty text", value(""), ""));
        rows.add(refused(5, "FF", review(hex("ff")), Reason.BAD_ENCODING));
        rows.add(refused(6, "overlong NUL", review(hex("c080")), Reason.BAD_ENCODING));
        rows.add(refused(6, "CESU-8", review(hex("eda0bdedb880")), Reason.BAD_ENCODING));
        rows.add(refused(7, "cut inside a character", review(hex("e282")), Reason.BAD_ENCODING));
        for (BadInputTexts.Entry entry : BadInputTexts.all()) {
            BadInputRow row =
                    labelled(entry.number(), entry.name(), value(entry.text()), entry.text());
            rows.add(entry.truncated() ? row.cut() : row);
        }
        addBodies(rows);
        addLengths(rows);
        addBlocks(rows);
        rows.add(labelled(47, "a schema that names Java classes", value(CANARY), CANARY));
        return rows;
    }

    private static void addBodies(List<BadInputRow> rows) {
        byte[] whole = value(CANARY);
        rows.add(schema(45, "cut short", Arrays.copyOf(whole, whole.length - 1)));
        rows.add(schema(45, "a single byte", hex("00")));
        rows.add(schema(45, "bytes behind the record", concat(whole, hex("00"))));
        rows.add(schema(45, "framed for a registry", concat(hex("0000000001"), whole)));
        rows.add(schema(45, "JSON", utf8("{\"text\":\"" + CANARY + "\"}")));
        rows.add(schema(45, "no such branch of a union", concat(number(7), whole)));
        rows.add(schema(45, "a branch below the first", concat(number(-1), whole)));
    }

    private static void addLengths(List<BadInputRow> rows) {
        for (long length : new long[] {Integer.MAX_VALUE, 1L << 31, 1L << 62, Long.MAX_VALUE, -1}) {
            rows.add(
                    schema(
                            46,
                            "a text of %d bytes, as it says".formatted(length),
                            concat(NO_TITLE, number(length), utf8(CANARY))));
        }
        rows.add(
                schema(
                        46,
                        "a title of 2 GB, as it says",
                        concat(number(1), number(Integer.MAX_VALUE), utf8(CANARY))));
        rows.add(
                schema(
                        46,
                        "a number without an end",
                        concat(NO_TITLE, hex("ff".repeat(20)), utf8(CANARY))));
    }

    private static void addBlocks(List<BadInputRow> rows) {
        byte[] before = concat(NO_TITLE, string(utf8(CANARY)));
        rows.add(
                schema(
                        46,
                        "a map of 2^40 entries, as it says",
                        concat(before, number(1L << 40), string(utf8("a")), number(1))));
        rows.add(
                schema(
                        46,
                        "a map of fewer entries than none",
                        concat(before, number(Long.MIN_VALUE), number(1), hex("00"))));
        rows.add(
                schema(
                        46,
                        "a map whose block is longer than the message, as it says",
                        concat(
                                before,
                                number(-1),
                                number(1L << 40),
                                string(utf8("a")),
                                number(1))));
        rows.add(
                schema(
                        46,
                        "2^50 nulls, which take no bytes",
                        concat(before, NO_TAGS, number(1L << 50), END_OF_BLOCKS, NO_MARKS)));
        rows.add(
                schema(
                        46,
                        "as many nulls as can be, in a block of no bytes",
                        concat(
                                before,
                                NO_TAGS,
                                number(-Long.MAX_VALUE),
                                number(0),
                                END_OF_BLOCKS,
                                NO_MARKS)));
        rows.add(
                schema(
                        46,
                        "an array of 2^31 numbers, as it says",
                        concat(before, NO_TAGS, NO_NOTHINGS, number(1L << 31), number(1))));
        rows.add(
                labelled(
                        46,
                        "blocks that tell their size, as they may",
                        concat(
                                before,
                                concat(number(-1), number(3), string(utf8("a")), number(1)),
                                END_OF_BLOCKS,
                                NO_NOTHINGS,
                                concat(number(-2), number(2), number(1), number(2)),
                                END_OF_BLOCKS),
                        CANARY));
    }

    /** A record without a title whose text is CANARY and some bytes. */
    private static byte[] review(byte[] text) {
        return concat(NO_TITLE, string(concat(utf8(CANARY), text)), NO_TAGS, NO_NOTHINGS, NO_MARKS);
    }

    private static byte[] string(byte[] bytes) {
        return concat(number(bytes.length), bytes);
    }

    /** A long as Avro writes it. */
    private static byte[] number(long value) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        long left = (value << 1) ^ (value >> 63);
        while ((left & ~0x7FL) != 0) {
            bytes.write((int) ((left & 0x7F) | 0x80));
            left >>>= 7;
        }
        bytes.write((int) left);
        return bytes.toByteArray();
    }

    private static BadInputRow labelled(int number, String name, byte[] value, String text) {
        return BadInputRow.labelled(number, name, InputFormat.AVRO, value, text);
    }

    private static BadInputRow schema(int number, String name, byte[] value) {
        return refused(number, name, value, Reason.SCHEMA);
    }

    private static BadInputRow refused(int number, String name, byte[] value, Reason reason) {
        return BadInputRow.refused(number, name, InputFormat.AVRO, value, reason);
    }
}
