package io.labelstream.finetune.evaluate;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * How often each label was found for each true one, and the figures that follow from it, for rows
 * with one label and for rows with several.
 *
 * <p>Each label that is both true and found counts as right; the rest counts as {@linkplain
 * Confused confused}. For rows with one true and one found label this is the confusion matrix as
 * everybody knows it.
 */
final class Confusion {

    private final List<String> labels;
    private final Map<String, Integer> indexes = new HashMap<>();
    private final int[] truths;
    private final int[] finds;

    /** Row: true label, column: found label; the last of each is {@link Confused#NONE}. */
    private final int[][] counts;

    private int rows;
    private int exact;

    /**
     * @param labels all that a model knows, in order
     */
    Confusion(List<String> labels) {
        this.labels = List.copyOf(labels);
        this.labels.forEach(label -> indexes.put(label, indexes.size()));
        this.truths = new int[labels.size()];
        this.finds = new int[labels.size()];
        this.counts = new int[labels.size() + 1][labels.size() + 1];
    }

    /**
     * The figures of one label.
     *
     * @param precision of the rows it was found for, the share it was true of; 0 if there are none
     * @param recall of the rows it was true of, the share it was found for; 0 if there are none
     * @param f1 harmonic mean of both
     * @param rows it was true of
     */
    record LabelFigures(String label, double precision, double recall, double f1, int rows) {}

    /**
     * Counts a row.
     *
     * @param truth its true labels, each once
     * @param found those that were found, each once; may be empty
     * @throws IllegalArgumentException if one is none of the labels
     */
    void add(Collection<String> truth, Collection<String> found) {
        rows++;
        for (String label : truth) {
            int index = index(label);
            truths[index]++;
            if (found.contains(label)) {
                counts[index][index]++;
            }
        }
        found.forEach(label -> finds[index(label)]++);
        List<Confused> confused = Confused.of(truth, found);
        exact += confused.isEmpty() ? 1 : 0;
        for (Confused pair : confused) {
            counts[indexOrNone(pair.truth())][indexOrNone(pair.found())]++;
        }
    }

    private int indexOrNone(String label) {
        return indexes.getOrDefault(label, labels.size());
    }

    private int index(String label) {
        Integer index = indexes.get(label);
        if (index == null) {
            throw new IllegalArgumentException("A label is none of the " + labels.size());
        }
        return index;
    }

    List<String> labels() {
        return labels;
    }

    int rows() {
        return rows;
    }

    /**
     * How often a label was found for a true one.
     *
     * @param truth index of the label, or the number of labels for {@link Confused#NONE}
     * @param found as {@code truth}
     */
    int count(int truth, int found) {
        return counts[truth][found];
    }

    /**
     * All counts: rows are true labels, columns found ones; the last of each is {@link
     * Confused#NONE}.
     */
    List<List<Integer>> matrix() {
        return Arrays.stream(counts).map(row -> IntStream.of(row).boxed().toList()).toList();
    }

    /** Share of rows for which exactly the true labels were found. */
    double accuracy() {
        return ratio(exact, rows);
    }

    /** Mean F1 over the labels that occur, in the data or in what was found. */
    double macroF1() {
        return IntStream.range(0, labels.size())
                .filter(i -> truths[i] + finds[i] > 0)
                .mapToDouble(i -> figures(i).f1())
                .average()
                .orElse(0);
    }

    /** F1 over all labels of all rows; with one true and one found label a row, the accuracy. */
    double microF1() {
        int right = IntStream.range(0, labels.size()).map(i -> counts[i][i]).sum();
        return ratio(2 * right, IntStream.of(truths).sum() + IntStream.of(finds).sum());
    }

    /** The figures of each label, in order. */
    List<LabelFigures> figures() {
        return IntStream.range(0, labels.size()).mapToObj(this::figures).toList();
    }

    private LabelFigures figures(int label) {
        int right = counts[label][label];
        return new LabelFigures(
                labels.get(label),
                ratio(right, finds[label]),
                ratio(right, truths[label]),
                ratio(2 * right, truths[label] + finds[label]),
                truths[label]);
    }

    private static double ratio(int part, int whole) {
        return whole == 0 ? 0 : (double) part / whole;
    }
}
