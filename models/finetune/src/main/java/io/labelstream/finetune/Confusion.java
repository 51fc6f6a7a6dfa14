package io.labelstream.finetune;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** How often each label was found for each true one, and the figures that follow from it. */
public final class Confusion {

    private final List<String> labels;
    private final int[][] counts;

    /**
     * @param labels all that a model knows, in order
     */
    Confusion(List<String> labels) {
        this.labels = List.copyOf(labels);
        this.counts = new int[labels.size()][labels.size()];
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

    /** Counts a row. */
    void add(int truth, int found) {
        counts[truth][found]++;
    }

    int rows() {
        return IntStream.range(0, labels.size()).map(this::truths).sum();
    }

    /** Share of rows whose label was found; with one label a row this is the micro F1 as well. */
    double accuracy() {
        int right = IntStream.range(0, labels.size()).map(i -> counts[i][i]).sum();
        return ratio(right, rows());
    }

    /** Mean F1 over the labels that occur, in the data or in what was found. */
    double macroF1() {
        return IntStream.range(0, labels.size())
                .filter(i -> truths(i) + finds(i) > 0)
                .mapToDouble(i -> figures(i).f1())
                .average()
                .orElse(0);
    }

    /** The figures of each label, in order. */
    List<LabelFigures> figures() {
        List<LabelFigures> figures = new ArrayList<>();
        for (int i = 0; i < labels.size(); i++) {
            figures.add(figures(i));
        }
        return figures;
    }

    private LabelFigures figures(int label) {
        int right = counts[label][label];
        int truths = truths(label);
        int finds = finds(label);
        return new LabelFigures(
                labels.get(label),
                ratio(right, finds),
                ratio(right, truths),
                ratio(2 * right, truths + finds),
                truths);
    }

    private int truths(int label) {
        return IntStream.of(counts[label]).sum();
    }

    private int finds(int label) {
        return IntStream.range(0, labels.size()).map(truth -> counts[truth][label]).sum();
    }

    private static double ratio(int part, int whole) {
        return whole == 0 ? 0 : (double) part / whole;
    }
}
