package io.labelstream.serde.avro;

import io.labelstream.serde.DeadLetter;
import io.labelstream.serde.FieldPath;
import io.labelstream.serde.RefusedMessageException;
import io.labelstream.serde.TextDecoder;
import io.labelstream.serde.TextEvent;
import io.labelstream.serde.TextTemplate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.Schema;

/**
 * Input format {@code avro}: the value is a record in Avro's binary form, without a header.
 *
 * <p>Where no fields are named the value is a {@code TextEvent}, or of a schema that one can be
 * read from by Avro's rules. A schema that has no text where it should refuses all its values.
 */
public final class AvroTextDecoder implements TextDecoder {

    private static final TextTemplate TEXT = TextTemplate.field(FieldPath.parse("text"));
    private static final FieldPath PAIR = FieldPath.parse("textPair");
    private static final FieldPath ID = FieldPath.parse("id");

    /** The fields of a text, then that of the second text, then that of the id. */
    private record Fields(TextTemplate text, FieldPath pair, FieldPath id) {

        static Fields of(TextTemplate text, FieldPath pair) {
            return text == null
                    ? new Fields(TEXT, pair == null ? PAIR : pair, ID)
                    : new Fields(text, pair, null);
        }

        List<FieldPath> paths() {
            List<FieldPath> paths = new ArrayList<>(text.paths());
            if (pair != null) {
                paths.add(pair);
            }
            if (id != null) {
                paths.add(id);
            }
            return paths;
        }

        /** Whether messages without a text at a path are read all the same. */
        boolean isOptional(int path) {
            return path >= text.paths().size() || text.isOptional(path);
        }
    }

    private final Fields fields;
    private final List<FieldPath> paths;
    private final AvroTextReader reader;
    private final String refusal;

    /**
     * Makes a decoder of one schema.
     *
     * @param writer the schema that the values were written with
     * @param reader the schema to read them as; null for {@code TextEvent} where no fields are
     *     named, else for the writer's
     * @param text the text's fields; null for those of a {@code TextEvent}
     * @param pair the second text's field; null for none, or for that of a {@code TextEvent}
     * @throws IllegalArgumentException if the fields contradict one another
     */
    public AvroTextDecoder(Schema writer, Schema reader, TextTemplate text, FieldPath pair) {
        fields = Fields.of(text, pair);
        paths = fields.paths();
        Schema readAs =
                reader == null && text == null
                        ? io.labelstream.avro.TextEvent.getClassSchema()
                        : reader;
        AvroTextReader made = null;
        String why;
        try {
            made = new AvroTextReader(writer, readAs, paths, reader != null);
            why = refusal(made, fields);
        } catch (RefusedMessageException e) {
            why = e.getMessage();
        }
        this.reader = made;
        this.refusal = why;
    }

    /** A decoder of values that were written as {@code TextEvent} of this version. */
    public static AvroTextDecoder ofTextEvents() {
        return new AvroTextDecoder(
                io.labelstream.avro.TextEvent.getClassSchema(), null, null, null);
    }

    /**
     * Checks named fields when the job starts.
     *
     * @param schema the schema whose names they use; null where it is not known yet
     * @param text the text's fields; null for those of a {@code TextEvent}
     * @param pair the second text's field; null for none
     * @throws IllegalArgumentException if the fields contradict one another, or if the schema has
     *     something else than a string in one of them
     */
    public static void check(Schema schema, TextTemplate text, FieldPath pair) {
        Fields fields = Fields.of(text, pair);
        List<FieldPath> paths = fields.paths();
        if (schema == null) {
            WantedTexts.of(paths);
            return;
        }
        AvroPlanner plan = new AvroPlanner(schema, schema, paths);
        for (int path = 0; path < paths.size(); path++) {
            boolean isNamed = text != null || path == 0 || paths.get(path) == pair;
            if (isNamed && !plan.isFound(path)) {
                throw new IllegalArgumentException(
                        problem(schema, paths.get(path), plan.wrongType(path)));
            }
        }
    }

    private static String problem(Schema schema, FieldPath path, String wrongType) {
        return "Schema %s: %s"
                .formatted(
                        schema.getFullName(),
                        wrongType == null ? "there is no string at field " + path : wrongType);
    }

    /** Why no value of a schema can be read; null if some can. */
    private static String refusal(AvroTextReader reader, Fields fields) {
        List<FieldPath> paths = fields.paths();
        for (int path = 0; path < paths.size(); path++) {
            if (!reader.isFound(path) && !fields.isOptional(path)) {
                return reader.wrongType(path) == null
                        ? "the schema has no string at field " + paths.get(path)
                        : reader.wrongType(path);
            }
        }
        return null;
    }

    @Override
    public TextEvent decode(byte[] value) throws RefusedMessageException {
        return decode(value, 0);
    }

    /**
     * Decodes a value that stands behind something else.
     *
     * @param from where it begins; it ends with the bytes
     * @throws RefusedMessageException if it is not of the schema
     */
    public TextEvent decode(byte[] bytes, int from) throws RefusedMessageException {
        if (refusal != null) {
            throw refused(refusal);
        }
        String[] texts = reader.read(bytes, from);
        int parts = fields.text().paths().size();
        for (int part = 0; part < parts; part++) {
            if (texts[part] == null && !fields.isOptional(part)) {
                throw refused("field " + paths.get(part) + " is missing or null");
            }
        }
        String text =
                fields.text().join(parts == texts.length ? texts : Arrays.copyOf(texts, parts));
        String pair = fields.pair() == null ? null : texts[parts];
        String id = fields.id() == null ? null : texts[texts.length - 1];
        return new TextEvent(orEmpty(id), text, orEmpty(pair));
    }

    private static String orEmpty(String text) {
        return text == null ? "" : text;
    }

    private static RefusedMessageException refused(String message) {
        return new RefusedMessageException(DeadLetter.Reason.SCHEMA, message);
    }
}
