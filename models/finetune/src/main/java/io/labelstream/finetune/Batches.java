package io.labelstream.finetune;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/**
 * Cuts rows into batches of similar length, in another order each epoch: rows are shuffled, sorted
 * by length within windows of many batches, and the batches are shuffled again. Almost no padding,
 * and still random.
 */
final class Batches {

    private static final int BATCHES_PER_WINDOW = 50;

    private Batches() {}

    /** All rows, each once, in batches of {@code size} (the last of a window may be smaller). */
    static List<List<LabelledTokens>> shuffled(List<LabelledTokens> rows, int size, Random random) {
        List<LabelledTokens> shuffled = new ArrayList<>(rows);
        Collections.shuffle(shuffled, random);
        int window = size * BATCHES_PER_WINDOW;
        List<List<LabelledTokens>> batches = new ArrayList<>();
        for (int from = 0; from < shuffled.size(); from += window) {
            List<LabelledTokens> part =
                    shuffled.subList(from, Math.min(from + window, shuffled.size()));
            batches.addAll(byLength(part, size));
        }
        Collections.shuffle(batches, random);
        return batches;
    }

    /** How many batches {@link #shuffled} makes. */
    static int count(int rows, int size) {
        int window = size * BATCHES_PER_WINDOW;
        int last = rows % window;
        return rows / window * BATCHES_PER_WINDOW + (last + size - 1) / size;
    }

    /** All rows, each once, the shortest first. */
    static List<List<LabelledTokens>> byLength(List<LabelledTokens> rows, int size) {
        List<LabelledTokens> sorted = new ArrayList<>(rows);
        sorted.sort(Comparator.comparingInt(row -> row.text().tokens()));
        List<List<LabelledTokens>> batches = new ArrayList<>();
        for (int from = 0; from < sorted.size(); from += size) {
            batches.add(List.copyOf(sorted.subList(from, Math.min(from + size, sorted.size()))));
        }
        return batches;
    }

    /**
     * A batch in parts of at most so many padded tokens, at least one row each. Their losses,
     * weighted by their rows, sum to that of the batch, and so do their gradients: less memory for
     * the same step.
     */
    static List<List<LabelledTokens>> parts(List<LabelledTokens> batch, int maxTokens) {
        int longest = batch.stream().mapToInt(row -> row.text().tokens()).max().orElseThrow();
        int rows = Math.max(1, maxTokens / longest);
        List<List<LabelledTokens>> parts = new ArrayList<>();
        for (int from = 0; from < batch.size(); from += rows) {
            parts.add(batch.subList(from, Math.min(from + rows, batch.size())));
        }
        return parts;
    }
}
