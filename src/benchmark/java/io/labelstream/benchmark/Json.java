package io.labelstream.benchmark;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** JSON files between the processes of a benchmark, and its report. */
final class Json {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final ObjectWriter PRETTY = MAPPER.writerWithDefaultPrettyPrinter();

    private Json() {}

    static <T> T read(Path file, Class<T> type) throws IOException {
        return MAPPER.readValue(file.toFile(), type);
    }

    static JsonNode read(String line) throws IOException {
        return MAPPER.readTree(line);
    }

    static JsonNode read(byte[] bytes) throws IOException {
        return MAPPER.readTree(bytes);
    }

    static Map<String, String> readSettings(Path file) throws IOException {
        return MAPPER.readValue(file.toFile(), new TypeReference<Map<String, String>>() {});
    }

    static void write(Path file, Object value) throws IOException {
        PRETTY.writeValue(file.toFile(), value);
    }

    static String line(Object value) throws IOException {
        return MAPPER.writeValueAsString(value);
    }

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }
}
