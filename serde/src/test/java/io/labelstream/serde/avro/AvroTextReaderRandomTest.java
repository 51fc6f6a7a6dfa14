package io.labelstream.serde.avro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.labelstream.serde.DeadLetter;
import io.labelstream.serde.FieldPath;
import io.labelstream.serde.RefusedMessageException;
import io.labelstream.serde.TextTemplate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.util.Utf8;
import org.junit.jupiter.api.Test;

/** What is read out of random records, held against what Avro's own reader makes of them. */
class AvroTextReaderRandomTest {

    private static final int ROUNDS = 2_000;

    /** What stands at a path of a record that Avro read. */
    private record Found(String text, boolean isWrongType) {
        static final Found MISSING = new Found(null, false);
        static final Found WRONG_TYPE = new Found(null, true);
    }

    @Test
    void findsWhatAvrosOwnReaderFinds() {
        int texts = 0;
        int missing = 0;
        int wrong = 0;
        for (int seed = 0; seed < ROUNDS; seed++) {
            RandomRecords records = new RandomRecords(new Random(seed));
            Schema schema = records.schema();
            GenericRecord asked = records.record(schema);
            String path = records.path(asked);
            // Of another record of the schema, so the path may lead nowhere.
            GenericRecord record = seed % 2 == 0 ? asked : records.record(schema);
            AvroTextDecoder decoder =
                    new AvroTextDecoder(
                            schema, null, TextTemplate.parse("<{" + path + "?}>"), null);

            for (byte[] value : List.of(PlainAvro.write(record), PlainAvro.writeInBlocks(record))) {
                Found expected =
                        find(PlainAvro.read(schema, schema, value), FieldPath.parse(path).steps());
                if (expected.isWrongType()) {
                    RefusedMessageException refusal =
                            catchThrowableOfType(
                                    RefusedMessageException.class, () -> decoder.decode(value));
                    assertThat(refusal).as("seed %d, %s", seed, path).isNotNull();
                    assertThat(refusal.reason()).isEqualTo(DeadLetter.Reason.SCHEMA);
                    assertThat(refusal).hasMessageContaining("expected");
                    wrong++;
                } else {
                    assertThat(decode(decoder, value, seed))
                            .as("seed %d, %s", seed, path)
                            .isEqualTo(
                                    "<" + (expected.text() == null ? "" : expected.text()) + ">");
                    texts += expected.text() == null ? 0 : 1;
                    missing += expected.text() == null ? 1 : 0;
                }
            }
        }

        // That the records are of a kind to show something.
        assertThat(texts).isGreaterThan(ROUNDS / 4);
        assertThat(missing).isGreaterThan(ROUNDS / 20);
        assertThat(wrong).isGreaterThan(ROUNDS / 50);
    }

    private static String decode(AvroTextDecoder decoder, byte[] value, int seed) {
        try {
            return decoder.decode(value).text();
        } catch (RefusedMessageException e) {
            throw new AssertionError("seed " + seed, e);
        }
    }

    private static Found find(Object value, List<FieldPath.Step> steps) {
        if (value == null) {
            return Found.MISSING;
        }
        if (steps.isEmpty()) {
            return value instanceof CharSequence text
                    ? new Found(text.toString(), false)
                    : Found.WRONG_TYPE;
        }
        FieldPath.Step step = steps.get(0);
        List<FieldPath.Step> rest = steps.subList(1, steps.size());
        if (step.isIndex()) {
            if (!(value instanceof Collection<?> elements)) {
                return Found.WRONG_TYPE;
            }
            List<?> list = new ArrayList<>(elements);
            return step.index() < list.size() ? find(list.get(step.index()), rest) : Found.MISSING;
        }
        if (value instanceof IndexedRecord record) {
            Schema.Field field = record.getSchema().getField(step.name());
            return field == null ? Found.MISSING : find(record.get(field.pos()), rest);
        }
        return value instanceof Map<?, ?> map
                ? find(map.get(new Utf8(step.name())), rest)
                : Found.WRONG_TYPE;
    }
}
