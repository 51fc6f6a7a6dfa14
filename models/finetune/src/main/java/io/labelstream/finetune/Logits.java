package io.labelstream.finetune;

/** What there is to say of the logits of one text. */
final class Logits {

    private Logits() {}

    /** Index of the highest; of equal ones the first. */
    static int best(float[] logits) {
        int best = 0;
        for (int i = 1; i < logits.length; i++) {
            best = logits[i] > logits[best] ? i : best;
        }
        return best;
    }
}
