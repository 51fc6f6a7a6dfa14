package io.labelstream.operators;

import io.labelstream.inference.EncodedText;
import io.labelstream.inference.ModelOutput;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The answers to the texts that were asked for last, by their token ids. Belongs to one session, so
 * to one model file. Safe for use by several threads.
 */
final class ResultCache {

    private final int maxTexts;
    private final Map<TokenKey, ModelOutput> answers;
    private long hits;
    private long misses;

    /**
     * @param maxTexts how many to keep; 0 for none: then nothing is looked up, either
     */
    ResultCache(int maxTexts) {
        this.maxTexts = maxTexts;
        this.answers =
                new LinkedHashMap<>(16, 0.75f, true) {
                    private static final long serialVersionUID = 1L;

                    @Override
                    protected boolean removeEldestEntry(Map.Entry<TokenKey, ModelOutput> eldest) {
                        return size() > ResultCache.this.maxTexts;
                    }
                };
    }

    boolean enabled() {
        return maxTexts > 0;
    }

    /** The answer, where it is known; counts a hit or a miss. */
    synchronized Optional<ModelOutput> find(EncodedText text) {
        Optional<ModelOutput> known = Optional.ofNullable(answers.get(new TokenKey(text)));
        if (known.isPresent()) {
            hits++;
        } else {
            misses++;
        }
        return known;
    }

    /** A text that was answered with another one of its batch counts as a hit, not as a miss. */
    synchronized void foundInBatch() {
        hits++;
        misses--;
    }

    synchronized void keep(EncodedText text, ModelOutput answer) {
        answers.put(new TokenKey(text), answer);
    }

    synchronized long hits() {
        return hits;
    }

    synchronized long misses() {
        return misses;
    }
}
