package io.labelstream.endtoend.faults;

import io.labelstream.endtoend.cluster.FlinkSettings;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * What a {@link World} is made of.
 *
 * @param brokers 1 or 3
 * @param kafka settings of the brokers that win over the usual ones
 * @param brokerFolders data folders of some brokers, by their number from 0, where not the usual
 * @param flink the Flink cluster
 * @param job settings of the job that win over the usual ones
 * @param rate messages a second
 * @param model folder of the bundle; null for a tiny one
 */
public record WorldSettings(
        int brokers,
        Map<String, String> kafka,
        Map<Integer, Path> brokerFolders,
        FlinkSettings flink,
        Map<String, String> job,
        int rate,
        Path model) {

    /** What makes a job notice faults and recover within seconds. */
    private static final Map<String, String> QUICK =
            Map.of(
                    "output.transaction-timeout", "60 s",
                    "checkpoint.interval", "1 s",
                    "checkpoint.timeout", "20 s",
                    "flink.restart-strategy.exponential-delay.initial-backoff", "200 ms",
                    "flink.restart-strategy.exponential-delay.max-backoff", "5 s");

    /** One broker, two TaskManagers, a tiny model, 100 messages a second, and quick recoveries. */
    public static WorldSettings usual() {
        return new WorldSettings(1, Map.of(), Map.of(), FlinkSettings.faults(), QUICK, 100, null);
    }

    /** The same with a job that has its defaults. */
    public static WorldSettings shipped() {
        return new WorldSettings(
                1, Map.of(), Map.of(), FlinkSettings.faults(), Map.of(), 100, null);
    }

    public WorldSettings withBrokers(int number) {
        return new WorldSettings(number, kafka, brokerFolders, flink, job, rate, model);
    }

    public WorldSettings withKafka(String key, String value) {
        return new WorldSettings(
                brokers, add(kafka, key, value), brokerFolders, flink, job, rate, model);
    }

    public WorldSettings withBrokerFolder(int broker, Path folder) {
        return new WorldSettings(
                brokers, kafka, add(brokerFolders, broker, folder), flink, job, rate, model);
    }

    public WorldSettings withFlink(FlinkSettings settings) {
        return new WorldSettings(brokers, kafka, brokerFolders, settings, job, rate, model);
    }

    public WorldSettings withJob(String key, String value) {
        return new WorldSettings(
                brokers, kafka, brokerFolders, flink, add(job, key, value), rate, model);
    }

    public WorldSettings withRate(int messagesPerSecond) {
        return new WorldSettings(
                brokers, kafka, brokerFolders, flink, job, messagesPerSecond, model);
    }

    public WorldSettings withModel(Path folder) {
        return new WorldSettings(brokers, kafka, brokerFolders, flink, job, rate, folder);
    }

    private static <K, V> Map<K, V> add(Map<K, V> map, K key, V value) {
        Map<K, V> more = new HashMap<>(map);
        more.put(key, value);
        return more;
    }
}
