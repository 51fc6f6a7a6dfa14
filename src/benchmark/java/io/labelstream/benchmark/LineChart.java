package io.labelstream.benchmark;

import java.util.List;
import java.util.Locale;

/** Figures over another one, the figures on a logarithmic scale. */
final class LineChart {

    private static final int WIDTH = 760;
    private static final int HEIGHT = 440;
    private static final int LEFT = 70;
    private static final int RIGHT = 230;
    private static final int TOP = 50;
    private static final int BOTTOM = 50;

    /** A point; its y is above 0. */
    record Point(double x, double y) {}

    /**
     * A line.
     *
     * @param dashes as SVG takes them; empty for none
     */
    record Line(String name, List<Point> points, String colour, String dashes) {}

    private final double lowX;
    private final double highX;
    private final double lowY;
    private final double highY;

    private LineChart(List<Point> points) {
        this.lowX = points.stream().mapToDouble(Point::x).min().orElseThrow();
        this.highX = Math.max(lowX + 1, points.stream().mapToDouble(Point::x).max().orElseThrow());
        double least = points.stream().mapToDouble(Point::y).min().orElseThrow();
        double most = points.stream().mapToDouble(Point::y).max().orElseThrow();
        this.lowY = Math.floor(Math.log10(least));
        this.highY = Math.max(lowY + 1, Math.ceil(Math.log10(most)));
    }

    /**
     * Draws.
     *
     * @param lines at least one, with at least one point
     */
    static String svg(String title, String xTitle, String yTitle, List<Line> lines) {
        LineChart chart =
                new LineChart(lines.stream().flatMap(line -> line.points().stream()).toList());
        Svg svg = new Svg(WIDTH, HEIGHT);
        svg.text(20, 28, "start", title);
        chart.axes(svg, lines.get(0).points(), xTitle, yTitle);
        for (int i = 0; i < lines.size(); i++) {
            Line line = lines.get(i);
            Point before = null;
            for (Point point : line.points()) {
                svg.circle(chart.x(point), chart.y(point.y()), line.colour());
                if (before != null) {
                    svg.line(
                            chart.x(before),
                            chart.y(before.y()),
                            chart.x(point),
                            chart.y(point.y()),
                            line.colour(),
                            line.dashes());
                }
                before = point;
            }
            double y = TOP + 10 + 22 * i;
            svg.line(WIDTH - RIGHT + 20, y, WIDTH - RIGHT + 50, y, line.colour(), line.dashes());
            svg.text(WIDTH - RIGHT + 58, y + 5, "start", line.name());
        }
        return svg.toString();
    }

    private void axes(Svg svg, List<Point> points, String xTitle, String yTitle) {
        svg.line(LEFT, TOP, LEFT, HEIGHT - BOTTOM, "black", "");
        svg.line(LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT, HEIGHT - BOTTOM, "black", "");
        for (double power = lowY; power <= highY; power++) {
            double y = y(Math.pow(10, power));
            svg.line(LEFT - 5, y, LEFT, y, "black", "");
            svg.text(
                    LEFT - 10,
                    y + 5,
                    "end",
                    String.format(Locale.ROOT, power < 0 ? "%.2f" : "%.0f", Math.pow(10, power)));
        }
        for (Point point : points) {
            svg.text(
                    x(point),
                    HEIGHT - BOTTOM + 20,
                    "middle",
                    String.format(Locale.ROOT, "%.0f", point.x()));
        }
        svg.text((LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 12, "middle", xTitle);
        svg.text(LEFT, TOP - 8, "middle", yTitle);
    }

    private double x(Point point) {
        return LEFT + (point.x() - lowX) / (highX - lowX) * (WIDTH - RIGHT - LEFT);
    }

    private double y(double value) {
        double share = (Math.log10(value) - lowY) / (highY - lowY);
        return HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP);
    }
}
