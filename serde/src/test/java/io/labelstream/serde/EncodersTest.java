package io.labelstream.serde;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.junit.jupiter.api.Test;

class EncodersTest {

    private static final String TEXT = "l'\u00E9t\u00E9 \"quoted\"\n\uD83D\uDE00";

    @Test
    void jsonHoldsEveryField() throws IOException {
        JsonNode json =
                new ObjectMapper()
                        .readTree(OutputFormat.JSON.encoder().encode(Events.labelled(TEXT)));

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
    void jsonIsOneLine() {
        assertThat(OutputFormat.JSON.encoder().encode(Events.labelled(TEXT)))
                .doesNotContain((byte) '\n');
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

        JsonNode json = new ObjectMapper().readTree(OutputFormat.JSON.encoder().encode(event));

        assertThat(json.has("source")).isFalse();
        assertThat(json.has("id")).isFalse();
        assertThat(json.path("textPair").asText()).isEqualTo("there");
    }

    @Test
    void plainAvroReadsWhatWeWrite() throws IOException {
        byte[] bytes = OutputFormat.AVRO.encoder().encode(Events.labelled(TEXT));

        GenericRecord read = avro(bytes);

        assertThat(read.get("text")).hasToString(TEXT);
        assertThat(read.get("textPair")).isNull();
        assertThat(read.get("score")).isEqualTo(0.75f);
        assertThat(((GenericRecord) read.get("source")).get("offset")).isEqualTo(77L);
        assertThat((List<?>) read.get("labels")).hasSize(2);
        assertThat(read.get("outOfScope")).isEqualTo(false);
        assertThat((List<?>) read.get("attention")).hasSize(1);
        assertThat(((GenericRecord) read.get("model")).get("version")).hasToString("1");
    }

    @Test
    void jsonSaysThatNoLabelFits() throws IOException {
        JsonNode json =
                new ObjectMapper().readTree(OutputFormat.JSON.encoder().encode(unlabelled()));

        assertThat(json.path("outOfScope").asBoolean()).isTrue();
        assertThat(json.path("labels").isArray()).isTrue();
        assertThat(json.path("labels")).isEmpty();
        assertThat(json.path("label").asText()).isEqualTo("positive");
        assertThat(json.path("textPair").asText()).isEqualTo("and another");
    }

    @Test
    void avroSaysThatNoLabelFits() throws IOException {
        GenericRecord read = avro(OutputFormat.AVRO.encoder().encode(unlabelled()));

        assertThat(read.get("outOfScope")).isEqualTo(true);
        assertThat((List<?>) read.get("labels")).isEmpty();
        assertThat(read.get("label")).hasToString("positive");
        assertThat(read.get("textPair")).hasToString("and another");
    }

    /** What a multi-label model says of a pair where no label reaches its threshold. */
    private static LabelledEvent unlabelled() {
        return new LabelledEvent(
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
    }

    private static GenericRecord avro(byte[] bytes) throws IOException {
        return new GenericDatumReader<GenericRecord>(
                        io.labelstream.avro.LabelledEvent.getClassSchema())
                .read(null, DecoderFactory.get().binaryDecoder(bytes, null));
    }

    @Test
    void encodersCanBeUsedAgain() {
        for (OutputFormat format : OutputFormat.values()) {
            EventEncoder encoder = format.encoder();
            byte[] first = encoder.encode(Events.labelled("one"));
            encoder.encode(Events.labelled("another, longer one"));
            assertThat(encoder.encode(Events.labelled("one"))).isEqualTo(first);
        }
    }
}
