package io.labelstream.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import io.labelstream.inference.Classification;
import io.labelstream.inference.EncodedText;
import io.labelstream.inference.ModelBundle;
import io.labelstream.inference.ScoredLabel;
import io.labelstream.inference.SessionSettings;
import io.labelstream.inference.ShippedModels;
import io.labelstream.inference.TextClassifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * All contenders, with all their settings, on a real broker and a shipped model: each text of a
 * topic is labelled once, as the model alone labels it.
 */
class PeersIT {

    private static final int TEXTS = 500;
    private static final String INPUT = "texts";

    /** So many that no machine commits all of them before it is killed. */
    private static final int MANY_TEXTS = 5_000;

    private static final String LARGE_INPUT = "many-texts";
    private static final List<String> RESUMABLE = List.of("consumer-loop", "kafka-streams");
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** More commits than one, for results too many. */
    private static final Duration AFTERWARDS = Duration.ofSeconds(4);

    @TempDir static Path folder;
    private static BrokerProcess broker;
    private static Topics topics;
    private static ModelBundle bundle;
    private static TextSet texts;
    private static List<Answer> expected;

    @BeforeAll
    static void preload() throws Exception {
        broker = BrokerProcess.start(Files.createDirectory(folder.resolve("broker")));
        topics = new Topics(broker.bootstrapServers());
        bundle = ModelBundle.load(ShippedModels.find("intent-en"));
        texts = new TextSet("intents", TextSet.spread(TextSet.shipped("intents").texts(), TEXTS));
        feed(INPUT, TEXTS);
        feed(LARGE_INPUT, MANY_TEXTS);
        expected = answers();
    }

    private static void feed(String topic, int count) throws Exception {
        topics.createInput(topic, Stage.PARTITIONS);
        try (Feeder feeder =
                new Feeder(broker.bootstrapServers(), topic, Stage.PARTITIONS, texts)) {
            feeder.feedUpTo(count);
        }
    }

    private static List<Answer> answers() throws Exception {
        List<Answer> answers = new ArrayList<>();
        try (TextClassifier classifier = TextClassifier.open(bundle, SessionSettings.cpu())) {
            for (String text : texts.texts()) {
                EncodedText encoded = classifier.tokenizer().encode(text, "");
                float[] logits = classifier.run(List.of(encoded), false).get(0).logits();
                ScoredLabel best = Classification.answer(bundle, logits, 0).best();
                answers.add(new Answer(best.label(), best.score()));
            }
        }
        return answers;
    }

    @AfterAll
    static void stop() throws Exception {
        topics.close();
        broker.close();
    }

    /** Of one contender alone with {@code -Dlabelstream.benchmark.contender=NAME}. */
    static Stream<Arguments> contenders() {
        return chosen().flatMap(
                        contender ->
                                contender.sweep().stream()
                                        .map(s -> Arguments.of(contender.name(), s, contender)));
    }

    private static Stream<Contender> chosen() {
        String only = System.getProperty("labelstream.benchmark.contender", "");
        return Contenders.ALL.stream()
                .filter(contender -> only.isEmpty() || contender.name().equals(only));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("contenders")
    void labelsEachTextOnceAsTheModelDoes(
            String name, Map<String, String> settings, Contender contender) throws Exception {
        Workload workload = workload(name + settings.hashCode(), INPUT);
        labelAll(contender, workload, settings, TEXTS);
        assertAllLabelledOnce(name, workload, TEXTS);
    }

    /** Those that keep their place in Kafka; the jobs would need a checkpoint to go on from. */
    static Stream<Arguments> resumable() {
        assertThat(Contenders.names()).containsAll(RESUMABLE);
        return chosen().filter(contender -> RESUMABLE.contains(contender.name()))
                .map(
                        contender ->
                                Arguments.of(contender.name(), last(contender.sweep()), contender));
    }

    private static <T> T last(List<T> list) {
        return list.get(list.size() - 1);
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("resumable")
    void losesAndDoublesNothingWhenItIsKilled(
            String name, Map<String, String> settings, Contender contender) throws Exception {
        Workload workload = workload(name + "-killed", LARGE_INPUT);
        try (ChildProcess child = start(contender, workload, settings)) {
            awaitResults(child, workload.outputTopic(), 1);
        }
        assertThat(results(workload.outputTopic())).hasSizeLessThan(MANY_TEXTS);

        labelAll(contender, workload, settings, MANY_TEXTS);
        assertAllLabelledOnce(name, workload, MANY_TEXTS);
    }

    private static void labelAll(
            Contender contender, Workload workload, Map<String, String> settings, int count)
            throws Exception {
        try (ChildProcess child = start(contender, workload, settings)) {
            awaitResults(child, workload.outputTopic(), count);
            Thread.sleep(AFTERWARDS.toMillis());
            child.checkAlive();
        }
    }

    private static ChildProcess start(
            Contender contender, Workload workload, Map<String, String> settings) throws Exception {
        return ContenderProcess.start(contender, workload, settings, List.of("-Xmx1g"));
    }

    private static void assertAllLabelledOnce(String name, Workload workload, int count) {
        List<Labelled> results = results(workload.outputTopic());
        AnswerCheck.check(name, texts, expected, Stage.PARTITIONS, count, results);
        assertThat(results).hasSize(count);
    }

    private static Workload workload(String runId, String input) throws Exception {
        Workload workload =
                new Workload(
                        broker.bootstrapServers(),
                        input,
                        runId + "-results",
                        runId + "-dead-letters",
                        runId,
                        bundle.folder().toString(),
                        "",
                        2,
                        Stage.PARTITIONS,
                        1000,
                        Files.createDirectory(folder.resolve(runId)).toString());
        topics.createOutput(workload.outputTopic(), Stage.PARTITIONS);
        topics.createOutput(workload.deadLetterTopic(), 1);
        return workload;
    }

    /** Waits until so many results, or more, are committed. */
    private static void awaitResults(ChildProcess child, String topic, int count)
            throws InterruptedException {
        long giveUp = System.nanoTime() + PATIENCE.toNanos();
        while (results(topic).size() < count) {
            child.checkAlive();
            if (System.nanoTime() > giveUp) {
                throw child.failure(
                        "did not label %d texts in %d s".formatted(count, PATIENCE.toSeconds()));
            }
            Thread.sleep(500);
        }
    }

    private static List<Labelled> results(String topic) {
        return OutputReader.read(broker.bootstrapServers(), topic, Stage.PARTITIONS);
    }
}
