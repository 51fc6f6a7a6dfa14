package io.labelstream.serde.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.labelstream.serde.Events;
import io.labelstream.serde.LabelScore;
import io.labelstream.serde.LabelledEvent;
import io.labelstream.serde.ModelIdentity;
import io.labelstream.serde.SourcePosition;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class JsonEventEncoderTest {

    private static final String TEXT = "l'\u00E9t\u00E9 \"quoted\"\n\uD83D\uDE00";

    private final JsonEventEncoder encoder = new JsonEventEncoder();

    @Test
    void jsonHoldsEveryField() throws IOException {
        JsonNode json = new ObjectMapper().readTree(encoder.encode(Events.labelled(TEXT)));

        assertThat(json.path("id").asText()).isEqualTo("id-1");
        assertThat(json.path("source").toString())
                .isEqualTo("{\"topic\":\"reviews\",\"partition\":2,\"offset\":77}");
        assertThat(json.path("timestamp").asLong()).isEqualTo(1_700_000_000_123L);
        assertThat(json.path("text").asText()).isEqualTo(TEXT);
        assertThat(json.has("textPair")).isFalse();
        assertThat(json.path("label").asText()).isEqualTo("positive");
        assertThat(json.path("score").floatValue()).isEqualTo(0.75f);
        assertThat(json.path("labels")).hasSize(2);
        assertThat(json.path("outOfScope").isBoolean()).isTrue();
        assertThat(json.path("attention").path(0).path("word").asText()).isEqualTo(TEXT);
        assertThat(json.path("truncated").asBoolean()).isTrue();
        assertThat(json.path("model").path("digest").asText()).isEqualTo("abc");
    }

    @Test
    void fieldsStandInTheOrderOfTheAvroSchema() {
        assertThat(text(encoder.encode(Events.labelled("hi"))))
                .isEqualTo(
                        "{\"id\":\"id-1\","
                                + "\"source\":{\"topic\":\"reviews\",\"partition\":2,\"offset\":77},"
                                + "\"timestamp\":1700000000123,\"text\":\"hi\","
                                + "\"label\":\"positive\",\"score\":0.75,"
                                + "\"labels\":[{\"label\":\"positive\",\"score\":0.75},"
                                + "{\"label\":\"negative\",\"score\":0.25}],"
                                + "\"outOfScope\":false,"
                                + "\"attention\":"
                                + "[{\"word\":\"hi\",\"start\":0,\"end\":2,\"weight\":1.0}],"
                                + "\"truncated\":true,"
                                + "\"model\":{\"name\":\"sentiment-en\","
                                + "\"version\":\"1\",\"digest\":\"abc\"}}");
    }

    @Test
    void jsonIsOneLine() {
        assertThat(encoder.encode(Events.labelled(TEXT))).doesNotContain((byte) '\n');
    }

    @Test
    void jsonOutsideAStreamHasNoSource() throws IOException {
        LabelledEvent event =
                new LabelledEvent(
                        "",
                        null,
                        0,
                        "hi",
                        "there",
                        "a",
                        1,
                        List.of(),
                        false,
                        List.of(),
                        false,
                        new ModelIdentity("m", "1", "d"));

        JsonNode json = new ObjectMapper().readTree(encoder.encode(event));

        assertThat(json.has("source")).isFalse();
        assertThat(json.has("id")).isFalse();
        assertThat(json.path("textPair").asText()).isEqualTo("there");
    }

    /** What a multi-label model says of a pair where no label reaches its threshold. */
    @Test
    void jsonSaysThatNoLabelFits() throws IOException {
        LabelledEvent event =
                new LabelledEvent(
                        "",
                        new SourcePosition("reviews", 0, 1),
                        0,
                        "a text",
                        "and another",
                        "positive",
                        0.25f,
                        List.of(),
                        true,
                        List.of(),
                        false,
                        new ModelIdentity("m", "1", "d"));

        JsonNode json = new ObjectMapper().readTree(encoder.encode(event));

        assertThat(json.path("outOfScope").asBoolean()).isTrue();
        assertThat(json.path("labels").isArray()).isTrue();
        assertThat(json.path("labels")).isEmpty();
        assertThat(json.path("attention").isArray()).isTrue();
        assertThat(json.path("attention")).isEmpty();
        assertThat(json.path("label").asText()).isEqualTo("positive");
        assertThat(json.path("textPair").asText()).isEqualTo("and another");
    }

    @Test
    void encoderCanBeUsedAgain() {
        byte[] first = encoder.encode(Events.labelled("one"));
        encoder.encode(Events.labelled("another, longer one"));

        assertThat(encoder.encode(Events.labelled("one"))).isEqualTo(first);
    }

    @Test
    void partsStandAloneForHeaders() {
        EventJson json = new EventJson();

        assertThat(text(json.labels(List.of(new LabelScore("a\"b", 0.5f)))))
                .isEqualTo("[{\"label\":\"a\\\"b\",\"score\":0.5}]");
        assertThat(text(json.attention(Events.labelled("hi").attention())))
                .isEqualTo("[{\"word\":\"hi\",\"start\":0,\"end\":2,\"weight\":1.0}]");
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
