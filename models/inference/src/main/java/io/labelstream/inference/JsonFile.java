package io.labelstream.inference;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * A JSON object of a bundle, and its values with their ranges checked.
 *
 * @param bundle the bundle's name, for messages
 * @param name the file's name, for messages
 * @param json what it holds; empty where the file is absent
 */
record JsonFile(String bundle, String name, JsonNode json) {

    private static final int MOST_SHOWN = 40;
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /**
     * Reads a file.
     *
     * @throws BundleException if it holds no JSON object
     */
    static JsonFile read(String bundle, Path file) {
        try {
            JsonNode node = JSON.readTree(file.toFile());
            if (node == null || !node.isObject()) {
                throw new BundleException(
                        "Model bundle %s: expected a JSON object.".formatted(file));
            }
            return new JsonFile(bundle, file.getFileName().toString(), node);
        } catch (IOException e) {
            throw new BundleException(
                    "Model bundle %s: not readable as JSON: %s".formatted(file, e.getMessage()), e);
        }
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

    /** A value as a message may show it: not at any length. */
    static String shown(JsonNode node) {
        String text = node.isMissingNode() ? "missing" : node.toString();
        return text.length() <= MOST_SHOWN ? text : text.substring(0, MOST_SHOWN) + "...";
    }
}
