package io.labelstream.serde;

/**
 * A text to classify.
 *
 * @param id the sender's own id; empty for none
 * @param text the text
 * @param textPair the second text, for models that judge pairs; empty for none
 */
public record TextEvent(String id, String text, String textPair) {

    /** A text alone. */
    public static TextEvent of(String text) {
        return new TextEvent("", text, "");
    }

    @Override
    public String toString() {
        return "TextEvent[characters=" + text.length() + "]";
    }
}
