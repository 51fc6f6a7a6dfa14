package io.labelstream.serde;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * A text made of one or several fields, as in <code>{title}. {body.text}</code>. A field that may
 * be missing or null has a question mark: <code>{subtitle?}</code>; it is empty then. Doubled
 * braces stand for braces. Immutable.
 */
public final class TextTemplate implements Serializable {
    private static final long serialVersionUID = 1L;

    /** What stands before each field, and behind the last: one more than fields. */
    private final List<String> literals;

    private final List<FieldPath> paths;
    private final List<Boolean> optional;

    private TextTemplate(List<String> literals, List<FieldPath> paths, List<Boolean> optional) {
        this.literals = List.copyOf(literals);
        this.paths = List.copyOf(paths);
        this.optional = List.copyOf(optional);
    }

    /** The text of one field, as it is. */
    public static TextTemplate field(FieldPath path) {
        return new TextTemplate(List.of("", ""), List.of(path), List.of(false));
    }

    /**
     * Reads a template.
     *
     * @throws IllegalArgumentException if it is none, or names no field
     */
    public static TextTemplate parse(String template) {
        List<String> literals = new ArrayList<>();
        List<FieldPath> paths = new ArrayList<>();
        List<Boolean> optional = new ArrayList<>();
        StringBuilder literal = new StringBuilder();
        for (int i = 0; i < template.length(); i++) {
            char c = template.charAt(i);
            boolean doubled = i + 1 < template.length() && template.charAt(i + 1) == c;
            if ((c == '{' || c == '}') && doubled) {
                literal.append(c);
                i++;
            } else if (c == '{') {
                int end = template.indexOf('}', i);
                if (end < 0) {
                    throw new IllegalArgumentException(
                            "'%s' has a brace without its end at character %d"
                                    .formatted(template, i + 1));
                }
                String field = template.substring(i + 1, end);
                optional.add(field.endsWith("?"));
                paths.add(
                        FieldPath.parse(
                                field.endsWith("?")
                                        ? field.substring(0, field.length() - 1)
                                        : field));
                literals.add(literal.toString());
                literal.setLength(0);
                i = end;
            } else if (c == '}') {
                throw new IllegalArgumentException(
                        "'%s' has a brace without its start at character %d; write }} for a brace"
                                .formatted(template, i + 1));
            } else {
                literal.append(c);
            }
        }
        if (paths.isEmpty()) {
            throw new IllegalArgumentException(
                    "'%s' names no field; expected one in braces, such as {title}. {body}"
                            .formatted(template));
        }
        literals.add(literal.toString());
        return new TextTemplate(literals, paths, optional);
    }

    /** The fields, in the order of the text; one may occur again. */
    public List<FieldPath> paths() {
        return paths;
    }

    /** Whether a field may be missing or null. */
    public boolean isOptional(int path) {
        return optional.get(path);
    }

    /**
     * Makes the text.
     *
     * @param values one for each of {@link #paths}; null where it is missing
     */
    public String join(String[] values) {
        if (literals.size() == 2 && literals.get(0).isEmpty() && literals.get(1).isEmpty()) {
            return values[0] == null ? "" : values[0];
        }
        StringBuilder text = new StringBuilder(literals.get(0));
        for (int i = 0; i < values.length; i++) {
            text.append(values[i] == null ? "" : values[i]).append(literals.get(i + 1));
        }
        return text.toString();
    }

    /** The fields only. */
    @Override
    public String toString() {
        return paths.toString();
    }
}
