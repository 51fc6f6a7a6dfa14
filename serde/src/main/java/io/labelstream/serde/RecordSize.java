package io.labelstream.serde;

import java.util.List;
import org.apache.kafka.common.utils.Utils;

/** How large Kafka's producer takes a record to be, before compression. */
final class RecordSize {

    /** Of a batch of one record. */
    private static final int BATCH_OVERHEAD = 61;

    /** Length, attributes, timestamp, offset, lengths of key and value, number of headers. */
    private static final int RECORD_OVERHEAD = 21 + 3 * 5;

    /** Lengths of name and value. */
    private static final int HEADER_OVERHEAD = 2 * 5;

    private RecordSize() {}

    /** Never less than what the producer compares with {@code max.request.size}. */
    static long of(byte[] key, byte[] value, List<MessageHeader> headers) {
        long size = BATCH_OVERHEAD + RECORD_OVERHEAD + (long) length(key) + length(value);
        for (MessageHeader header : headers) {
            size += HEADER_OVERHEAD + Utils.utf8Length(header.name()) + length(header.value());
        }
        return size;
    }

    private static int length(byte[] bytes) {
        return bytes == null ? 0 : bytes.length;
    }
}
