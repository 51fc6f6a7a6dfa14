package io.labelstream.operators;

import io.labelstream.inference.EncodedText;
import io.labelstream.inference.ModelBundle;
import io.labelstream.inference.TextTokenizer;
import io.labelstream.serde.DeadLetter;
import io.labelstream.serde.DeadLetter.Reason;
import io.labelstream.serde.DeadLetter.Stage;
import io.labelstream.serde.EmptyTexts;
import io.labelstream.serde.LongTexts;
import io.labelstream.serde.RawMessage;
import io.labelstream.serde.RefusedMessageException;
import io.labelstream.serde.TextDecoder;
import io.labelstream.serde.TextEvent;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * Finds the text in a message and turns it into the ids that the model reads. What cannot be read
 * leaves by the side output {@link #DEAD_LETTERS}; a tombstone that is to pass goes on without ids.
 * Runs on the task thread. Metrics, in the group {@code labelstream}: the histogram {@code
 * tokenizeMicros} of a text, and the counters {@code reason.REASON.deadLetters} and {@code
 * skippedTombstones}.
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
    private transient Counter skippedTombstones;

    public TokenizeFunction(ClassifierSettings settings) {
        this.settings = settings;
    }

    @Override
    public void open(OpenContext context) {
        FatalStart.orEnd(this::open);
    }

    private void open() {
        BundledNatives.check();
        ModelBundle bundle = settings.loadBundle();
        model = bundle.name();
        MetricGroup metrics = getRuntimeContext().getMetricGroup().addGroup("labelstream");
        tokenizeMicros = ClassifyMetrics.histogram(metrics, "tokenizeMicros");
        skippedTombstones = metrics.counter("skippedTombstones");
        deadLetters = new DeadLetterCounters(metrics);
        decoder = settings.input().decoder();
        tokenizer =
                TextTokenizer.open(
                        bundle, settings.maxTokensPerText(bundle), settings.maxCharacters());
    }

    @Override
    public void processElement(RawMessage message, Context context, Collector<TokenizedText> out) {
        if (message.value() == null) {
            processTombstone(message, context, out);
            return;
        }
        TextEvent event;
        try {
            event = decode(message.value());
        } catch (RefusedMessageException e) {
            letGo(message, Stage.DECODE, e, context);
            return;
        }
        try {
            out.collect(TokenizedText.of(message, tokenize(event)));
        } catch (RefusedMessageException e) {
            letGo(message, Stage.TOKENIZE, e, context);
        }
    }

    private void processTombstone(
            RawMessage message, Context context, Collector<TokenizedText> out) {
        switch (settings.input().tombstones()) {
            case PASS -> out.collect(TokenizedText.tombstone(message));
            case SKIP -> skippedTombstones.inc();
            case DEAD_LETTER ->
                    letGo(
                            message,
                            Stage.DECODE,
                            new RefusedMessageException(
                                    Reason.TOMBSTONE, "the message has no value"),
                            context);
        }
    }

    private void letGo(
            RawMessage message, Stage stage, RefusedMessageException why, Context context) {
        deadLetters.count(why.reason());
        context.output(
                DEAD_LETTERS,
                new DeadLetter(message, stage, why.reason(), why.getMessage(), 0, model));
    }

    private TextEvent decode(byte[] value) throws RefusedMessageException {
        if (value.length == 0) {
            throw new RefusedMessageException(Reason.EMPTY_PAYLOAD, "the value has no bytes");
        }
        if (value.length > settings.input().maxBytes()) {
            throw new RefusedMessageException(
                    Reason.TOO_LARGE,
                    "the value has %d bytes, input.max-bytes allows %d"
                            .formatted(value.length, settings.input().maxBytes()));
        }
        TextEvent event = decoder.decode(value);
        if (settings.input().emptyTexts() == EmptyTexts.DEAD_LETTER
                && EmptyTexts.isEmpty(event.text())) {
            throw new RefusedMessageException(
                    Reason.EMPTY_TEXT, "the text holds nothing but white space and controls");
        }
        return event;
    }

    private EncodedText tokenize(TextEvent event) throws RefusedMessageException {
        EncodedText encoded;
        long start = System.nanoTime();
        try {
            encoded = tokenizer.encode(event.text(), event.textPair(), settings.withAttention());
        } catch (RuntimeException e) {
            // The library's message may quote the text.
            throw new RefusedMessageException(
                    Reason.TOKENIZER_FAILED, "the tokenizer failed with " + e.getClass().getName());
        }
        tokenizeMicros.update((System.nanoTime() - start) / 1000);
        if (encoded.truncated() && settings.input().longTexts() == LongTexts.DEAD_LETTER) {
            throw new RefusedMessageException(
                    Reason.TOO_LONG,
                    "the text is longer than tokenize.max-tokens or tokenize.max-characters allow");
        }
        return encoded;
    }

    @Override
    public void close() {
        if (tokenizer != null) {
            tokenizer.close();
            tokenizer = null;
        }
    }
}
