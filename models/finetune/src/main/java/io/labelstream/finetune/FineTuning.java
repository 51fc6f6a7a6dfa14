package io.labelstream.finetune;

import ai.djl.ndarray.NDManager;
import io.labelstream.inference.TextTokenizer;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** From labelled texts to a delta. */
final class FineTuning {

    /** One of so many rows is held out where there is no validation file. */
    private static final int HELD_OUT = 10;

    /** Two special ones and one of the text. */
    private static final int MIN_TOKENS = 3;

    /**
     * What is asked for.
     *
     * @param name of the model
     * @param version of the model
     * @param language of the texts; empty where not given
     * @param about what to write down of the data: name, licence, creators, url, changes
     * @param maxLength most tokens of a text, special ones included
     */
    record Request(
            String name,
            String version,
            String language,
            Map<String, String> about,
            Encoder encoder,
            Head head,
            Lora lora,
            int maxLength,
            TrainingSettings training) {}

    private final Request request;
    private final PrintStream progress;

    /**
     * @param progress where lines on the way go
     */
    FineTuning(Request request, PrintStream progress) {
        this.request = request;
        this.progress = progress;
    }

    /**
     * Trains a model.
     *
     * @param data the training file
     * @param validation to choose the best epoch by; null to hold out a tenth of the data
     * @throws FineTuneException if the data cannot be used
     */
    Delta run(Path data, Path validation) {
        List<LabelledText> rows = LabelledCsv.read(data);
        List<String> labels = labels(data, rows);
        List<LabelledText> held = new ArrayList<>();
        if (validation == null) {
            Collections.shuffle(rows, new Random(request.training().seed()));
            held.addAll(rows.subList(0, Math.max(1, rows.size() / HELD_OUT)));
            rows = rows.subList(held.size(), rows.size());
        } else {
            held.addAll(LabelledCsv.read(validation));
        }
        EncoderGraph graph = EncoderGraph.of(request.encoder());
        checkLength(graph);
        List<LabelledTokens> train;
        List<LabelledTokens> check;
        try (TextTokenizer tokenizer = EncoderTokenizer.open(graph, request.maxLength())) {
            train = encode(tokenizer, rows, labels, data);
            check = encode(tokenizer, held, labels, validation == null ? data : validation);
        }
        progress.printf(
                Locale.ROOT,
                "%d rows to train on, %d to validate, labels %s%n",
                train.size(),
                check.size(),
                String.join(", ", labels));
        Trainer.Outcome outcome = train(graph, train, check, labels.size());
        progress.printf(
                Locale.ROOT,
                "best epoch %d: validation accuracy %.4f%n",
                outcome.epoch(),
                outcome.accuracy());
        return delta(labels, outcome);
    }

    private void checkLength(EncoderGraph graph) {
        if (request.maxLength() < MIN_TOKENS || request.maxLength() > graph.positions()) {
            throw new FineTuneException(
                    "The longest text was set to %d tokens; encoder %s takes %d to %d."
                            .formatted(
                                    request.maxLength(),
                                    request.encoder().key(),
                                    MIN_TOKENS,
                                    graph.positions()));
        }
    }

    private Trainer.Outcome train(
            EncoderGraph graph,
            List<LabelledTokens> train,
            List<LabelledTokens> check,
            int labels) {
        Random random = new Random(request.training().seed());
        Map<String, Tensor> initial =
                BertClassifier.initial(graph, request.head(), request.lora(), labels, random);
        try (NDManager manager = PyTorch.newManager()) {
            BertClassifier model =
                    new BertClassifier(manager, graph, request.head(), request.lora(), initial);
            return new Trainer(manager, model, request.training(), progress)
                    .train(train, check, labels);
        }
    }

    private Delta delta(List<String> labels, Trainer.Outcome outcome) {
        Map<String, Double> metrics = new TreeMap<>();
        metrics.put("validation_accuracy", outcome.accuracy());
        DeltaSettings settings =
                new DeltaSettings(
                        request.name(),
                        request.version(),
                        request.language(),
                        request.encoder().key(),
                        request.head().key(),
                        labels,
                        request.lora(),
                        request.maxLength(),
                        1,
                        request.about(),
                        request.training(),
                        metrics,
                        Map.of());
        return new Delta(settings, outcome.values());
    }

    private static List<String> labels(Path data, List<LabelledText> rows) {
        List<String> labels = rows.stream().map(LabelledText::label).distinct().sorted().toList();
        if (labels.size() < 2) {
            throw new FineTuneException(
                    "%s: all %d rows have the same label. A classifier needs at least two."
                            .formatted(data, rows.size()));
        }
        return labels;
    }

    private static List<LabelledTokens> encode(
            TextTokenizer tokenizer, List<LabelledText> rows, List<String> labels, Path file) {
        Map<String, Integer> indexes = new HashMap<>();
        labels.forEach(label -> indexes.put(label, indexes.size()));
        List<LabelledTokens> encoded = new ArrayList<>(rows.size());
        for (LabelledText row : rows) {
            Integer label = indexes.get(row.label());
            if (label == null) {
                throw new FineTuneException(
                        "%s line %d: this label is not in the training data. A model cannot learn a label that it never sees."
                                .formatted(file, row.line()));
            }
            encoded.add(new LabelledTokens(tokenizer.encode(row.text(), ""), label));
        }
        return encoded;
    }
}
