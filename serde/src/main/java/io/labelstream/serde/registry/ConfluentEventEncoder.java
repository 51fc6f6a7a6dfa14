package io.labelstream.serde.registry;

import io.labelstream.serde.EventEncoder;
import io.labelstream.serde.LabelledEvent;
import io.labelstream.serde.RegistrySettings;
import io.labelstream.serde.avro.AvroEventEncoder;
import java.nio.ByteBuffer;

/**
 * Output format {@code avro-confluent}: a zero byte, the id of {@code LabelledEvent}'s schema in
 * four bytes, big end first, then the event in Avro's binary form.
 *
 * <p>The registry is asked for the id when an encoder is made, and not again. For one thread.
 */
public final class ConfluentEventEncoder implements EventEncoder {

    private final AvroEventEncoder events;

    /**
     * An encoder; waits for the registry.
     *
     * @throws SchemaRegistryException if the registry does not answer in time, or will not have the
     *     schema
     */
    public ConfluentEventEncoder(RegistrySettings settings) {
        this(new SchemaRegistry(settings), settings.subject());
    }

    ConfluentEventEncoder(SchemaRegistry registry, String subject) {
        int id = registry.register(subject, io.labelstream.avro.LabelledEvent.getClassSchema());
        events =
                new AvroEventEncoder(
                        ByteBuffer.allocate(ConfluentTextDecoder.HEADER_LENGTH)
                                .put((byte) 0)
                                .putInt(id)
                                .array());
    }

    @Override
    public byte[] encode(LabelledEvent event) {
        return events.encode(event);
    }
}
