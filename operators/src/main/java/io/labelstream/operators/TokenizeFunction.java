package io.labelstream.operators;

import io.labelstream.inference.EncodedText;
import io.labelstream.inference.ModelBundle;
import io.labelstream.inference.TextTokenizer;
import io.labelstream.serde.DeadLetter;
import io.labelstream.serde.DeadLetter.Reason;
import io.labelstream.serde.DeadLetter.Stage;
import io.labelstream.serde.RawMessage;
import io.labelstream.serde.TextDecoder;
import io.labelstream.serde.TextEvent;
import io.labelstream.serde.UnreadableMessageException;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * Finds the text in a message and turns it into the ids that the model reads. What cannot be read
 * leaves by the side output {@link #DEAD_LETTERS}. Runs on the task thread. Metrics, in the group
 * {@code labelstream}: the histogram {@code tokenizeMicros} of a text, and {@code
 * reason.REASON.deadLetters}.
 */
public final class TokenizeFunction extends ProcessFunction<RawMessage, TokenizedText> {
    private static final long serialVersionUID = 1L;

    public static final OutputTag<DeadLetter> DEAD_LETTERS =
            new OutputTag<>("dead-letters", TypeInformation.of(DeadLetter.class));

    private final ClassifierSettings settings;
    private transient TextDecoder decoder;
    private transient TextTokenizer tokenizer;
    private transient String model;
    private transient Histogram tokenizeMicros;
    private transient DeadLetterCounters deadLetters;

    public TokenizeFunction(ClassifierSettings settings) {
        this.settings = settings;
    }

    @Override
    public void open(OpenContext context) {
        FatalStart.orEnd(this::open);
    }

    private void open() {
        ModelBundle bundle = settings.loadBundle();
        model = bundle.name();
        MetricGroup metrics = getRuntimeContext().getMetricGroup().addGroup("labelstream");
        tokenizeMicros = ClassifyMetrics.histogram(metrics, "tokenizeMicros");
        deadLetters = new DeadLetterCounters(metrics);
        decoder = settings.inputFormat().decoder();
        tokenizer =
                TextTokenizer.open(
                        bundle, settings.maxTokensPerText(bundle), settings.maxCharacters());
    }

    @Override
    public void processElement(RawMessage message, Context context, Collector<TokenizedText> out) {
        try {
            out.collect(tokenize(message));
        } catch (UnreadableMessageException e) {
            Stage stage = e.reason() == Reason.TOKENIZER_FAILED ? Stage.TOKENIZE : Stage.DECODE;
            deadLetters.count(e.reason());
            context.output(
                    DEAD_LETTERS,
                    new DeadLetter(message, stage, e.reason(), e.getMessage(), 0, model));
        }
    }

    private TokenizedText tokenize(RawMessage message) throws UnreadableMessageException {
        byte[] value = message.value();
        if (value == null) {
            throw new UnreadableMessageException(Reason.TOMBSTONE, "the message has no value");
        }
        if (value.length == 0) {
            throw new UnreadableMessageException(Reason.EMPTY_PAYLOAD, "the value has no bytes");
        }
        if (value.length > settings.maxMessageBytes()) {
            throw new UnreadableMessageException(
                    Reason.TOO_LARGE,
                    "the value has %d bytes, input.max-bytes allows %d"
                            .formatted(value.length, settings.maxMessageBytes()));
        }
        TextEvent event = decoder.decode(value);
        EncodedText encoded;
        long start = System.nanoTime();
        try {
            encoded = tokenizer.encode(event.text(), event.textPair(), settings.withAttention());
        } catch (RuntimeException e) {
            // The library's message may quote the text.
            throw new UnreadableMessageException(
                    Reason.TOKENIZER_FAILED, "the tokenizer failed with " + e.getClass().getName());
        }
        tokenizeMicros.update((System.nanoTime() - start) / 1000);
        return TokenizedText.of(message, encoded);
    }

    @Override
    public void close() {
        if (tokenizer != null) {
            tokenizer.close();
        }
    }
}
