package io.labelstream.finetune.evaluate;

import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Accuracy against confidence, a point a bin: on the diagonal where confidence can be believed,
 * below it where the model is too sure of itself.
 */
final class ReliabilityChart {

    private static final int SIZE = 300;

    private ReliabilityChart() {}

    static void draw(Markup page, Reliability reliability, String title) {
        Plot plot = new Plot(page, SIZE, SIZE);
        plot.open(title, "confidence", "accuracy", 1, 1);
        plot.line(0, 0, 1, 1, "diagonal");
        String points =
                reliability.bins().stream()
                        .map(
                                bin ->
                                        Markup.number(plot.x(bin.confidence()))
                                                + ","
                                                + Markup.number(plot.y(bin.accuracy())))
                        .collect(Collectors.joining(" "));
        page.open("polyline", "points", points, "class", "series").close();
        for (Reliability.Bin bin : reliability.bins()) {
            page.open(
                    "circle",
                    "cx",
                    Markup.number(plot.x(bin.confidence())),
                    "cy",
                    Markup.number(plot.y(bin.accuracy())),
                    "r",
                    "4.5",
                    "class",
                    "point");
            page.element(
                    "title",
                    String.format(
                            Locale.ROOT,
                            "%d predictions: confidence %.3f, accuracy %.3f",
                            bin.count(),
                            bin.confidence(),
                            bin.accuracy()));
            page.close();
        }
        plot.close();
    }
}
