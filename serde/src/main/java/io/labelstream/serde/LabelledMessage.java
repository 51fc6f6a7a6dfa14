package io.labelstream.serde;

/**
 * A labelled event with the message that it came from, whose key, headers and timestamp it keeps.
 */
public record LabelledMessage(RawMessage message, LabelledEvent event) {

    @Override
    public String toString() {
        return "LabelledMessage[" + message.position() + "]";
    }
}
