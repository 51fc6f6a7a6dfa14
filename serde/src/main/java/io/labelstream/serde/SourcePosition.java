package io.labelstream.serde;

/** Where a message was read. Unique for each message, so it tells duplicates and gaps. */
public record SourcePosition(String topic, int partition, long offset) {

    @Override
    public String toString() {
        return topic + "-" + partition + "@" + offset;
    }
}
