package io.labelstream.finetune.evaluate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * The confusion matrix as a heat map: a row for each true label, a column for each found one,
 * darker with the share of the row. Of many labels, those that are confused most.
 */
final class ConfusionChart {

    private static final int MOST_LABELS = 20;
    private static final int LABEL_CHARACTERS = 22;
    private static final int CHARACTER_WIDTH = 7;

    private final Confusion confusion;
    private final List<String> names;
    private final int[] shown;

    ConfusionChart(Confusion confusion) {
        this.confusion = confusion;
        this.names = new ArrayList<>(confusion.labels());
        this.names.add(Confused.NONE);
        this.shown = shown();
    }

    /** Whether labels were left out. */
    boolean partial() {
        return confusion.labels().size() > MOST_LABELS;
    }

    private int[] shown() {
        int none = confusion.labels().size();
        IntStream some =
                IntStream.range(0, none)
                        .boxed()
                        .sorted(Comparator.comparingInt(label -> -confusions(label)))
                        .limit(MOST_LABELS)
                        .mapToInt(Integer::intValue)
                        .sorted();
        return IntStream.concat(some, IntStream.of(none).filter(n -> confusions(n) > 0)).toArray();
    }

    private int confusions(int label) {
        return IntStream.range(0, names.size())
                .filter(other -> other != label)
                .map(other -> confusion.count(label, other) + confusion.count(other, label))
                .sum();
    }

    private int total(int truth) {
        return IntStream.range(0, names.size()).map(i -> confusion.count(truth, i)).sum();
    }

    void draw(Markup page) {
        int cell = shown.length > 10 ? 32 : shown.length > 4 ? 48 : 88;
        int widest =
                IntStream.of(shown).map(i -> label(i).length()).max().orElse(0) * CHARACTER_WIDTH;
        int left = widest + 30;
        int top = (int) (widest * 0.75) + 34;
        int size = shown.length * cell;
        int width = left + size + (int) (widest * 0.7) + 10;
        page.open(
                "svg",
                "viewBox",
                "0 0 %d %d".formatted(width, top + size + 10),
                "class",
                "chart",
                "style",
                "max-width:%dpx".formatted(width),
                "role",
                "img",
                "aria-label",
                "Confusion matrix");
        page.element("text", "found", "x", "" + left, "y", "14", "class", "axis");
        page.element(
                "text",
                "true",
                "transform",
                "translate(14 %d) rotate(-90)".formatted(top + size / 2),
                "text-anchor",
                "middle",
                "class",
                "axis");
        for (int i = 0; i < shown.length; i++) {
            int middle = i * cell + cell / 2;
            page.open("text", "x", "" + (left - 8), "y", "" + (top + middle + 4), "class", "end");
            page.text(label(shown[i])).close();
            page.open("text", "transform", tilted(left + middle, top - 8));
            page.text(label(shown[i])).close();
            for (int j = 0; j < shown.length; j++) {
                cell(page, i, j, cell, left, top);
            }
        }
        page.close();
    }

    private static String tilted(int x, int y) {
        return "translate(%d %d) rotate(-45)".formatted(x, y);
    }

    private void cell(Markup page, int row, int column, int size, int left, int top) {
        int truth = shown[row];
        int found = shown[column];
        int count = confusion.count(truth, found);
        double share = count == 0 ? 0 : (double) count / total(truth);
        page.open("g");
        page.element(
                "title",
                String.format(
                        Locale.ROOT,
                        "true %s, found %s: %d (%.1f %% of the row)",
                        names.get(truth),
                        names.get(found),
                        count,
                        100 * share));
        page.open(
                "rect",
                "x",
                "" + (left + column * size + 1),
                "y",
                "" + (top + row * size + 1),
                "width",
                "" + (size - 2),
                "height",
                "" + (size - 2),
                "rx",
                "3",
                "class",
                count == 0 ? "empty" : truth == found ? "right" : "wrong",
                // The root lifts rare confusions into sight.
                "fill-opacity",
                count == 0 ? "1" : Markup.number(0.12 + 0.88 * Math.sqrt(share)));
        page.close();
        if (count > 0) {
            page.open(
                    "text",
                    "x",
                    "" + (left + column * size + size / 2),
                    "y",
                    "" + (top + row * size + size / 2 + 4),
                    "class",
                    share > 0.35 ? "count strong" : "count");
            page.text(Integer.toString(count)).close();
        }
        page.close();
    }

    private String label(int index) {
        return shortened(names.get(index), LABEL_CHARACTERS);
    }

    static String shortened(String label, int most) {
        return label.codePointCount(0, label.length()) <= most
                ? label
                : label.substring(0, label.offsetByCodePoints(0, most - 1)) + "\u2026";
    }
}
