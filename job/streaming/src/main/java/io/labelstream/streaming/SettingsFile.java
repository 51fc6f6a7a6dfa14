package io.labelstream.streaming;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads settings from a YAML file: keys may nest or be dotted, lists become Flink's {@code a;b},
 * and {@code ${env:NAME}} or {@code ${file:PATH}} in a value stands for that variable or file, so
 * that no secret needs to be in the file or in an argument.
 */
final class SettingsFile {

    private static final ObjectMapper YAML =
            new ObjectMapper(
                    new YAMLFactory().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION));

    private SettingsFile() {}

    /**
     * Reads a file.
     *
     * @return value by dotted key, references not yet replaced
     * @throws ConfigException if it cannot be read
     */
    static Map<String, String> read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new ConfigException(
                    "Configuration %s: no such file. Expected a YAML file; conf/labelstream.yaml of the distribution is one to start from."
                            .formatted(file));
        }
        JsonNode root;
        try {
            root = YAML.readTree(file.toFile());
        } catch (JsonProcessingException e) {
            // Its message quotes the file, which may hold secrets.
            throw new ConfigException(
                    "Configuration %s: not readable as YAML at line %d, column %d."
                            .formatted(
                                    file,
                                    e.getLocation() == null ? 0 : e.getLocation().getLineNr(),
                                    e.getLocation() == null ? 0 : e.getLocation().getColumnNr()));
        } catch (IOException e) {
            throw new ConfigException(
                    "Configuration %s: cannot be read: %s.".formatted(file, e), e);
        }
        if (root == null || !root.isObject()) {
            throw new ConfigException(
                    "Configuration %s: expected keys and values, as in 'input.topics: reviews'."
                            .formatted(file));
        }
        Map<String, String> settings = new TreeMap<>();
        flatten(file, "", root, settings);
        return settings;
    }

    private static void flatten(
            Path file, String prefix, JsonNode node, Map<String, String> settings) {
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            String key = prefix + field.getKey();
            JsonNode value = field.getValue();
            if (value.isObject()) {
                flatten(file, key + ".", value, settings);
            } else if (!value.isNull() && settings.put(key, scalar(key, value)) != null) {
                throw new ConfigException(
                        "Configuration %s: %s is set twice.".formatted(file, key));
            }
        }
    }

    private static String scalar(String key, JsonNode value) {
        if (!value.isArray()) {
            return value.asText();
        }
        List<String> items = new ArrayList<>();
        value.forEach(item -> items.add(item.asText()));
        // Kafka's own lists have commas, Flink's have semicolons.
        return String.join(key.startsWith(JobOptions.KAFKA_PREFIX) ? "," : ";", items);
    }
}
