package io.labelstream.serde;

import java.util.List;

/** What an output format makes of a message and its event. Used by one thread. */
public interface ResultEncoder {

    /**
     * The value of the result.
     *
     * @param message with a value that this job's decoder could read
     * @throws RefusedMessageException if the format has no place for the event in this message
     */
    byte[] value(RawMessage message, LabelledEvent event) throws RefusedMessageException;

    /** What stands in headers of the result, behind the message's own. */
    default List<MessageHeader> headers(LabelledEvent event) {
        return List.of();
    }
}
