package io.labelstream.serde.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.labelstream.serde.DeadLetter.Reason;
import io.labelstream.serde.Events;
import io.labelstream.serde.ExistingField;
import io.labelstream.serde.LabelledEvent;
import io.labelstream.serde.ModelIdentity;
import io.labelstream.serde.RawMessage;
import io.labelstream.serde.RefusedMessageException;
import io.labelstream.serde.json.RandomDocuments.Document;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonEnricherTest {

    private static final String FIELD = "classification";
    private static final String CANARY = "canary-7f3a";
    private static final int DOCUMENTS = 10_000;

    /** Reads numbers exactly, and nothing behind the document. */
    private static final ObjectMapper TREES =
            JsonMapper.builder()
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private static final String CLASSIFICATION =
            "{\"label\":\"positive\",\"score\":0.75,"
                    + "\"labels\":[{\"label\":\"positive\",\"score\":0.75},"
                    + "{\"label\":\"negative\",\"score\":0.25}],"
                    + "\"outOfScope\":false,"
                    + "\"attention\":[{\"word\":\"hi\",\"start\":0,\"end\":2,\"weight\":1.0}],"
                    + "\"truncated\":true,"
                    + "\"source\":{\"topic\":\"reviews\",\"partition\":2,\"offset\":77},"
                    + "\"timestamp\":1700000000123,"
                    + "\"model\":{\"name\":\"sentiment-en\",\"version\":\"1\",\"digest\":\"abc\"}}";

    private final LabelledEvent event = Events.labelled("hi");
    private final JsonEnricher refusing = new JsonEnricher(FIELD, ExistingField.DEAD_LETTER);
    private final JsonEnricher overwriting = new JsonEnricher(FIELD, ExistingField.OVERWRITE);

    @ParameterizedTest
    @EnumSource(ExistingField.class)
    void keepsEveryOtherByteOfTenThousandDocuments(ExistingField existingField) throws Exception {
        JsonEnricher enricher = new JsonEnricher(FIELD, existingField);
        RandomDocuments documents = new RandomDocuments(1);
        JsonNode classification = TREES.readTree(CLASSIFICATION);
        for (int i = 0; i < DOCUMENTS; i++) {
            byte[] input = documents.next();

            byte[] output = enricher.value(message(input), event);

            // Only white space can follow the last brace of a document.
            int brace = lastBrace(input);
            int added = output.length - input.length;
            assertThat(without(output, brace, brace + added))
                    .as("document %d without the field", i)
                    .isEqualTo(input);
            ObjectNode before = tree(input);
            ObjectNode after = tree(output);
            assertThat(new String(output, brace, added, StandardCharsets.UTF_8))
                    .as("what document %d has more", i)
                    .isEqualTo(
                            (before.isEmpty() ? "" : ",") + "\"" + FIELD + "\":" + CLASSIFICATION);
            assertThat(after.remove(FIELD)).as("field of %d", i).isEqualTo(classification);
            assertThat(after).as("document %d as another reads it", i).isEqualTo(before);
        }
    }

    @Test
    void overwritesTheLastValueOfTenThousandDocumentsAndKeepsEveryOtherByte() throws Exception {
        RandomDocuments documents = new RandomDocuments(2);
        JsonNode classification = TREES.readTree(CLASSIFICATION);
        for (int i = 0; i < DOCUMENTS; i++) {
            Document document = documents.nextWith(FIELD, documents.nextValue());
            byte[] input = document.bytes();

            byte[] output = overwriting.value(message(input), event);

            int behind = output.length - (input.length - document.to());
            assertThat(Arrays.copyOf(output, document.from()))
                    .as("what precedes the value in document %d", i)
                    .isEqualTo(Arrays.copyOf(input, document.from()));
            assertThat(Arrays.copyOfRange(output, behind, output.length))
                    .as("what follows the value in document %d", i)
                    .isEqualTo(Arrays.copyOfRange(input, document.to(), input.length));
            assertThat(text(Arrays.copyOfRange(output, document.from(), behind)))
                    .as("value in document %d", i)
                    .isEqualTo(CLASSIFICATION);
            ObjectNode before = tree(input);
            ObjectNode after = tree(output);
            before.remove(FIELD);
            assertThat(after.remove(FIELD)).as("field of %d", i).isEqualTo(classification);
            assertThat(after).as("document %d as another reads it", i).isEqualTo(before);
        }
    }

    @Test
    void refusesTheFieldWhateverItsSpellingAndValue() {
        RandomDocuments documents = new RandomDocuments(3);
        for (int i = 0; i < DOCUMENTS; i++) {
            Document document = documents.nextWith(FIELD, documents.nextValue());

            assertThatThrownBy(() -> refusing.value(message(document.bytes()), event))
                    .as("document %d", i)
                    .isInstanceOfSatisfying(
                            RefusedMessageException.class,
                            e -> assertThat(e.reason()).isEqualTo(Reason.FIELD_EXISTS))
                    .hasMessageContaining("field classification already");
        }
    }

    @Test
    void addsTheFieldBeforeTheClosingBrace() throws Exception {
        assertThat(enriched("{\"a\":1}"))
                .isEqualTo("{\"a\":1,\"classification\":" + CLASSIFICATION + "}");
        assertThat(enriched("{\n  \"a\": [1, {}]\n}\n"))
                .isEqualTo("{\n  \"a\": [1, {}]\n,\"classification\":" + CLASSIFICATION + "}\n");
        assertThat(enriched("\uFEFF {\"a\":\"}\"\t} "))
                .isEqualTo("\uFEFF {\"a\":\"}\"\t,\"classification\":" + CLASSIFICATION + "} ");
    }

    @Test
    void anEmptyObjectGetsNoComma() throws Exception {
        assertThat(enriched("{ }")).isEqualTo("{ \"classification\":" + CLASSIFICATION + "}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "-0",
                "1.0E+2",
                "true",
                "\"a string with \\\"} and \uD83D\uDE00\"",
                "{\"classification\":{}}",
                "[[],{\"a\":[1]}]"
            })
    void onlyTheValueIsOverwritten(String old) throws Exception {
        for (String end : List.of("}", " }", " , \"b\":2}", "\n}\n")) {
            String start = "\uFEFF{\"a\" :1.50,\"classification\":0, \"\\u0063lassification\" : ";

            assertThat(text(overwriting.value(message(bytes(start + old + end)), event)))
                    .isEqualTo(start + CLASSIFICATION + end);
        }
    }

    @Test
    void aFieldOfThatNameFurtherDownIsNoMatter() throws Exception {
        assertThat(enriched("{\"a\":{\"classification\":1}}"))
                .isEqualTo(
                        "{\"a\":{\"classification\":1},\"classification\":" + CLASSIFICATION + "}");
    }

    @Test
    void theNameOfTheFieldIsEscaped() throws Exception {
        String name = "a \"\\ \u00E9\uD83D\uDE00\n";
        JsonEnricher enricher = new JsonEnricher(name, ExistingField.DEAD_LETTER);

        byte[] output = enricher.value(message(bytes("{\"a\":1}")), event);

        assertThat(tree(output).get(name)).isEqualTo(TREES.readTree(CLASSIFICATION));
        assertThatThrownBy(() -> enricher.value(message(output), event))
                .isInstanceOf(RefusedMessageException.class);
    }

    @Test
    void whatAnEventLacksIsLeftOut() throws Exception {
        LabelledEvent bare =
                new LabelledEvent(
                        "",
                        null,
                        0,
                        "hi",
                        "",
                        "a",
                        0.5f,
                        List.of(),
                        true,
                        List.of(),
                        false,
                        new ModelIdentity("m", "1", "d"));

        assertThat(text(refusing.value(message(bytes("{}")), bare)))
                .isEqualTo(
                        "{\"classification\":{\"label\":\"a\",\"score\":0.5,\"labels\":[],"
                                + "\"outOfScope\":true,\"truncated\":false,"
                                + "\"timestamp\":0,\"model\":{\"name\":\"m\",\"version\":\"1\",\"digest\":\"d\"}}}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                CANARY,
                "[\"" + CANARY + "\"]",
                "\"" + CANARY + "\"",
                "{\"a\":" + CANARY + "}",
                "{\"" + CANARY + "\":\"" + CANARY
            })
    void whatIsNoObjectIsRefused(String value) {
        assertThatThrownBy(() -> refusing.value(message(bytes(value)), event))
                .isInstanceOfSatisfying(
                        RefusedMessageException.class,
                        e -> {
                            assertThat(e.reason()).isEqualTo(Reason.PARSE);
                            assertThat(e).hasNoCause();
                            assertThat(e.toString()).doesNotContain(CANARY);
                        });
    }

    @Test
    void theRefusalOfAFieldHoldsNothingOfTheValue() {
        String value =
                "{\"%s\":1,\"classification\":\"%s\",\"a\":\"%s\"}"
                        .formatted(CANARY, CANARY, CANARY);

        assertThatThrownBy(() -> refusing.value(message(bytes(value)), event))
                .isInstanceOfSatisfying(
                        RefusedMessageException.class,
                        e -> assertThat(e.toString()).doesNotContain(CANARY));
    }

    private String enriched(String value) throws RefusedMessageException {
        return text(refusing.value(message(bytes(value)), event));
    }

    private static RawMessage message(byte[] value) {
        return Events.message(null, value, 0);
    }

    private static ObjectNode tree(byte[] json) throws IOException {
        return (ObjectNode) TREES.readTree(json);
    }

    private static int lastBrace(byte[] json) {
        int at = json.length - 1;
        while (json[at] != '}') {
            at--;
        }
        return at;
    }

    private static byte[] without(byte[] bytes, int from, int to) {
        ByteArrayOutputStream rest = new ByteArrayOutputStream(bytes.length);
        rest.write(bytes, 0, from);
        rest.write(bytes, to, bytes.length - to);
        return rest.toByteArray();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
