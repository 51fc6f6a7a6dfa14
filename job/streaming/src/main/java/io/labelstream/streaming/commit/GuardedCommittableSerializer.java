package io.labelstream.streaming.commit;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.apache.flink.core.io.SimpleVersionedSerialization;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/**
 * The form of transactions in checkpoints. Versions below {@link #VERSION} are the connector's, as
 * savepoints from before the guard hold them. About 50 bytes for each input partition: no more than
 * the source keeps.
 */
final class GuardedCommittableSerializer implements SimpleVersionedSerializer<GuardedCommittable> {

    /** Far above any version that the connector may come to use. */
    static final int VERSION = 1001;

    private final SimpleVersionedSerializer<KafkaCommittable> connector;

    GuardedCommittableSerializer(SimpleVersionedSerializer<KafkaCommittable> connector) {
        this.connector = connector;
    }

    @Override
    public int getVersion() {
        return VERSION;
    }

    @Override
    public byte[] serialize(GuardedCommittable committable) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(256);
        SimpleVersionedSerialization.writeVersionAndSerialize(
                connector, committable.transaction(), out);
        out.writeInt(committable.positions().size());
        for (SourceRange range : committable.positions()) {
            out.writeUTF(range.topic());
            out.writeInt(range.partition());
            out.writeLong(range.firstOffset());
            out.writeLong(range.lastOffset());
            out.writeLong(range.messages());
        }
        return out.getCopyOfBuffer();
    }

    @Override
    public GuardedCommittable deserialize(int version, byte[] serialized) throws IOException {
        if (version < VERSION) {
            return new GuardedCommittable(connector.deserialize(version, serialized), List.of());
        }
        Versions.check("a transaction to commit", version, VERSION);
        DataInputDeserializer in = new DataInputDeserializer(serialized);
        KafkaCommittable transaction =
                SimpleVersionedSerialization.readVersionAndDeSerialize(connector, in);
        List<SourceRange> positions = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            positions.add(
                    new SourceRange(
                            in.readUTF(),
                            in.readInt(),
                            in.readLong(),
                            in.readLong(),
                            in.readLong()));
        }
        return new GuardedCommittable(transaction, positions);
    }
}
