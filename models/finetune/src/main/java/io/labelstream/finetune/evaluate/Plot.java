package io.labelstream.finetune.evaluate;

import java.util.Locale;

/** The frame of a chart whose horizontal axis runs from 0 to 1, with a grid. */
final class Plot {

    private static final int LEFT = 46;
    private static final int TOP = 12;
    private static final int BELOW = 42;
    private static final int RIGHT = 14;
    private static final int LINES = 5;

    private final Markup page;
    private final int width;
    private final int height;

    /**
     * @param width of the area inside the frame
     * @param height of the area inside the frame
     */
    Plot(Markup page, int width, int height) {
        this.page = page;
        this.width = width;
        this.height = height;
    }

    double x(double share) {
        return LEFT + share * width;
    }

    /** Where a share of the vertical axis is, counted from below. */
    double y(double share) {
        return TOP + (1 - share) * height;
    }

    /**
     * Opens the drawing and draws its axes.
     *
     * @param top what the upper end of the vertical axis stands for
     * @param decimals of the numbers on that axis
     */
    void open(String title, String horizontal, String vertical, double top, int decimals) {
        int fullWidth = LEFT + width + RIGHT;
        page.open(
                "svg",
                "viewBox",
                "0 0 %d %d".formatted(fullWidth, TOP + height + BELOW),
                "class",
                "chart",
                "style",
                "max-width:%dpx".formatted(fullWidth),
                "role",
                "img",
                "aria-label",
                title);
        for (int i = 0; i <= LINES; i++) {
            double share = (double) i / LINES;
            line(0, share, 1, share, "grid");
            page.element(
                    "text",
                    String.format(Locale.ROOT, "%." + decimals + "f", share * top),
                    "x",
                    "" + (LEFT - 7),
                    "y",
                    Markup.number(y(share) + 4),
                    "class",
                    "end");
            page.element(
                    "text",
                    String.format(Locale.ROOT, "%.1f", share),
                    "x",
                    Markup.number(x(share)),
                    "y",
                    "" + (TOP + height + 18),
                    "class",
                    "middle");
        }
        page.element(
                "text",
                horizontal,
                "x",
                Markup.number(x(0.5)),
                "y",
                "" + (TOP + height + 36),
                "class",
                "middle axis");
        page.element(
                "text",
                vertical,
                "transform",
                "translate(11 %s) rotate(-90)".formatted(Markup.number(y(0.5))),
                "class",
                "middle axis");
    }

    void line(double fromX, double fromY, double toX, double toY, String style) {
        page.open(
                        "line",
                        "x1",
                        Markup.number(x(fromX)),
                        "y1",
                        Markup.number(y(fromY)),
                        "x2",
                        Markup.number(x(toX)),
                        "y2",
                        Markup.number(y(toY)),
                        "class",
                        style)
                .close();
    }

    /** Closes the drawing. */
    void close() {
        page.close();
    }
}
