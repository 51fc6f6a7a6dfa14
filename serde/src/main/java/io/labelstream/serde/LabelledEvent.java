package io.labelstream.serde;

import java.util.List;

/**
 * A text, and what a model says of it.
 *
 * @param id the {@link TextEvent}'s id; empty for none
 * @param source where the text was read; null outside a stream
 * @param timestamp the Kafka timestamp of the message, in milliseconds
 * @param text the text, as it came
 * @param textPair the second text; empty for none
 * @param label the best label, whether or not it applies
 * @param score its calibrated score
 * @param labels the labels asked for, best first, or all in id order where the model's
 *     configuration says so; may be empty for a multi-label model
 * @param outOfScope whether none of the labels fits
 * @param attention how much each word carried the decision; empty unless asked for
 * @param truncated whether the text was longer than the model reads
 * @param model which model said so
 */
public record LabelledEvent(
        String id,
        SourcePosition source,
        long timestamp,
        String text,
        String textPair,
        String label,
        float score,
        List<LabelScore> labels,
        boolean outOfScope,
        List<AttendedWord> attention,
        boolean truncated,
        ModelIdentity model) {

    @Override
    public String toString() {
        return "LabelledEvent[" + source + ", characters=" + text.length() + "]";
    }
}
