package io.labelstream.cli;

import static io.labelstream.serde.DeadLetterSerializationSchema.Header.HEADERS_LEFT_OUT;
import static io.labelstream.serde.DeadLetterSerializationSchema.Header.KEY_SHA256;
import static io.labelstream.serde.DeadLetterSerializationSchema.Header.ORIGINAL_HEADERS;
import static io.labelstream.serde.DeadLetterSerializationSchema.Header.PAYLOAD_SHA256;
import static io.labelstream.serde.DeadLetterSerializationSchema.Header.REASON;
import static io.labelstream.serde.DeadLetterSerializationSchema.Header.SOURCE_OFFSET;
import static io.labelstream.serde.DeadLetterSerializationSchema.Header.SOURCE_PARTITION;
import static io.labelstream.serde.DeadLetterSerializationSchema.Header.SOURCE_TIMESTAMP;
import static io.labelstream.serde.DeadLetterSerializationSchema.Header.SOURCE_TOPIC;
import static io.labelstream.serde.DeadLetterSerializationSchema.Header.STAGE;

import io.labelstream.serde.DeadLetter;
import io.labelstream.serde.SourcePosition;
import io.labelstream.serde.StrictUtf8;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * What the headers of a dead letter say.
 *
 * @param source where its message was read
 * @param timestamp of the message, in milliseconds; negative where it had none
 * @param stage where the message failed
 * @param reason what was wrong
 * @param original how many headers, from the first on, are the message's own
 * @param obstacle why the message cannot be made again; nothing where it can
 */
record DeadLetterHeaders(
        SourcePosition source,
        long timestamp,
        DeadLetter.Stage stage,
        DeadLetter.Reason reason,
        int original,
        Optional<ReplayObstacle> obstacle) {

    private static final String PREFIX = "labelstream.";

    /**
     * Reads the headers that the job added. A message may bring headers of the same names, from
     * another job before this one or from a replay: those are among its own, and not looked at.
     *
     * @return nothing where they are missing or unreadable, or name a stage or reason that this
     *     version does not know
     */
    static Optional<DeadLetterHeaders> read(Headers headers) {
        Header[] all = headers.toArray();
        try {
            int original = original(all);
            return Optional.of(of(original, added(all, original)));
        } catch (IllegalArgumentException e) {
            // All ways to be unreadable end here: for a replay they are one.
            return Optional.empty();
        }
    }

    /** From the last header of the name: one before it is the message's own. */
    private static int original(Header[] all) {
        for (int i = all.length - 1; i >= 0; i--) {
            if (all[i].key().equals(ORIGINAL_HEADERS)) {
                int original = Integer.parseInt(text(all[i]));
                require(original >= 0 && original <= i, ORIGINAL_HEADERS);
                return original;
            }
        }
        throw new IllegalArgumentException(ORIGINAL_HEADERS);
    }

    /** What stands behind the message's own headers. */
    private static Map<String, String> added(Header[] all, int original) {
        Map<String, String> added = new HashMap<>();
        for (int i = original; i < all.length; i++) {
            String name = all[i].key();
            // Another tool may have put headers of its own behind them.
            if (name.startsWith(PREFIX)) {
                require(added.put(name, text(all[i])) == null, name);
            }
        }
        return added;
    }

    private static DeadLetterHeaders of(int original, Map<String, String> added) {
        String topic = value(added, SOURCE_TOPIC);
        int partition = Integer.parseInt(value(added, SOURCE_PARTITION));
        long offset = Long.parseLong(value(added, SOURCE_OFFSET));
        require(topic.matches(PositionOption.TOPIC), SOURCE_TOPIC);
        require(partition >= 0, SOURCE_PARTITION);
        require(offset >= 0, SOURCE_OFFSET);
        return new DeadLetterHeaders(
                new SourcePosition(topic, partition, offset),
                Long.parseLong(value(added, SOURCE_TIMESTAMP)),
                DeadLetter.Stage.valueOf(value(added, STAGE).toUpperCase(Locale.ROOT)),
                DeadLetter.Reason.valueOf(value(added, REASON)),
                original,
                obstacle(added));
    }

    private static Optional<ReplayObstacle> obstacle(Map<String, String> added) {
        if (added.containsKey(PAYLOAD_SHA256)) {
            return Optional.of(ReplayObstacle.VALUE_LEFT_OUT);
        }
        if (added.containsKey(HEADERS_LEFT_OUT)) {
            return Optional.of(ReplayObstacle.HEADERS_LEFT_OUT);
        }
        return added.containsKey(KEY_SHA256)
                ? Optional.of(ReplayObstacle.KEY_LEFT_OUT)
                : Optional.empty();
    }

    private static String value(Map<String, String> added, String name) {
        String value = added.get(name);
        require(value != null, name);
        return value;
    }

    private static String text(Header header) {
        byte[] value = header.value();
        require(value != null && StrictUtf8.isValid(value, 0, value.length), header.key());
        return new String(value, StandardCharsets.UTF_8);
    }

    private static void require(boolean condition, String header) {
        if (!condition) {
            throw new IllegalArgumentException(header);
        }
    }
}
