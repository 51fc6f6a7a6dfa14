package io.labelstream.serde.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.labelstream.serde.DeadLetter;
import io.labelstream.serde.FieldPath;
import io.labelstream.serde.RefusedMessageException;
import io.labelstream.serde.RegistrySettings;
import io.labelstream.serde.TextEvent;
import io.labelstream.serde.TextTemplate;
import io.labelstream.serde.avro.AvroSchemas;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfluentTextDecoderTest {

    private static final String TEXT_EVENT =
            io.labelstream.avro.TextEvent.getClassSchema().toString();

    private RegistryStandIn standIn;

    @BeforeEach
    void start() throws IOException {
        standIn = RegistryStandIn.builder().start();
    }

    @AfterEach
    void stop() {
        standIn.close();
    }

    @Test
    void readsTextEventsOfOneSchemaAndAsksForItOnce() throws Exception {
        int id = standIn.register("in-value", TEXT_EVENT);
        ConfluentTextDecoder decoder = decoder(null, null);

        for (int i = 0; i < 100; i++) {
            assertThat(decoder.decode(value(id, TEXT_EVENT, "id" + i, "a text", null)))
                    .isEqualTo(new TextEvent("id" + i, "a text", ""));
        }
        assertThat(standIn.requests()).containsExactly("GET /schemas/ids/" + id);
    }

    @Test
    void readsMessagesOfSchemasInTurn() throws Exception {
        String older = textEvent("{'name':'text','type':'string'},{'name':'rank','type':'int'}");
        String newer =
                textEvent(
                        "{'name':'language','type':['null','string'],'default':null},"
                                + "{'name':'rank','type':'long'},{'name':'text','type':'string'}");
        int first = standIn.register("in-value", older);
        int second = standIn.register("in-value", newer);
        ConfluentTextDecoder decoder = decoder(null, null);

        for (int i = 0; i < 2; i++) {
            assertThat(decoder.decode(value(first, older, "old", 1)).text()).isEqualTo("old");
            assertThat(decoder.decode(value(second, newer, "en", 1L, "new")).text())
                    .isEqualTo("new");
        }
        assertThat(standIn.requests()).hasSize(2);
    }

    @Test
    void schemaWithoutTheTextRefusesItsMessagesOnly() throws Exception {
        String without = textEvent("{'name':'rank','type':'int'}");
        int none = standIn.register("other", without);
        int good = standIn.register("in-value", TEXT_EVENT);
        ConfluentTextDecoder decoder = decoder(null, null);

        assertRefused(
                decoder,
                value(none, without, 1),
                DeadLetter.Reason.SCHEMA,
                "the schema has no string at field text");
        assertThat(decoder.decode(value(good, TEXT_EVENT, null, "a", null)).text()).isEqualTo("a");
    }

    @Test
    void namedFieldsAreReadFromAnySchema() throws Exception {
        String review =
                record("Review", "{'name':'title','type':'string'},{'name':'stars','type':'int'}");
        int id = standIn.register("in-value", review);
        ConfluentTextDecoder decoder =
                new ConfluentTextDecoder(
                        registry(),
                        null,
                        TextTemplate.parse("<{title}>"),
                        FieldPath.parse("subtitle"));

        assertThat(decoder.decode(value(id, review, "A title", 5)))
                .isEqualTo(new TextEvent("", "<A title>", ""));
    }

    @Test
    void readersSchemaRenames() throws Exception {
        String written = record("Review", "{'name':'content','type':'string'}");
        int id = standIn.register("in-value", written);
        Schema reader =
                AvroSchemas.parse(
                        record(
                                "Review",
                                "{'name':'text','aliases':['content'],'type':'string'},"
                                        + "{'name':'id','type':'string','default':'none'}"));

        assertThat(decoder(reader, null).decode(value(id, written, "a text")))
                .isEqualTo(new TextEvent("none", "a text", ""));
    }

    @Test
    void readersSchemaIsCheckedAtStart() {
        Schema reader = AvroSchemas.parse(record("R", "{'name':'text','type':'long'}"));

        assertThatThrownBy(() -> decoder(reader, TextTemplate.parse("{text}")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Schema R: field text is a long, expected a string");
        assertThat(standIn.requests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"01", "7b", "ff"})
    void valueThatDoesNotBeginWithZeroIsRefused(String first) throws Exception {
        int id = standIn.register("in-value", TEXT_EVENT);
        byte[] value = value(id, TEXT_EVENT, null, "secret", null);
        value[0] = HexFormat.of().parseHex(first)[0];

        assertRefused(
                decoder(null, null),
                value,
                DeadLetter.Reason.SCHEMA,
                "does not begin with the zero");
        assertThat(standIn.requests()).isEmpty();
    }

    @Test
    void valueCutAnywhereIsRefused() throws Exception {
        int id = standIn.register("in-value", TEXT_EVENT);
        byte[] value = value(id, TEXT_EVENT, "secret", "secret", "secret");
        ConfluentTextDecoder decoder = decoder(null, null);

        for (int length = 0; length < value.length; length++) {
            assertRefused(
                    decoder,
                    Arrays.copyOf(value, length),
                    DeadLetter.Reason.SCHEMA,
                    length < 5 ? "shorter than the five bytes" : "not of the schema");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, Integer.MAX_VALUE, -1, Integer.MIN_VALUE})
    void idThatTheRegistryDoesNotHaveIsRefused(int id) throws Exception {
        standIn.register("in-value", TEXT_EVENT);
        ConfluentTextDecoder decoder = decoder(null, null);
        byte[] value = value(id, TEXT_EVENT, null, "secret", null);

        for (int i = 0; i < 10; i++) {
            assertRefused(decoder, value, DeadLetter.Reason.UNKNOWN_SCHEMA, "id");
        }
        assertThat(standIn.requests()).hasSize(id < 0 ? 0 : 1);
    }

    @Test
    void registryThatIsAwayIsNotTheMessagesFault() throws Exception {
        ConfluentTextDecoder decoder = decoder(null, null);
        standIn.close();
        byte[] value = value(1, TEXT_EVENT, null, "secret", null);

        assertThatThrownBy(() -> decoder.decode(value))
                .isInstanceOf(SchemaRegistryException.class)
                .hasMessageNotContaining("secret");
    }

    private ConfluentTextDecoder decoder(Schema reader, TextTemplate text) {
        return new ConfluentTextDecoder(registry(), reader, text, null);
    }

    private SchemaRegistry registry() {
        return new SchemaRegistry(
                new RegistrySettings(
                        List.of(standIn.url()), "", "", Duration.ofMillis(500), true, "s"),
                new SchemaCache(System::nanoTime));
    }

    private static void assertRefused(
            ConfluentTextDecoder decoder, byte[] value, DeadLetter.Reason reason, String message) {
        assertThatThrownBy(() -> decoder.decode(value))
                .isInstanceOfSatisfying(
                        RefusedMessageException.class,
                        e -> assertThat(e.reason()).isEqualTo(reason))
                .hasMessageContaining(message)
                .hasMessageNotContaining("secret");
    }

    /** A schema called TextEvent, with fields in JSON with single quotes. */
    private static String textEvent(String fields) {
        return record("io.labelstream.avro.TextEvent", fields);
    }

    private static String record(String name, String fields) {
        return "{'type':'record','name':'%s','fields':[%s]}"
                .formatted(name, fields)
                .replace('\'', '"');
    }

    /** A value framed as Confluent's serializers do it, its fields in the order of the schema. */
    private static byte[] value(int id, String schema, Object... fields) throws IOException {
        Schema parsed = AvroSchemas.parse(schema);
        GenericRecord record = new GenericData.Record(parsed);
        for (int i = 0; i < fields.length; i++) {
            record.put(i, fields[i]);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(ByteBuffer.allocate(5).put((byte) 0).putInt(id).array());
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
        new GenericDatumWriter<GenericRecord>(parsed).write(record, encoder);
        encoder.flush();
        return bytes.toByteArray();
    }
}
