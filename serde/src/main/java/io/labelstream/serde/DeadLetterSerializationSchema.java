package io.labelstream.serde;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Writes dead letters: key, value, headers and timestamp are those of the message; what happened
 * stands in further headers {@code labelstream.*}. What the broker would refuse for its size is
 * left out, with size and sha256 in headers: the value first, then the message's headers, then the
 * key.
 */
public final class DeadLetterSerializationSchema
        implements KafkaRecordSerializationSchema<DeadLetter> {
    private static final long serialVersionUID = 1L;

    /** All of them by name, for who reads dead letters. Values are UTF-8 text. */
    public static final class Header {
        public static final String SOURCE_TOPIC = "labelstream.source.topic";
        public static final String SOURCE_PARTITION = "labelstream.source.partition";
        public static final String SOURCE_OFFSET = "labelstream.source.offset";
        public static final String SOURCE_TIMESTAMP = "labelstream.source.timestamp";
        public static final String STAGE = "labelstream.stage";
        public static final String REASON = "labelstream.reason";
        public static final String MESSAGE = "labelstream.message";
        public static final String ATTEMPTS = "labelstream.attempts";
        public static final String MODEL = "labelstream.model";

        /** How many of the headers, from the first on, are the message's own. */
        public static final String ORIGINAL_HEADERS = "labelstream.original-headers";

        public static final String PAYLOAD_BYTES = "labelstream.payload.bytes";
        public static final String PAYLOAD_SHA256 = "labelstream.payload.sha256";

        /** How many of the message's headers were left out. */
        public static final String HEADERS_LEFT_OUT = "labelstream.headers.left-out";

        public static final String KEY_BYTES = "labelstream.key.bytes";
        public static final String KEY_SHA256 = "labelstream.key.sha256";

        private Header() {}
    }

    /** What the notes on what was left out may take, and the count of headers. */
    private static final int ROOM_FOR_DESCRIPTIONS = 512;

    private final DeadLetterSettings settings;

    public DeadLetterSerializationSchema(DeadLetterSettings settings) {
        this.settings = settings;
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(
            DeadLetter letter, KafkaSinkContext context, Long timestamp) {
        RawMessage message = letter.message();
        List<MessageHeader> own = message.headers();
        List<MessageHeader> notes = notes(letter);
        byte[] key = message.key();
        byte[] value = message.value();
        if (value != null
                && (settings.payload() == DeadLetterSettings.Payload.HASH
                        || tooLarge(key, value, own, notes))) {
            describe(notes, Header.PAYLOAD_BYTES, Header.PAYLOAD_SHA256, value);
            value = null;
        }
        if (!own.isEmpty() && tooLarge(key, value, own, notes)) {
            add(notes, Header.HEADERS_LEFT_OUT, Integer.toString(own.size()));
            own = List.of();
        }
        if (key != null && tooLarge(key, value, own, notes)) {
            describe(notes, Header.KEY_BYTES, Header.KEY_SHA256, key);
            key = null;
        }
        add(notes, Header.ORIGINAL_HEADERS, Integer.toString(own.size()));
        List<MessageHeader> all = new ArrayList<>(own.size() + notes.size());
        all.addAll(own);
        all.addAll(notes);
        boolean keeps =
                settings.timestamps().holds(message.timestamp(), System.currentTimeMillis());
        return new ProducerRecord<>(
                settings.topic(),
                null,
                keeps ? message.timestamp() : null,
                key,
                value,
                KafkaHeaders.of(all));
    }

    private static List<MessageHeader> notes(DeadLetter letter) {
        RawMessage message = letter.message();
        List<MessageHeader> notes = new ArrayList<>();
        add(notes, Header.SOURCE_TOPIC, message.topic());
        add(notes, Header.SOURCE_PARTITION, Integer.toString(message.partition()));
        add(notes, Header.SOURCE_OFFSET, Long.toString(message.offset()));
        add(notes, Header.SOURCE_TIMESTAMP, Long.toString(message.timestamp()));
        add(notes, Header.STAGE, letter.stage().name().toLowerCase(Locale.ROOT));
        add(notes, Header.REASON, letter.reason().name());
        add(notes, Header.MESSAGE, letter.detail());
        add(notes, Header.ATTEMPTS, Integer.toString(letter.attempts()));
        add(notes, Header.MODEL, letter.model());
        return notes;
    }

    /** With room for what {@link #describe} may still have to add. */
    private boolean tooLarge(
            byte[] key, byte[] value, List<MessageHeader> own, List<MessageHeader> notes) {
        long ours = RecordSize.of(null, null, notes);
        long theirs = RecordSize.of(key, value, own);
        return ours + theirs + ROOM_FOR_DESCRIPTIONS > settings.maxBytes();
    }

    private static void describe(
            List<MessageHeader> notes, String bytes, String sha256, byte[] leftOut) {
        add(notes, bytes, Integer.toString(leftOut.length));
        add(notes, sha256, sha256(leftOut));
    }

    private static void add(List<MessageHeader> notes, String name, String value) {
        notes.add(new MessageHeader(name, value.getBytes(StandardCharsets.UTF_8)));
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
