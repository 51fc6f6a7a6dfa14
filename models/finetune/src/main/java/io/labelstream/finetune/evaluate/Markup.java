package io.labelstream.finetune.evaluate;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Set;

/** HTML and SVG, put together so that all text and all attribute values are escaped. */
final class Markup {

    /** Elements that a line break behind would put a space behind, too. */
    private static final Set<String> INLINE = Set.of("b", "bdi", "code", "mark", "span");

    private final StringBuilder html = new StringBuilder();
    private final Deque<String> open = new ArrayDeque<>();

    /**
     * Begins an element.
     *
     * @param attributes names and values in turn
     */
    Markup open(String tag, String... attributes) {
        start(tag, attributes);
        open.push(tag);
        return this;
    }

    /** Ends the element that was begun last. */
    Markup close() {
        String tag = open.pop();
        html.append("</").append(tag).append('>').append(INLINE.contains(tag) ? "" : "\n");
        return this;
    }

    /** Adds an element that holds only text. */
    Markup element(String tag, String text, String... attributes) {
        return open(tag, attributes).text(text).close();
    }

    /** Adds an element that cannot hold anything. */
    Markup single(String tag, String... attributes) {
        start(tag, attributes);
        return this;
    }

    Markup text(String text) {
        html.append(escaped(text));
        return this;
    }

    /** Adds a style sheet of our own, as it stands. */
    Markup style(String css) {
        html.append("<style>\n").append(css).append("</style>\n");
        return this;
    }

    private void start(String tag, String... attributes) {
        html.append('<').append(tag);
        for (int i = 0; i < attributes.length; i += 2) {
            html.append(' ')
                    .append(attributes[i])
                    .append("=\"")
                    .append(escaped(attributes[i + 1]))
                    .append('"');
        }
        html.append('>');
    }

    /**
     * What a browser shows as the text itself. Characters that no HTML page may hold become U+FFFD.
     */
    static String escaped(String text) {
        StringBuilder escaped = new StringBuilder(text.length());
        text.codePoints()
                .forEach(
                        c -> {
                            switch (c) {
                                case '&' -> escaped.append("&amp;");
                                case '<' -> escaped.append("&lt;");
                                case '>' -> escaped.append("&gt;");
                                case '"' -> escaped.append("&quot;");
                                case '\'' -> escaped.append("&#39;");
                                default -> escaped.appendCodePoint(allowed(c) ? c : 0xFFFD);
                            }
                        });
        return escaped.toString();
    }

    private static boolean allowed(int c) {
        boolean space = c == '\n' || c == '\t' || c == '\r';
        return space || !(Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE);
    }

    /** A number for an attribute. */
    static String number(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }

    /**
     * The page.
     *
     * @throws IllegalStateException if an element is still open
     */
    @Override
    public String toString() {
        if (!open.isEmpty()) {
            throw new IllegalStateException("Elements still open: " + open);
        }
        return html.toString();
    }
}
