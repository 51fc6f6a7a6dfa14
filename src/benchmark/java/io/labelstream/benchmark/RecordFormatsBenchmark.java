package io.labelstream.benchmark;

import io.labelstream.serde.InputFormat;
import io.labelstream.serde.InputSettings;
import io.labelstream.serde.LabelScore;
import io.labelstream.serde.LabelledEvent;
import io.labelstream.serde.MessageBuilder;
import io.labelstream.serde.MessageHeader;
import io.labelstream.serde.ModelIdentity;
import io.labelstream.serde.OutputFormat;
import io.labelstream.serde.OutputMessage;
import io.labelstream.serde.OutputSettings;
import io.labelstream.serde.RawMessage;
import io.labelstream.serde.RefusedMessageException;
import io.labelstream.serde.TextDecoder;
import io.labelstream.serde.TextEvent;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.apache.avro.util.Utf8;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * A message of 200 bytes of text is decoded, and a result is made of it. The job decodes it once
 * more, when it puts the result together.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
public class RecordFormatsBenchmark {

    private static final int MESSAGES = 1_000;
    private static final int TEXT_BYTES = 200;

    /** Those that the job has for both sides. */
    @Param({
        "text to headers",
        "text to avro",
        "avro to avro",
        "text to json",
        "json to json",
        "json to enrich"
    })
    private String formats;

    private final RawMessage[] messages = new RawMessage[MESSAGES];
    private final ModelIdentity model =
            new ModelIdentity("sentiment-en", "1", "0123456789abcdef".repeat(4));
    private TextDecoder decoder;
    private MessageBuilder builder;
    private int next;

    @Setup
    public void make() throws Exception {
        String[] sides = formats.toUpperCase(Locale.ROOT).split(" TO ", -1);
        InputFormat input = InputFormat.valueOf(sides[0]);
        decoder = InputSettings.of(input).decoder();
        builder = new MessageBuilder(OutputSettings.of(OutputFormat.valueOf(sides[1])));
        Random random = new Random(1);
        for (int i = 0; i < MESSAGES; i++) {
            messages[i] =
                    new RawMessage(
                            "reviews",
                            i % 4,
                            1_000_000L + i,
                            1_790_000_000_000L + i,
                            ("user-" + i).getBytes(StandardCharsets.UTF_8),
                            value(input, text(random)),
                            List.of(new MessageHeader("trace", new byte[16])));
        }
    }

    /** Words of a review, one in twenty with a letter beyond ASCII. */
    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        int bytes = 0;
        while (bytes < TEXT_BYTES) {
            int c =
                    random.nextInt(6) == 0
                            ? ' '
                            : random.nextInt(120) == 0 ? '\u00E9' : 'a' + random.nextInt(26);
            bytes += c < 0x80 ? 1 : 2;
            text.append((char) c);
        }
        return text.toString();
    }

    private static byte[] value(InputFormat format, String text) throws Exception {
        return switch (format) {
            case TEXT -> text.getBytes(StandardCharsets.UTF_8);
            case JSON ->
                    "{\"user\": 4711, \"stars\": 4.5, \"text\": \"%s\", \"tags\": [\"a\", \"b\"]}"
                            .formatted(text)
                            .getBytes(StandardCharsets.UTF_8);
            case AVRO -> avro(text);
            case AVRO_CONFLUENT -> throw new IllegalArgumentException("needs a registry");
        };
    }

    private static byte[] avro(String text) throws Exception {
        io.labelstream.avro.TextEvent event =
                io.labelstream.avro.TextEvent.newBuilder().setText(new Utf8(text)).build();
        byte[] framed = io.labelstream.avro.TextEvent.getEncoder().encode(event).array();
        // Avro's own single-object form has ten bytes in front.
        return Arrays.copyOfRange(framed, 10, framed.length);
    }

    @Benchmark
    public OutputMessage decodeAndEncode() throws RefusedMessageException {
        RawMessage message = messages[next];
        next = (next + 1) % MESSAGES;
        TextEvent text = decoder.decode(message.value());
        boolean positive = (message.offset() & 1) == 0;
        String label = positive ? "positive" : "negative";
        float score = 0.5f + message.offset() % 499 / 1000f;
        return builder.result(
                message,
                new LabelledEvent(
                        text.id(),
                        message.position(),
                        message.timestamp(),
                        text.text(),
                        text.textPair(),
                        label,
                        score,
                        List.of(new LabelScore(label, score)),
                        false,
                        List.of(),
                        false,
                        model));
    }
}
