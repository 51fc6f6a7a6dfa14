package io.labelstream.benchmark;

import io.labelstream.benchmark.peer.ConsumerLoop;
import io.labelstream.benchmark.peer.DjlInFlinkMap;
import io.labelstream.benchmark.peer.FlinkAsyncHttp;
import io.labelstream.benchmark.peer.KafkaStreamsApplication;
import io.labelstream.benchmark.peer.OnnxInFlinkMap;
import io.labelstream.cli.UsageException;
import java.util.List;

/** All contenders, the job first. */
final class Contenders {

    static final String LABELSTREAM = "labelstream";

    static final List<Contender> ALL =
            List.of(
                    new LabelstreamContender(),
                    new OnnxInFlinkMap(),
                    new DjlInFlinkMap(),
                    new ConsumerLoop(),
                    new FlinkAsyncHttp(),
                    new KafkaStreamsApplication());

    /** Those of the main rows. */
    static final List<String> MAIN = List.of(LABELSTREAM, "onnx-in-flink-map", "consumer-loop");

    private Contenders() {}

    /** Their names, in the order of reports. */
    static List<String> names() {
        return ALL.stream().map(Contender::name).toList();
    }

    /**
     * The contender of a name.
     *
     * @throws UsageException if there is none
     */
    static Contender named(String name) {
        return ALL.stream()
                .filter(contender -> contender.name().equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                new UsageException(
                                        "Contender %s is not known. Known are %s."
                                                .formatted(name, String.join(", ", names()))));
    }
}
