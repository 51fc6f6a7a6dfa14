package io.labelstream.streaming;

import io.labelstream.serde.RawMessage;
import io.labelstream.streaming.preflight.Place;
import io.labelstream.streaming.preflight.Preflight;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** The job as {@code flink run} starts it. */
public final class LabelstreamJob {

    private static final String USAGE =
            "Usage: flink run labelstream-job-all.jar --config FILE [--set key=value ...]";

    private LabelstreamJob() {}

    /**
     * Runs the job until it is stopped.
     *
     * @param args {@code --config FILE [--set key=value ...]}; secrets belong into files or the
     *     environment, as arguments are shown in Flink's web UI
     */
    public static void main(String[] args) throws Exception {
        JobConfig config = config(args);
        Preflight.check(config, Place.CLUSTER);
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment(config.flinkConfiguration());
        build(environment, config);
        environment.execute(config.name());
    }

    /** Adds source, dataflow and sinks to an environment. */
    public static void build(StreamExecutionEnvironment environment, JobConfig config) {
        DataStream<RawMessage> input =
                environment
                        .fromSource(
                                KafkaEnds.source(config),
                                WatermarkStrategy.noWatermarks(),
                                Topology.SOURCE)
                        .uid(Topology.SOURCE);
        Topology.define(
                input,
                config,
                results ->
                        results.sinkTo(KafkaEnds.resultSink(config))
                                .name(Topology.RESULT_SINK)
                                .uid(Topology.RESULT_SINK),
                deadLetters ->
                        deadLetters
                                .sinkTo(KafkaEnds.deadLetterSink(config))
                                .name(Topology.DEAD_LETTER_SINK)
                                .uid(Topology.DEAD_LETTER_SINK));
    }

    private static JobConfig config(String[] args) {
        Path file = null;
        Map<String, String> overrides = new HashMap<>();
        for (int i = 0; i < args.length; i += 2) {
            if (i + 1 == args.length) {
                throw new ConfigException("Argument %s has no value. %s".formatted(args[i], USAGE));
            }
            switch (args[i]) {
                case "--config" -> file = Path.of(args[i + 1]);
                case "--set" -> addOverride(overrides, args[i + 1]);
                default ->
                        throw new ConfigException(
                                "Argument %s is not known. %s".formatted(args[i], USAGE));
            }
        }
        if (file == null) {
            throw new ConfigException("Argument --config is missing. " + USAGE);
        }
        return JobConfig.read(file, overrides);
    }

    private static void addOverride(Map<String, String> overrides, String setting) {
        int equals = setting.indexOf('=');
        if (equals < 1) {
            throw new ConfigException("Argument --set expects key=value. " + USAGE);
        }
        overrides.put(setting.substring(0, equals), setting.substring(equals + 1));
    }
}
