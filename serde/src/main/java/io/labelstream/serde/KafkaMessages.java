package io.labelstream.serde;

import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** What is kept of the message that a result or a dead letter came from. */
final class KafkaMessages {

    private KafkaMessages() {}

    /** All headers, in their order. */
    static Headers headers(RawMessage message) {
        RecordHeaders headers = new RecordHeaders();
        for (MessageHeader header : message.headers()) {
            headers.add(header.name(), header.value());
        }
        return headers;
    }

    /** The timestamp; null, which asks the producer for the present, where the message has none. */
    static Long timestamp(RawMessage message) {
        return message.timestamp() < 0 ? null : message.timestamp();
    }
}
