package io.labelstream.serde;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where in a value a text stands: field names separated by dots, elements of lists by index, as in
 * {@code review.parts[0].text}; a name with other characters in quotes, as in {@code
 * review['body.text']}. Immutable.
 */
public final class FieldPath implements Serializable {
    private static final long serialVersionUID = 1L;

    private static final Pattern STEP =
            Pattern.compile(
                    "(?<dot>\\.?)(?<name>[^.\\[\\]'{}?\\s]+)|\\[(?<index>\\d{1,9})]|\\['(?<quoted>[^']+)']");

    /**
     * One step down.
     *
     * @param name of a field; null for an element
     * @param index of an element, from 0; -1 for a field
     */
    public record Step(String name, int index) implements Serializable {

        public boolean isIndex() {
            return index >= 0;
        }
    }

    private final String written;
    private final List<Step> steps;

    private FieldPath(String written, List<Step> steps) {
        this.written = written;
        this.steps = steps;
    }

    /**
     * Reads a path.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static FieldPath parse(String path) {
        List<Step> steps = new ArrayList<>();
        Matcher matcher = STEP.matcher(path);
        int at = 0;
        while (at < path.length() && matcher.find(at) && matcher.start() == at) {
            String name = matcher.group("name");
            if (name != null && (at == 0) != matcher.group("dot").isEmpty()) {
                break;
            }
            if (matcher.group("index") != null) {
                if (at == 0) {
                    break;
                }
                steps.add(new Step(null, Integer.parseInt(matcher.group("index"))));
            } else {
                steps.add(new Step(name == null ? matcher.group("quoted") : name, -1));
            }
            at = matcher.end();
        }
        if (path.isEmpty() || at < path.length()) {
            throw new IllegalArgumentException(
                    "'%s' is no path of fields at character %d; expected names separated by dots, such as body.text, items[0].text or ['a.b'].text"
                            .formatted(path, at + 1));
        }
        return new FieldPath(path, List.copyOf(steps));
    }

    /** From the outermost inward; at least one, and the first is a field. */
    public List<Step> steps() {
        return steps;
    }

    /** As it was written. */
    @Override
    public String toString() {
        return written;
    }
}
