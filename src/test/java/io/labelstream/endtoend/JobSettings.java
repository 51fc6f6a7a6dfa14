package io.labelstream.endtoend;

import io.labelstream.serde.BadInputCorpus;
import io.labelstream.serde.InputFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The settings of a job with topics of its own, {@code NAME-in}, {@code NAME-out} and {@code
 * NAME-dead}: one slot, the small English model, a checkpoint each second.
 *
 * @param name begins the names of the topics
 * @param all value by dotted key
 */
record JobSettings(String name, Map<String, String> all) {

    /**
     * What each test has in common, and what it adds.
     *
     * @param folder where checkpoints are kept
     * @param keysAndValues further settings
     */
    static JobSettings of(String servers, String name, Path folder, String... keysAndValues) {
        Map<String, String> all = new TreeMap<>();
        all.put("kafka.bootstrap.servers", servers);
        all.put("input.topics", name + "-in");
        all.put("output.topic", name + "-out");
        all.put("output.transactional-id-prefix", name);
        all.put("dead-letter.topic", name + "-dead");
        all.put("model.path", DistributionFolder.model("sentiment-en").toString());
        all.put("job.parallelism", "1");
        all.put("device.type", "cpu");
        all.put("checkpoint.interval", "1 s");
        all.put("checkpoint.directory", folder.resolve(name + "-state").toString());
        return new JobSettings(name, all).with(keysAndValues);
    }

    /** These and others, which win. */
    JobSettings with(String... keysAndValues) {
        Map<String, String> more = new TreeMap<>(all);
        for (int i = 0; i < keysAndValues.length; i += 2) {
            more.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        return new JobSettings(name, more);
    }

    /** These for the list of bad input in one of its formats. */
    JobSettings withBadInput(InputFormat format, Path folder) throws IOException {
        if (format != InputFormat.AVRO) {
            return with("input.format", format.name().toLowerCase(Locale.ROOT));
        }
        Path schema = folder.resolve("review.avsc");
        Files.writeString(schema, BadInputCorpus.AVRO_SCHEMA);
        return with(
                "input.format",
                "avro",
                "input.avro-schema",
                schema.toString(),
                "input.text-field",
                "text");
    }

    String inputTopic() {
        return name + "-in";
    }

    String outputTopic() {
        return name + "-out";
    }

    String deadLetterTopic() {
        return name + "-dead";
    }

    /** Makes the topics; the input takes whatever a test sends. */
    void createTopics(int partitions) {
        String servers = all.get("kafka.bootstrap.servers");
        KafkaTopics.create(servers, inputTopic(), partitions, KafkaTopics.TAKES_ALL);
        KafkaTopics.create(servers, outputTopic(), partitions, KafkaTopics.KEEPS_ALL);
        KafkaTopics.create(servers, deadLetterTopic(), 1, KafkaTopics.KEEPS_ALL);
    }

    /** Writes the file that commands of the launcher take. */
    Path write(Path folder) throws IOException {
        return Files.write(
                folder.resolve(name + ".yaml"),
                all.entrySet().stream()
                        .map(s -> s.getKey() + ": '" + s.getValue().replace("'", "''") + "'")
                        .toList());
    }
}
