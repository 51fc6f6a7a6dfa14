package io.labelstream.finetune;

import ai.djl.ndarray.NDManager;
import io.labelstream.inference.ModelBundle;
import io.labelstream.inference.TextTokenizer;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** From labelled texts to a calibrated bundle. */
final class FineTuning {

    /** Two special ones and one of the text. */
    private static final int MIN_TOKENS = 3;

    private static final int FEW_TO_VALIDATE = 50;

    /** Where in the bundle's folder the state of a training is kept until it is done. */
    private static final String STATE_FOLDER = ".training";

    /** Changes with how a training goes or what is kept of it: older ones begin anew. */
    private static final String STATE_VERSION = "3";

    /**
     * What is asked for.
     *
     * @param name of the model
     * @param version of the model
     * @param language of the texts; empty where not given
     * @param about what to write down of the data: name, licence, creators, url, changes
     * @param maxLength most tokens of a text, special ones included
     * @param outOfScopeLabel the label that means "none of these", where the data has it
     * @param outOfScopeLoss most in-scope accuracy to give up for saying so
     * @param outOfScopeShare share of texts that will be out of scope in use; 0 for as many as
     *     among the validation rows
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
            TrainingSettings training,
            String outOfScopeLabel,
            double outOfScopeLoss,
            double outOfScopeShare) {

        Request {
            if (!(outOfScopeShare >= 0 && outOfScopeShare < 1)) {
                throw new FineTuneException(
                        "--out-of-scope-share is %s; expected a share from 0 to below 1, such as 0.1."
                                .formatted(outOfScopeShare));
            }
            if (!(outOfScopeLoss >= 0 && outOfScopeLoss <= 1)) {
                throw new FineTuneException(
                        "--out-of-scope-loss is %s; expected a share from 0 to 1, such as 0.005."
                                .formatted(outOfScopeLoss));
            }
        }
    }

    /**
     * A model that was trained, and written.
     *
     * @param modelSha256 of the bundle's {@code model.onnx}
     */
    record Trained(Delta delta, String modelSha256) {}

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
     * Trains a model, calibrates it and writes its bundle. Goes on where the same training was
     * interrupted.
     *
     * @param files the training rows, at least one file
     * @param validationFile to choose the best epoch and to calibrate by; null to hold out a tenth
     *     of the training rows
     * @param output the bundle's folder, made where it does not exist
     * @param restart whether to begin anew, even where an interrupted training could go on
     * @throws FineTuneException if the data cannot be used
     */
    Trained run(List<Path> files, Path validationFile, Path output, boolean restart) {
        TrainingData data = TrainingData.read(files, validationFile, request.training().seed());
        EncoderGraph graph = EncoderGraph.of(request.encoder());
        checkLength(graph);
        checkSmoothing(data);
        List<LabelledTokens> train;
        List<LabelledTokens> validation;
        try (TextTokenizer tokenizer = EncoderTokenizer.open(graph, request.maxLength())) {
            train = data.trainTokens(tokenizer);
            validation = data.validationTokens(tokenizer);
        }
        progress.printf(
                Locale.ROOT,
                "%d rows to train on, %d to validate, %d labels%s%s%n",
                train.size(),
                validation.size(),
                data.labels().size(),
                data.multiLabel() ? ", several a row" : "",
                data.pairs() ? ", pairs of texts" : "");
        if (validation.size() < FEW_TO_VALIDATE) {
            progress.printf(
                    "%d rows are few to validate on: the figures and the calibration are rough%s. More labelled rows make both better.%n",
                    validation.size(),
                    data.train().equals(data.validation())
                            ? ", all the more as they are the training rows themselves"
                            : "");
        }
        TrainingCheckpoint checkpoint =
                new TrainingCheckpoint(
                        output.resolve(STATE_FOLDER), fingerprint(files, validationFile, data));
        if (restart) {
            checkpoint.delete();
        } else if (checkpoint.isOfAnother()) {
            progress.println(
                    "an interrupted training with other data or settings is there: it is replaced");
        }
        Objective objective = objective(data, train);
        Trainer.Outcome outcome = train(graph, data, objective, train, validation, checkpoint);
        progress.printf(
                Locale.ROOT,
                "best epoch %d: validation %s %.4f%n",
                outcome.epoch(),
                objective.measure(),
                outcome.score());
        Trained trained = write(output, graph, data, objective, outcome);
        checkpoint.delete();
        return trained;
    }

    private void checkSmoothing(TrainingData data) {
        if (data.multiLabel() && request.training().labelSmoothing() > 0) {
            throw new FineTuneException(
                    "--label-smoothing is %s, but rows of the data have several labels, which are not smoothed. Leave it out."
                            .formatted(request.training().labelSmoothing()));
        }
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

    private TrainingSettings training(TrainingData data) {
        return request.training()
                .forData(
                        data.train().size(),
                        data.pairs(),
                        !data.multiLabel() && !data.labels().contains(request.outOfScopeLabel()));
    }

    private Head head(TrainingData data) {
        return data.pairs() ? request.head().forPairs() : request.head();
    }

    private Objective objective(TrainingData data, List<LabelledTokens> train) {
        int labels = data.labels().size();
        return data.multiLabel()
                ? new MultiLabelObjective(labels)
                : new SingleLabelObjective(
                        request.training().labelWeights().of(train, labels),
                        training(data).labelSmoothing());
    }

    private Trainer.Outcome train(
            EncoderGraph graph,
            TrainingData data,
            Objective objective,
            List<LabelledTokens> train,
            List<LabelledTokens> validation,
            TrainingCheckpoint checkpoint) {
        TrainingSettings settings = training(data);
        Head head = head(data);
        Map<String, Tensor> initial =
                BertClassifier.initial(
                        graph,
                        head,
                        settings.tuning(),
                        request.lora(),
                        data.labels().size(),
                        new Random(settings.seed()));
        try (NDManager manager = PyTorch.newManager()) {
            BertClassifier model =
                    new BertClassifier(manager, graph, head, request.lora(), initial);
            return new Trainer(manager, model, objective, settings, progress)
                    .train(train, validation, checkpoint);
        }
    }

    /** Writes the bundle as it was trained, calibrates what was written, and writes that down. */
    private Trained write(
            Path output,
            EncoderGraph graph,
            TrainingData data,
            Objective objective,
            Trainer.Outcome outcome) {
        Map<String, Double> metrics = new TreeMap<>();
        metrics.put("validation_" + objective.measure().replace(' ', '_'), outcome.score());
        metrics.put("best_epoch", (double) outcome.epoch());
        DeltaSettings settings = settings(data, metrics);
        byte[] model = GraphAssembler.assemble(graph, new Delta(settings, outcome.values()));
        BundleWriter.write(output, graph, settings, model);
        Calibrator.Fitted fitted =
                new Calibrator(
                                request.outOfScopeLabel(),
                                request.outOfScopeLoss(),
                                request.outOfScopeShare(),
                                progress)
                        .fit(ModelBundle.load(output), data);
        metrics.putAll(fitted.metrics());
        DeltaSettings calibrated = settings.with(fitted.calibration(), metrics);
        String sha256 = BundleWriter.write(output, graph, calibrated, model);
        return new Trained(new Delta(calibrated, outcome.values()), sha256);
    }

    private DeltaSettings settings(TrainingData data, Map<String, Double> metrics) {
        return new DeltaSettings(
                request.name(),
                request.version(),
                request.language(),
                request.encoder().key(),
                head(data).key(),
                data.labels(),
                request.lora(),
                request.maxLength(),
                data.multiLabel(),
                Calibration.NONE,
                request.about(),
                training(data),
                metrics,
                Map.of());
    }

    /** Of all that makes two trainings the same. */
    private String fingerprint(List<Path> files, Path validationFile, TrainingData data) {
        try {
            List<String> parts = new ArrayList<>();
            parts.add(STATE_VERSION);
            for (Path file : files) {
                parts.add(Sha256.of(Files.readAllBytes(file)));
            }
            parts.add(
                    validationFile == null
                            ? "held out"
                            : Sha256.of(Files.readAllBytes(validationFile)));
            parts.add(Sha256.of(request.encoder().modelBytes()));
            parts.add(head(data).key());
            parts.add(request.lora().toString());
            parts.add(Integer.toString(request.maxLength()));
            parts.add(Sha256.of(request.encoder().tokenizerBytes()));
            parts.add(Integer.toString(request.encoder().heads()));
            parts.add(training(data).toString());
            String all = String.join("\n", parts);
            return Sha256.of(all.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new FineTuneException("The data cannot be read: " + e, e);
        }
    }
}
