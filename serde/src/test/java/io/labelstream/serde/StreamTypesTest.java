package io.labelstream.serde;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.types.PojoTestUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamTypesTest {

    private static final String SECRET = "canary-7f3a";

    @ParameterizedTest
    @ValueSource(classes = {RawMessage.class, OutputMessage.class, DeadLetter.class})
    void streamTypeNeverFallsToAGenericSerializer(Class<?> type) {
        PojoTestUtils.assertSerializedAsPojoWithoutKryo(type);
    }

    @Test
    void messageWithoutKeyAndValueSurvivesAState() throws IOException {
        RawMessage message =
                new RawMessage("in", 3, 42, -1, null, null, List.of(new MessageHeader("h", null)));

        RawMessage read = roundTrip(message, RawMessage.class);

        assertThat(read.key()).isNull();
        assertThat(read.value()).isNull();
        assertThat(read.headers()).hasSize(1);
        assertThat(read.headers().get(0).value()).isNull();
        assertThat(read.position()).isEqualTo(message.position());
    }

    @Test
    void noStreamTypePrintsTheText() {
        byte[] bytes = SECRET.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        RawMessage message =
                new RawMessage(
                        "in", 0, 1, 2, bytes, bytes, List.of(new MessageHeader(SECRET, bytes)));
        LabelledEvent event = Events.labelled(SECRET);
        DeadLetter letter =
                new DeadLetter(
                        message, DeadLetter.Stage.DECODE, DeadLetter.Reason.SCHEMA, "why", 0, "m");

        assertThat(
                        List.of(
                                        message,
                                        message.headers(),
                                        TextEvent.of(SECRET),
                                        event,
                                        event.attention(),
                                        new OutputMessage(
                                                message.position(),
                                                0,
                                                1,
                                                bytes,
                                                bytes,
                                                message.headers()),
                                        letter)
                                .toString())
                .doesNotContain(SECRET);
    }

    private static <T> T roundTrip(T value, Class<T> type) throws IOException {
        TypeSerializer<T> serializer =
                TypeInformation.of(type).createSerializer(new SerializerConfigImpl());
        DataOutputSerializer out = new DataOutputSerializer(64);
        serializer.serialize(value, out);
        return serializer.deserialize(new DataInputDeserializer(out.getCopyOfBuffer()));
    }
}
