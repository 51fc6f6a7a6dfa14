package io.labelstream.finetune.evaluate;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * How many rows got which score for their best label, those where it is true and those where it is
 * not.
 *
 * @param right rows in each of {@link #BARS} equal parts of the range from 0 to 1
 * @param wrong the same
 */
record ScoreHistogram(int[] right, int[] wrong) {

    static final int BARS = 20;

    private static final int WIDTH = 620;
    private static final int HEIGHT = 220;

    static ScoreHistogram of(List<Answer> answers) {
        int[] right = new int[BARS];
        int[] wrong = new int[BARS];
        for (Answer answer : answers) {
            int bar = Math.min(BARS - 1, (int) (answer.best().score() * BARS));
            int[] bars = answer.row().labels().contains(answer.best().label()) ? right : wrong;
            bars[bar]++;
        }
        return new ScoreHistogram(right, wrong);
    }

    void draw(Markup page) {
        int most = IntStream.range(0, BARS).map(bar -> right[bar] + wrong[bar]).max().orElse(0);
        int top = rounded(most);
        Plot plot = new Plot(page, WIDTH, HEIGHT);
        plot.open("Score histogram", "score of the best label", "rows", top, 0);
        for (int bar = 0; bar < BARS; bar++) {
            bar(page, plot, bar, 0, wrong[bar], top, "wrong");
            bar(page, plot, bar, wrong[bar], right[bar], top, "right");
        }
        plot.close();
    }

    /** The next multiple of 5 times a power of ten, so that the axis has whole numbers. */
    private static int rounded(int most) {
        int step = 5;
        while (step * 40 < most) {
            step *= 10;
        }
        return Math.max(step, (most + step - 1) / step * step);
    }

    private static void bar(
            Markup page, Plot plot, int bar, int below, int count, int top, String style) {
        if (count == 0) {
            return;
        }
        double x = plot.x((double) bar / BARS) + 1.5;
        double y = plot.y((double) (below + count) / top);
        page.open(
                "rect",
                "x",
                Markup.number(x),
                "y",
                Markup.number(y),
                "width",
                Markup.number(plot.x((bar + 1.0) / BARS) - 1.5 - x),
                "height",
                Markup.number(plot.y((double) below / top) - y),
                "class",
                style);
        page.element(
                "title",
                String.format(
                        Locale.ROOT,
                        "scores %.2f to %.2f: %d %s",
                        (double) bar / BARS,
                        (bar + 1.0) / BARS,
                        count,
                        style));
        page.close();
    }
}
