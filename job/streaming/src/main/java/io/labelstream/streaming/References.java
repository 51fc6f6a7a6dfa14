package io.labelstream.streaming;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Replaces {@code ${env:NAME}} and {@code ${file:PATH}} in settings. */
final class References {

    private static final Pattern REFERENCE = Pattern.compile("\\$\\{(env|file):([^}]+)}");

    private References() {}

    /** Whether a value is one reference and nothing else. */
    static boolean isReference(String value) {
        return REFERENCE.matcher(value).matches();
    }

    /**
     * Replaces the references in a value.
     *
     * @param key the setting's key, for messages
     * @param environment variables by name
     * @throws ConfigException if a variable is not set or a file cannot be read
     */
    static String resolve(String key, String value, Map<String, String> environment) {
        Matcher matcher = REFERENCE.matcher(value);
        StringBuilder resolved = new StringBuilder();
        while (matcher.find()) {
            String name = matcher.group(2);
            String replacement =
                    matcher.group(1).equals("env")
                            ? fromEnvironment(key, name, environment)
                            : fromFile(key, name);
            matcher.appendReplacement(resolved, Matcher.quoteReplacement(replacement));
        }
        return matcher.appendTail(resolved).toString();
    }

    private static String fromEnvironment(
            String key, String name, Map<String, String> environment) {
        String found = environment.get(name);
        if (found == null) {
            throw new ConfigException(
                    "Setting %s refers to the environment variable %s, which is not set."
                            .formatted(key, name));
        }
        return found;
    }

    private static String fromFile(String key, String path) {
        try {
            return Files.readString(Path.of(path)).strip();
        } catch (IOException e) {
            throw new ConfigException(
                    "Setting %s refers to the file %s, which cannot be read: %s."
                            .formatted(key, path, e.getClass().getSimpleName()),
                    e);
        }
    }
}
