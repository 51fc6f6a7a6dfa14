package io.labelstream.streaming;

import io.labelstream.operators.ClassifierSettings;
import io.labelstream.operators.ClassifyFunction;
import io.labelstream.operators.Outcome;
import io.labelstream.operators.RouteFunction;
import io.labelstream.operators.TokenizeFunction;
import io.labelstream.operators.TokenizedText;
import io.labelstream.serde.DeadLetter;
import io.labelstream.serde.OutputMessage;
import io.labelstream.serde.RawMessage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.flink.streaming.api.datastream.AsyncDataStream;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;

/** The dataflow. The job, the demo and the tests all call {@link #define}. */
public final class Topology {

    // A uid is a promise to savepoints: never change one.
    static final String SOURCE = "kafka-source";
    static final String TOKENIZE = "tokenize";
    static final String CLASSIFY = "classify";
    static final String ROUTE = "route";
    static final String RESULT_SINK = "result-sink";
    static final String DEAD_LETTER_SINK = "dead-letter-sink";

    private Topology() {}

    /**
     * Connects input and outputs.
     *
     * <pre>
     * input -> tokenize -> classify -> route -> results
     *             |                      |
     *             +------> dead letters <+
     * </pre>
     *
     * @param results takes the stream of labelled messages, as they go to the output topic
     * @param deadLetters takes the stream of messages that could not be labelled
     */
    public static void define(
            DataStream<RawMessage> input,
            JobConfig config,
            Consumer<DataStream<OutputMessage>> results,
            Consumer<DataStream<DeadLetter>> deadLetters) {
        ClassifierSettings settings = config.classifier().pinned();
        SingleOutputStreamOperator<TokenizedText> tokenized =
                input.process(new TokenizeFunction(settings)).name(TOKENIZE).uid(TOKENIZE);
        SingleOutputStreamOperator<OutputMessage> labelled =
                classify(tokenized, settings, config)
                        .name(CLASSIFY)
                        .uid(CLASSIFY)
                        .process(new RouteFunction())
                        .name(ROUTE)
                        .uid(ROUTE);
        results.accept(labelled);
        deadLetters.accept(
                tokenized
                        .getSideOutput(TokenizeFunction.DEAD_LETTERS)
                        .union(labelled.getSideOutput(TokenizeFunction.DEAD_LETTERS)));
    }

    private static SingleOutputStreamOperator<Outcome> classify(
            DataStream<TokenizedText> tokenized, ClassifierSettings settings, JobConfig config) {
        ClassifyFunction function = new ClassifyFunction(settings);
        long timeout = config.batchTimeout().toMillis();
        return config.ordered()
                ? AsyncDataStream.orderedWait(
                        tokenized, function, timeout, TimeUnit.MILLISECONDS, config.capacity())
                : AsyncDataStream.unorderedWait(
                        tokenized, function, timeout, TimeUnit.MILLISECONDS, config.capacity());
    }
}
