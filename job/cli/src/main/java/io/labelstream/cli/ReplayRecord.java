package io.labelstream.cli;

import io.labelstream.serde.SourcePosition;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** Makes a message again out of its dead letter. */
final class ReplayRecord {

    /** Says from which dead letter a message came back; one more for each time. */
    static final String REPLAYED = "labelstream.replayed";

    private ReplayRecord() {}

    /**
     * The message with its key, value, timestamp and own headers, and {@link #REPLAYED} behind
     * them. Back in its own topic it gets its own partition, so that the order within a key is
     * kept.
     *
     * @param letter a dead letter without an obstacle
     * @param said what its headers say
     * @param topic where the message goes
     * @param partitions how many that topic has
     */
    static ProducerRecord<byte[], byte[]> of(
            ConsumerRecord<byte[], byte[]> letter,
            DeadLetterHeaders said,
            String topic,
            int partitions) {
        RecordHeaders headers = new RecordHeaders();
        Header[] all = letter.headers().toArray();
        for (int i = 0; i < said.original(); i++) {
            headers.add(all[i]);
        }
        headers.add(REPLAYED, position(letter).toString().getBytes(StandardCharsets.UTF_8));
        boolean back =
                topic.equals(said.source().topic()) && said.source().partition() < partitions;
        return new ProducerRecord<>(
                topic,
                back ? said.source().partition() : null,
                said.timestamp() < 0 ? null : said.timestamp(),
                letter.key(),
                letter.value(),
                headers);
    }

    /** Where a dead letter itself stands. */
    static SourcePosition position(ConsumerRecord<byte[], byte[]> letter) {
        return new SourcePosition(letter.topic(), letter.partition(), letter.offset());
    }

    /** Bytes of a message, about as the broker counts them. */
    static long bytes(ProducerRecord<byte[], byte[]> message) {
        long bytes = length(message.key()) + length(message.value());
        for (Header header : message.headers()) {
            bytes += header.key().length() + length(header.value());
        }
        return bytes;
    }

    private static long length(byte[] bytes) {
        return bytes == null ? 0 : bytes.length;
    }
}
