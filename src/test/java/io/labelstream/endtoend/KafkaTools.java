package io.labelstream.endtoend;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Kafka's own console tools, each in a process of its own. */
final class KafkaTools {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private KafkaTools() {}

    /**
     * Writes records with the console producer.
     *
     * @param lines headers, key and value of each, with tabs between them
     */
    static void produce(Path folder, String servers, String topic, List<String> lines)
            throws IOException, InterruptedException {
        JavaProcess.run(
                folder,
                PATIENCE,
                String.join("\n", lines) + "\n",
                "org.apache.kafka.tools.ConsoleProducer",
                "--bootstrap-server",
                servers,
                "--topic",
                topic,
                // By default it gives up after a second and a half.
                "--request-timeout-ms",
                "30000",
                "--reader-property",
                "parse.headers=true",
                "--reader-property",
                "parse.key=true");
    }

    /**
     * Reads committed records of partition 0 with the console consumer.
     *
     * @return headers, key and value of each, with tabs between them
     */
    static List<String> consume(Path folder, String servers, String topic, int count)
            throws IOException, InterruptedException {
        return JavaProcess.run(
                        folder,
                        PATIENCE,
                        "",
                        "org.apache.kafka.tools.consumer.ConsoleConsumer",
                        "--bootstrap-server",
                        servers,
                        "--topic",
                        topic,
                        "--partition",
                        "0",
                        "--offset",
                        "earliest",
                        "--max-messages",
                        Integer.toString(count),
                        "--timeout-ms",
                        "60000",
                        "--isolation-level",
                        "read_committed",
                        "--formatter-property",
                        "print.headers=true",
                        "--formatter-property",
                        "print.key=true")
                .lines()
                .toList();
    }
}
