package io.labelstream.streaming.commit;

import java.io.IOException;
import org.apache.flink.connector.kafka.sink.KafkaWriterState;
import org.apache.flink.core.io.SimpleVersionedSerialization;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/** The form of {@link GuardedWriterState} in checkpoints. Lower versions are the connector's. */
final class GuardedWriterStateSerializer implements SimpleVersionedSerializer<GuardedWriterState> {

    static final int VERSION = 1001;

    private final SimpleVersionedSerializer<KafkaWriterState> connector;

    GuardedWriterStateSerializer(SimpleVersionedSerializer<KafkaWriterState> connector) {
        this.connector = connector;
    }

    @Override
    public int getVersion() {
        return VERSION;
    }

    @Override
    public byte[] serialize(GuardedWriterState state) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(256);
        SimpleVersionedSerialization.writeVersionAndSerialize(connector, state.connector(), out);
        Claim claim = state.claim();
        out.writeBoolean(claim != null);
        if (claim != null) {
            out.writeUTF(claim.run());
            out.writeLong(claim.holder().producerId());
            out.writeInt(claim.holder().epoch());
        }
        return out.getCopyOfBuffer();
    }

    @Override
    public GuardedWriterState deserialize(int version, byte[] serialized) throws IOException {
        if (version < VERSION) {
            return new GuardedWriterState(connector.deserialize(version, serialized), null);
        }
        Versions.check("the state of a Kafka writer", version, VERSION);
        DataInputDeserializer in = new DataInputDeserializer(serialized);
        KafkaWriterState state =
                SimpleVersionedSerialization.readVersionAndDeSerialize(connector, in);
        Claim claim =
                in.readBoolean()
                        ? new Claim(in.readUTF(), new ProducerIdentity(in.readLong(), in.readInt()))
                        : null;
        return new GuardedWriterState(state, claim);
    }
}
