package io.labelstream.cli;

import io.labelstream.inference.ModelBundle;
import io.labelstream.inference.ShippedModels;
import io.labelstream.serde.AttendedWord;
import io.labelstream.serde.LabelScore;
import io.labelstream.serde.LabelledEvent;
import io.labelstream.serde.json.JsonEventEncoder;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Asks a model, without Kafka or Flink. */
@Command(
        name = "classify",
        mixinStandardHelpOptions = true,
        versionProvider = Labelstream.Version.class,
        description = {
            "Label texts, without Kafka or Flink. Reads standard input, a text a line,",
            "unless told."
        },
        footer = {
            "",
            "Files: .txt, a text a line; .csv with the header text or text,text_pair",
            "(further columns are ignored); .jsonl with text and text_pair. All in UTF-8.",
            "Empty texts are skipped and counted."
        })
final class ClassifyCommand implements Callable<Integer> {

    private static final int MOST_AT_ONCE = 256;
    private static final int BAR = 30;

    private enum Format {
        TABLE,
        JSONL
    }

    @Option(
            names = "--model",
            paramLabel = "MODEL",
            defaultValue = "sentiment-en",
            description = "A shipped model or a bundle folder (default: ${DEFAULT-VALUE}).")
    private String model;

    @Option(
            names = "--model-file",
            paramLabel = "FILE",
            defaultValue = "",
            description =
                    "The ONNX file to take, for a folder with several, such as onnx/model_fp16.onnx.")
    private String modelFile;

    @Option(names = "--text", paramLabel = "TEXT", description = "The text to label.")
    private String text;

    @Option(
            names = "--pair",
            paramLabel = "TEXT",
            description = "The second text, for models that judge pairs; with --text.")
    private String pair;

    @Option(names = "--input", paramLabel = "FILE", description = "A file of texts to label.")
    private Path input;

    @Option(
            names = "--top-k",
            paramLabel = "K",
            description =
                    "How many labels to give, best first. Unless given: those that the model says apply.")
    private Integer topK;

    @Option(
            names = "--explain",
            description =
                    "Show how much each word carried the decision; over a text's words the weights sum to 1.")
    private boolean explain;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "table",
            description =
                    "table, or jsonl: a LabelledEvent a line, without source (default: ${DEFAULT-VALUE}).")
    private Format format;

    private final Console console;
    private final Style style;
    private final JsonEventEncoder encoder = new JsonEventEncoder();
    private FailureException failure;

    ClassifyCommand(Console console) {
        this.console = console;
        this.style = new Style(console.colours());
    }

    @Override
    public Integer call() throws IOException {
        checkArguments();
        ModelBundle bundle = ModelBundle.load(ShippedModels.find(model), modelFile);
        try (TextInput texts = input();
                Labeller labeller =
                        new Labeller(bundle, topK == null ? 0 : topK, explain, Clock.systemUTC())) {
            if (explain && !labeller.canExplain()) {
                console.err()
                        .println(
                                "Model "
                                        + bundle.name()
                                        + " gives no attention: --explain shows no words.");
            }
            int width = Verdict.width(bundle);
            List<InputText> batch = batch(texts);
            while (!batch.isEmpty() && !console.resultsEnded()) {
                for (LabelledEvent event : labeller.label(batch)) {
                    print(event, width);
                }
                console.out().flush();
                batch = batch(texts);
            }
            if (failure != null) {
                throw failure;
            }
            if (texts != null && texts.skipped() > 0) {
                console.err().printf("Skipped empty texts: %d.%n", texts.skipped());
            }
        }
        return Labelstream.DONE;
    }

    private void checkArguments() {
        if (text != null && input != null) {
            throw new UsageException("--text and --input cannot both be given.");
        }
        if (pair != null && text == null) {
            throw new UsageException("--pair needs --text.");
        }
        if (topK != null && topK < 1) {
            throw new UsageException("--top-k is %d; expected at least 1.".formatted(topK));
        }
        if (text != null && text.isBlank()) {
            throw new UsageException("--text is empty.");
        }
    }

    /** Null where the text stands in the arguments. */
    private TextInput input() {
        if (text != null) {
            return null;
        }
        return input == null
                ? TextInput.lines("standard input", console.in())
                : TextInput.open(input);
    }

    /** As many texts as can be read without waiting, at least one; empty at the end. */
    private List<InputText> batch(TextInput texts) throws IOException {
        List<InputText> batch = new ArrayList<>();
        if (texts == null) {
            if (text != null) {
                batch.add(new InputText(text, pair == null ? "" : pair));
                text = null;
            }
            return batch;
        }
        do {
            Optional<InputText> next = next(texts);
            if (next.isEmpty()) {
                break;
            }
            batch.add(next.get());
        } while (batch.size() < MOST_AT_ONCE && texts.ready());
        return batch;
    }

    /** The next text; an error in the file is kept until what stands before it is labelled. */
    private Optional<InputText> next(TextInput texts) throws IOException {
        if (failure == null) {
            try {
                return texts.next();
            } catch (FailureException e) {
                failure = e;
            }
        }
        return Optional.empty();
    }

    private void print(LabelledEvent event, int width) throws IOException {
        PrintStream out = console.out();
        if (format == Format.JSONL) {
            out.write(encoder.encode(event));
            out.write('\n');
            return;
        }
        Verdict verdict = Verdict.of(event);
        String shown =
                style.marked(
                        event.text(), explain ? event.attention() : List.of(), Integer.MAX_VALUE);
        out.printf(
                Locale.ROOT,
                "%s  %.4f  %s%s%s%s%n",
                verdict.head(style, width),
                event.score(),
                shown,
                event.textPair().isEmpty()
                        ? ""
                        : Style.BETWEEN_PAIR + Style.printable(event.textPair()),
                style.dim(verdict.nearest()),
                event.truncated() ? style.dim("  (cut: longer than the model reads)") : "");
        for (LabelScore label : verdict.further()) {
            out.printf(Locale.ROOT, "%s  %.4f%n", style.label(label.label(), width), label.score());
        }
        for (AttendedWord word : event.attention()) {
            out.printf(
                    Locale.ROOT,
                    "    %.4f  %s  %s%n",
                    word.weight(),
                    Style.printable(word.word()),
                    style.dim("#".repeat(Math.round(word.weight() * BAR))));
        }
    }
}
