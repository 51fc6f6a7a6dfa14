package io.labelstream.benchmark;

import java.util.Locale;

/** An SVG picture, written element by element. Lengths are in pixels. */
final class Svg {

    private final StringBuilder elements = new StringBuilder();
    private final int width;
    private final int height;

    Svg(int width, int height) {
        this.width = width;
        this.height = height;
    }

    Svg rectangle(double x, double y, double w, double h, String colour) {
        return add(
                "<rect x='%.1f' y='%.1f' width='%.1f' height='%.1f' fill='%s'/>",
                x, y, w, h, colour);
    }

    Svg line(double x1, double y1, double x2, double y2, String colour, String dashes) {
        return add(
                "<line x1='%.1f' y1='%.1f' x2='%.1f' y2='%.1f' stroke='%s' stroke-width='2'%s/>",
                x1,
                y1,
                x2,
                y2,
                colour,
                dashes.isEmpty() ? "" : " stroke-dasharray='" + dashes + "'");
    }

    Svg circle(double x, double y, String colour) {
        return add("<circle cx='%.1f' cy='%.1f' r='3' fill='%s'/>", x, y, colour);
    }

    /**
     * Writes a text.
     *
     * @param anchor which of its ends is at x: {@code start}, {@code middle} or {@code end}
     */
    Svg text(double x, double y, String anchor, String text) {
        return add(
                "<text x='%.1f' y='%.1f' text-anchor='%s'>%s</text>", x, y, anchor, escaped(text));
    }

    private Svg add(String format, Object... values) {
        elements.append("  ").append(String.format(Locale.ROOT, format, values)).append('\n');
        return this;
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    @Override
    public String toString() {
        return """
               <svg xmlns='http://www.w3.org/2000/svg' width='%d' height='%d' font-family='sans-serif' font-size='13'>
                 <rect width='100%%' height='100%%' fill='white'/>
               %s</svg>
               """
                .formatted(width, height, elements);
    }
}
