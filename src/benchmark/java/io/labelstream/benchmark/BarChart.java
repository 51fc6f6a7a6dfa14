package io.labelstream.benchmark;

import java.util.List;
import java.util.Locale;

/** Figures side by side, with the range that they were measured in. */
final class BarChart {

    private static final int WIDTH = 760;
    private static final int LEFT = 170;
    private static final int RIGHT = 110;
    private static final int TOP = 50;
    private static final int ROW = 30;
    private static final int BAR = 20;

    /** A figure by its name. */
    record Bar(String name, Spread value, String colour) {}

    private BarChart() {}

    /**
     * Draws.
     *
     * @param unit of the figures
     * @param bars at least one
     */
    static String svg(String title, String unit, List<Bar> bars) {
        double most = bars.stream().mapToDouble(bar -> bar.value().max()).max().orElseThrow();
        double scale = (WIDTH - LEFT - RIGHT) / most;
        Svg svg = new Svg(WIDTH, TOP + ROW * bars.size() + 10);
        svg.text(20, 28, "start", title);
        for (int i = 0; i < bars.size(); i++) {
            Bar bar = bars.get(i);
            double y = TOP + ROW * i;
            double middle = y + BAR / 2.0;
            svg.text(LEFT - 10, middle + 5, "end", bar.name());
            svg.rectangle(LEFT, y, scale * bar.value().median(), BAR, bar.colour());
            svg.line(
                    LEFT + scale * bar.value().min(),
                    middle,
                    LEFT + scale * bar.value().max(),
                    middle,
                    "black",
                    "");
            svg.text(
                    LEFT + scale * bar.value().max() + 8,
                    middle + 5,
                    "start",
                    String.format(Locale.ROOT, "%.0f %s", bar.value().median(), unit));
        }
        return svg.toString();
    }
}
