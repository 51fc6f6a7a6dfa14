package io.labelstream.serde.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.labelstream.serde.Events;
import io.labelstream.serde.LabelledEvent;
import io.labelstream.serde.RegistrySettings;
import io.labelstream.serde.avro.AvroEventEncoder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfluentEventEncoderTest {

    private static final LabelledEvent EVENT = Events.labelled("a text");

    @Test
    void eventsAreFramedWithTheIdOfTheirSchema() throws Exception {
        try (RegistryStandIn standIn = RegistryStandIn.builder().start()) {
            standIn.register("other", "\"string\"");
            SchemaRegistry registry = registry(standIn);

            byte[] value = new ConfluentEventEncoder(registry, "out-value").encode(EVENT);

            assertThat(value[0]).isZero();
            int id = ByteBuffer.wrap(value).getInt(1);
            assertThat(id).isEqualTo(2);
            byte[] body = Arrays.copyOfRange(value, 5, value.length);
            assertThat(body).isEqualTo(new AvroEventEncoder().encode(EVENT));
            Schema schema = registry.byId(id);
            assertThat(schema).isEqualTo(io.labelstream.avro.LabelledEvent.getClassSchema());
            GenericRecord read =
                    new GenericDatumReader<GenericRecord>(schema)
                            .read(null, DecoderFactory.get().binaryDecoder(body, null));
            assertThat(read.get("text")).hasToString("a text");
        }
    }

    @Test
    void registryIsAskedOnceForAllEncoders() throws Exception {
        try (RegistryStandIn standIn = RegistryStandIn.builder().start()) {
            SchemaRegistry registry = registry(standIn);
            ConfluentEventEncoder encoder = new ConfluentEventEncoder(registry, "out-value");
            byte[] first = encoder.encode(EVENT);
            assertThat(encoder.encode(EVENT)).isEqualTo(first);
            assertThat(new ConfluentEventEncoder(registry, "out-value").encode(EVENT))
                    .isEqualTo(first);

            assertThat(standIn.requests()).containsExactly("POST /subjects/out-value/versions");
        }
    }

    @Test
    void idStaysWhenTheRegistryStartsAgain(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("registry.json");
        byte[] before;
        try (RegistryStandIn standIn = RegistryStandIn.builder().file(file).start()) {
            standIn.register("other", "\"string\"");
            before = new ConfluentEventEncoder(registry(standIn), "out-value").encode(EVENT);
        }
        try (RegistryStandIn standIn = RegistryStandIn.builder().file(file).start()) {
            standIn.register("more", "\"bytes\"");
            assertThat(new ConfluentEventEncoder(registry(standIn), "out-value").encode(EVENT))
                    .isEqualTo(before);
        }
    }

    @Test
    void encoderIsNotMadeWithoutARegistry() throws IOException {
        RegistryStandIn standIn = RegistryStandIn.builder().start();
        standIn.close();

        assertThatThrownBy(() -> new ConfluentEventEncoder(registry(standIn), "out-value"))
                .isInstanceOf(SchemaRegistryException.class)
                .hasMessageContaining("/subjects/out-value/versions could not be asked");
    }

    private static SchemaRegistry registry(RegistryStandIn standIn) {
        return new SchemaRegistry(
                new RegistrySettings(
                        List.of(standIn.url()), "", "", Duration.ofMillis(500), true, "out-value"),
                new SchemaCache(System::nanoTime));
    }
}
