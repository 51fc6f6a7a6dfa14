package io.labelstream.inference;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * A JSON object of a bundle, and its values with their ranges checked.
 *
 * @param bundle the bundle's name, for messages
 * @param name the file's name, for messages
 * @param json what it holds; empty where the file is absent
 */
record JsonFile(String bundle, String name, JsonNode json) {

    private static final int MOST_OF_A_VALUE = 40;
    private static final int MOST_OF_A_TEXT = 300;
    private static final int MOST_NAMES = 10;
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /**
     * Reads what a file holds.
     *
     * @throws BundleException if that is no JSON object
     */
    static JsonFile read(String bundle, Path file, byte[] bytes) {
        try {
            JsonNode node = JSON.readTree(bytes);
            if (node == null || !node.isObject()) {
                throw new BundleException(
                        "Model bundle %s: expected a JSON object.".formatted(file));
            }
            return new JsonFile(bundle, file.getFileName().toString(), node);
        } catch (IOException e) {
            throw new BundleException(
                    "Model bundle %s: not readable as JSON: %s".formatted(file, reason(e)), e);
        }
    }

    private static String reason(IOException e) {
        return e instanceof JsonProcessingException json && json.getLocation() != null
                ? "%s, in line %d"
                        .formatted(shown(json.getOriginalMessage()), json.getLocation().getLineNr())
                : shown(e.getMessage());
    }

    /** A file that is not there. */
    static JsonFile absent(String bundle, String name) {
        return new JsonFile(bundle, name, JSON.createObjectNode());
    }

    JsonNode path(String key) {
        return json.path(key);
    }

    /** A text; empty where it is absent or null. */
    String text(String key) {
        return json.path(key).isNull() ? "" : json.path(key).asText("");
    }

    /**
     * A whole number; empty where it is absent or null.
     *
     * @throws BundleException if it is none, or out of range
     */
    OptionalInt whole(String key, int least, int most) {
        JsonNode node = json.path(key);
        if (node.isMissingNode() || node.isNull()) {
            return OptionalInt.empty();
        }
        double value = node.isNumber() ? node.asDouble() : Double.NaN;
        if (!(value >= least && value <= most) || value != Math.rint(value)) {
            throw new BundleException(
                    "Bundle %s: %s in %s is %s; expected a whole number from %d to %d. Correct it."
                            .formatted(bundle, key, name, shown(node), least, most));
        }
        return OptionalInt.of((int) value);
    }

    /** A value as a message may show it. */
    static String shown(JsonNode node) {
        return node.isMissingNode() ? "missing" : shown(node.toString(), MOST_OF_A_VALUE);
    }

    /**
     * A text of a bundle as a message may show it: at no great length, and with no character that
     * would begin a line of a log, or speak to a terminal.
     */
    static String shown(String text) {
        return shown(String.valueOf(text), MOST_OF_A_TEXT);
    }

    /** Names as a message may show them: ten, and how many there are beside. */
    static String shown(Collection<String> names) {
        String first =
                names.stream()
                        .limit(MOST_NAMES)
                        .map(name -> shown(name, MOST_OF_A_VALUE))
                        .collect(Collectors.joining(", "));
        int others = names.size() - MOST_NAMES;
        return others > 0 ? first + " and " + others + " others" : first;
    }

    private static String shown(String text, int most) {
        StringBuilder shown = new StringBuilder();
        text.codePoints()
                .limit(most)
                .forEach(
                        c -> {
                            if (isPlain(c)) {
                                shown.appendCodePoint(c);
                            } else {
                                shown.append("\\u%04x".formatted(c));
                            }
                        });
        return text.codePointCount(0, text.length()) <= most
                ? shown.toString()
                : shown.append("...").toString();
    }

    /** Whether a text holds nothing but characters that can be printed in a line. */
    static boolean isPlain(String text) {
        return text.codePoints().allMatch(JsonFile::isPlain);
    }

    private static boolean isPlain(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    false;
            default -> true;
        };
    }
}
