package io.labelstream.serde;

import io.labelstream.serde.avro.AvroEventEncoder;
import io.labelstream.serde.json.JsonEnricher;
import io.labelstream.serde.json.JsonEventEncoder;
import io.labelstream.serde.registry.ConfluentEventEncoder;
import java.io.Serializable;
import java.time.Duration;

/**
 * What results are; travels with the operators to the cluster.
 *
 * @param format what the values are
 * @param enrichField for {@code ENRICH}, the name of the field that is added
 * @param existingField what becomes of a message that has such a field
 * @param maxBytes larger results go to the dead letters, in bytes of key, headers and value as the
 *     broker counts them
 * @param keepPartition whether a result goes to the partition that its message had; else the key
 *     decides, as Kafka's producers do it
 * @param badTimestamps what becomes of results whose timestamp is out of range
 * @param maxAhead how far in the future a timestamp may be
 * @param maxBehind how far in the past a timestamp may be; null for no limit
 * @param registry for {@code AVRO_CONFLUENT}, else null
 */
public record OutputSettings(
        OutputFormat format,
        String enrichField,
        ExistingField existingField,
        int maxBytes,
        boolean keepPartition,
        BadTimestamps badTimestamps,
        Duration maxAhead,
        Duration maxBehind,
        RegistrySettings registry)
        implements Serializable {

    /** The field that {@code ENRICH} adds, unless told. */
    public static final String DEFAULT_ENRICH_FIELD = "classification";

    /** What Kafka's producers and brokers take, unless told. */
    public static final int DEFAULT_MAX_BYTES = 1024 * 1024;

    /** What Kafka's brokers allow, unless told. */
    public static final Duration DEFAULT_MAX_AHEAD = Duration.ofHours(1);

    /** A format with all else as it is by default. */
    public static OutputSettings of(OutputFormat format) {
        return new OutputSettings(
                format,
                DEFAULT_ENRICH_FIELD,
                ExistingField.DEAD_LETTER,
                DEFAULT_MAX_BYTES,
                false,
                BadTimestamps.REPLACE,
                DEFAULT_MAX_AHEAD,
                null,
                null);
    }

    /** An encoder for one thread. */
    ResultEncoder encoder() {
        return switch (format) {
            case JSON -> ofEvents(new JsonEventEncoder());
            case AVRO -> ofEvents(new AvroEventEncoder());
            case AVRO_CONFLUENT -> ofEvents(new ConfluentEventEncoder(registry));
            case ENRICH -> new JsonEnricher(enrichField, existingField);
            case HEADERS -> new HeaderEncoder();
        };
    }

    private static ResultEncoder ofEvents(EventEncoder events) {
        return (message, event) -> events.encode(event);
    }

    TimestampRange timestamps() {
        return new TimestampRange(maxAhead, maxBehind);
    }
}
