package io.labelstream.serde;

/** Writes a labelled event as the value of a message. Used by one thread. */
public interface EventEncoder {

    byte[] encode(LabelledEvent event);
}
