package io.labelstream.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.labelstream.inference.ModelBundle;
import io.labelstream.inference.TinyBundle;
import io.labelstream.serde.DeadLetter;
import io.labelstream.serde.OutputMessage;
import io.labelstream.serde.RawMessage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class TopologyTest {

    @TempDir Path folder;

    @BeforeEach
    void writeBundle() {
        TinyBundle.write(folder);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ordered", "unordered"})
    void everyMessageLeavesOnceLabelledOrExplained(String order) throws Exception {
        JobConfig config = config("output.order", order);
        StreamExecutionEnvironment environment = environment(config);
        List<RawMessage> messages = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            String text = i % 50 == 7 ? "boom" : i % 2 == 0 ? "a good film" : "bad food";
            byte[] value = text.getBytes(StandardCharsets.UTF_8);
            messages.add(message(i, i % 100 == 3 ? new byte[] {(byte) 0xFF} : value));
        }
        List<Iterator<OutputMessage>> results = new ArrayList<>();
        List<Iterator<DeadLetter>> letters = new ArrayList<>();
        Topology.define(
                environment.fromData(messages, TypeInformation.of(RawMessage.class)),
                config,
                stream -> results.add(collect(stream)),
                stream -> letters.add(collect(stream)));
        environment.executeAsync();

        List<Long> labelled = new ArrayList<>();
        results.get(0).forEachRemaining(result -> labelled.add(result.source().offset()));
        List<Long> dead = new ArrayList<>();
        letters.get(0).forEachRemaining(letter -> dead.add(letter.message().offset()));
        assertThat(dead).hasSize(15).doesNotHaveDuplicates();
        assertThat(labelled).hasSize(485).doesNotHaveDuplicates().doesNotContainAnyElementsOf(dead);
        if (order.equals("ordered")) {
            assertThat(labelled).isSorted();
        }
    }

    @Test
    void tombstonesPassInTheirPlace() throws Exception {
        JobConfig config = config("input.tombstones", "pass");
        StreamExecutionEnvironment environment = environment(config);
        List<RawMessage> messages = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            byte[] text = "a good film".getBytes(StandardCharsets.UTF_8);
            messages.add(message(i, i % 3 == 0 ? null : text));
        }
        List<Iterator<OutputMessage>> results = new ArrayList<>();
        Topology.define(
                environment.fromData(messages, TypeInformation.of(RawMessage.class)),
                config,
                stream -> results.add(collect(stream)),
                letters -> letters.sinkTo(new DiscardingSink<>()));
        environment.executeAsync();

        List<OutputMessage> passed = new ArrayList<>();
        results.get(0).forEachRemaining(passed::add);
        assertThat(passed)
                .extracting(result -> result.source().offset())
                .isSorted()
                .hasSize(messages.size());
        assertThat(passed).allMatch(r -> (r.value() == null) == (r.source().offset() % 3 == 0));
    }

    @Test
    void modelThatCannotBeUsedEndsTheJobInsteadOfRestartingItForEver() {
        JobConfig config = config("tokenize.max-tokens", "65");
        StreamExecutionEnvironment environment = environment(config);
        Topology.define(
                environment.fromData(
                        List.of(message(0, new byte[] {'a'})),
                        TypeInformation.of(RawMessage.class)),
                config,
                results -> results.sinkTo(new DiscardingSink<>()),
                letters -> letters.sinkTo(new DiscardingSink<>()));

        assertThatThrownBy(() -> environment.execute())
                .hasStackTraceContaining("at most 65 tokens a text were asked for");
    }

    @Test
    void jobTakesNoOtherModelThanTheOneItWasSubmittedWith() throws Exception {
        String submitted = TinyBundle.write(folder).digest();
        JobConfig config = config();
        StreamExecutionEnvironment environment = environment(config);
        Topology.define(
                environment.fromData(
                        List.of(message(0, new byte[] {'a'})),
                        TypeInformation.of(RawMessage.class)),
                config,
                results -> results.sinkTo(new DiscardingSink<>()),
                letters -> letters.sinkTo(new DiscardingSink<>()));
        Path tokenizer = folder.resolve(ModelBundle.TOKENIZER_FILE);
        Files.writeString(tokenizer, Files.readString(tokenizer) + " ");

        assertThatThrownBy(() -> environment.execute())
                .hasStackTraceContaining("SuppressRestartsException")
                .hasStackTraceContaining(", expected " + submitted);
    }

    @Test
    void everyOperatorHasTheUidThatSavepointsRelyOn() {
        JobConfig config = config();
        StreamExecutionEnvironment environment = environment(config);
        LabelstreamJob.build(environment, config);
        StreamGraph graph = environment.getStreamGraph();

        assertThat(graph.getStreamNodes().stream().map(StreamNode::getTransformationUID))
                .contains(
                        "kafka-source",
                        "tokenize",
                        "classify",
                        "route",
                        "result-sink",
                        "dead-letter-sink");
    }

    @Test
    void sourceToResultWriterIsOneTaskSoThatNothingWaitsInBuffers() {
        JobConfig config = config();
        StreamExecutionEnvironment environment = environment(config);
        LabelstreamJob.build(environment, config);

        assertThat(environment.getStreamGraph().getJobGraph().getVertices())
                .anySatisfy(
                        vertex ->
                                assertThat(vertex.getName())
                                        .contains(
                                                "kafka-source",
                                                "tokenize",
                                                "classify",
                                                "route",
                                                "result-sink"));
    }

    private JobConfig config(String... more) {
        Map<String, String> settings = TestSettings.with(more);
        settings.put("model.path", folder.toString());
        return JobConfig.of(settings);
    }

    private static StreamExecutionEnvironment environment(JobConfig config) {
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment(config.flinkConfiguration());
        environment.setParallelism(1);
        return environment;
    }

    private static <T> Iterator<T> collect(DataStream<T> stream) {
        return stream.collectAsync();
    }

    private static RawMessage message(long offset, byte[] value) {
        return new RawMessage("reviews", 0, offset, offset, null, value, List.of());
    }
}
