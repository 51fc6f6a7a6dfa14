package io.labelstream.streaming.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.sink.KafkaWriterState;
import org.apache.flink.connector.kafka.sink.internal.TransactionOwnership;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** What stands in savepoints, byte by byte: a change here needs a version of its own. */
class CheckpointFormsTest {

    private static final KafkaSink<byte[]> SINK =
            KafkaSink.<byte[]>builder()
                    .setBootstrapServers("localhost:9092")
                    .setDeliveryGuarantee(DeliveryGuarantee.EXACTLY_ONCE)
                    .setTransactionalIdPrefix("t")
                    .setRecordSerializer(
                            (KafkaRecordSerializationSchema<byte[]>)
                                    (value, context, timestamp) -> new ProducerRecord<>("o", value))
                    .build();

    private final SimpleVersionedSerializer<KafkaCommittable> connectorCommittables =
            SINK.getCommittableSerializer();
    private final SimpleVersionedSerializer<KafkaWriterState> connectorStates =
            SINK.getWriterStateSerializer();
    private final GuardedCommittableSerializer committables =
            new GuardedCommittableSerializer(connectorCommittables);
    private final GuardedWriterStateSerializer states =
            new GuardedWriterStateSerializer(connectorStates);

    @Test
    void transactionWithItsPositions() throws IOException {
        GuardedCommittable committable =
                Transactions.guarded("t-0-7", new SourceRange("in", 2, 120, 240, 113));

        byte[] bytes = committables.serialize(committable);

        assertThat(HexFormat.of().formatHex(bytes))
                .isEqualTo(
                        "00000001" // The connector's version, length and form:
                                + "00000011"
                                + "0006"
                                + "0000000000000fa0"
                                + "0005742d302d37"
                                + "00000001" // One range: topic, partition, first, last, messages.
                                + "0002696e"
                                + "00000002"
                                + "0000000000000078"
                                + "00000000000000f0"
                                + "0000000000000071");
        assertThat(committables.getVersion()).isEqualTo(1001);
        assertThat(committables.deserialize(1001, bytes)).isEqualTo(committable);
    }

    @Test
    void writerStateWithAndWithoutClaim() throws IOException {
        GuardedWriterState with =
                new GuardedWriterState(state(), new Claim("r", new ProducerIdentity(9, 3)));
        GuardedWriterState without = new GuardedWriterState(state(), null);
        String connector = "00000002" + "0000001300017400000000000000010000000000000000";

        byte[] bytes = states.serialize(with);

        assertThat(HexFormat.of().formatHex(bytes))
                .isEqualTo(connector + "01" + "000172" + "0000000000000009" + "00000003");
        assertThat(states.getVersion()).isEqualTo(1001);
        assertThat(states.deserialize(1001, bytes)).isEqualTo(with);
        byte[] shorter = states.serialize(without);
        assertThat(HexFormat.of().formatHex(shorter)).isEqualTo(connector + "00");
        assertThat(states.deserialize(1001, shorter)).isEqualTo(without);
    }

    @Test
    void savepointsFromBeforeTheGuardAreRead() throws IOException {
        byte[] committable = connectorCommittables.serialize(Transactions.kafka("t-0-7"));
        byte[] state = connectorStates.serialize(state());

        assertThat(committables.deserialize(connectorCommittables.getVersion(), committable))
                .isEqualTo(Transactions.guarded("t-0-7"));
        assertThat(states.deserialize(connectorStates.getVersion(), state))
                .isEqualTo(new GuardedWriterState(state(), null));
    }

    @Test
    void formsOfLaterVersionsAreRefused() {
        assertThatThrownBy(() -> committables.deserialize(1002, new byte[0]))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "The checkpoint holds a transaction to commit in form 1002; expected at most 1001. It was written by a later version of Labelstream: start with that one.");
        assertThatThrownBy(() -> states.deserialize(1002, new byte[0]))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the state of a Kafka writer in form 1002");
    }

    @Test
    void flinkQuotesTheTransactionAlone() {
        assertThat(Transactions.guarded("t-0-7", new SourceRange("in", 2, 120, 240, 113)))
                .hasToString("t-0-7 (producer 4000, epoch 6)");
    }

    private static KafkaWriterState state() {
        return new KafkaWriterState(
                "t", 0, 1, TransactionOwnership.IMPLICIT_BY_SUBTASK_ID, List.of());
    }
}
