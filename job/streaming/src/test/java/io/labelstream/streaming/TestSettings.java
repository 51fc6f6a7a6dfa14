package io.labelstream.streaming;

import java.util.Map;
import java.util.TreeMap;

/** The least that a job must be told. */
public final class TestSettings {

    private TestSettings() {}

    public static Map<String, String> minimal() {
        return new TreeMap<>(
                Map.of(
                        "kafka.bootstrap.servers", "localhost:9092",
                        "input.topics", "reviews",
                        "output.topic", "labelled",
                        "output.transactional-id-prefix", "reviews-tagger",
                        "dead-letter.topic", "unreadable",
                        "model.path", "/models/sentiment-en"));
    }

    public static Map<String, String> with(String... keysAndValues) {
        Map<String, String> settings = minimal();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            settings.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        return settings;
    }

    public static Map<String, String> without(String key) {
        Map<String, String> settings = minimal();
        settings.remove(key);
        return settings;
    }
}
