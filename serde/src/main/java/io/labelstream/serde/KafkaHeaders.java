package io.labelstream.serde;

import java.util.List;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** Headers as Kafka's clients take them. */
final class KafkaHeaders {

    private KafkaHeaders() {}

    /** All of them, in their order. */
    static Headers of(List<MessageHeader> headers) {
        RecordHeaders kafka = new RecordHeaders();
        for (MessageHeader header : headers) {
            kafka.add(header.name(), header.value());
        }
        return kafka;
    }
}
