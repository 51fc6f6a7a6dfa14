package io.labelstream.finetune;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * Trains a model and keeps its best epoch. Owned by one thread; the engine uses all cores.
 *
 * <p>What the engine does not do by itself: gradients add up over steps until they are zeroed, and
 * each result lives until its manager is closed, so every step has a manager of its own.
 */
final class Trainer {

    private static final int VALIDATION_BATCH = 32;

    /**
     * The outcome of a training.
     *
     * @param values what was trained, at its best epoch
     * @param epoch the best epoch, counted from 1
     * @param accuracy share of validation rows whose label it found
     */
    record Outcome(Map<String, Tensor> values, int epoch, double accuracy) {}

    private final NDManager manager;
    private final BertClassifier model;
    private final TrainingSettings settings;
    private final PrintStream progress;

    /**
     * @param progress where lines on the way go
     */
    Trainer(
            NDManager manager,
            BertClassifier model,
            TrainingSettings settings,
            PrintStream progress) {
        this.manager = manager;
        this.model = model;
        this.settings = settings;
        this.progress = progress;
    }

    /**
     * Trains.
     *
     * @param rows to learn from
     * @param validation to choose the best epoch by
     * @param labels how many there are
     * @throws FineTuneException if the loss stops being a number
     */
    Outcome train(List<LabelledTokens> rows, List<LabelledTokens> validation, int labels) {
        Engine.getInstance().setRandomSeed((int) settings.seed());
        Random random = new Random(settings.seed());
        AdamW optimizer = new AdamW(manager, model.parameters().row(), decay());
        int stepsPerEpoch = Batches.shuffled(rows, settings.batchSize(), new Random(0)).size();
        LearningRate rate =
                new LearningRate(settings.learningRate(), settings.epochs() * stepsPerEpoch);
        Outcome best = null;
        int step = 0;
        for (int epoch = 1; epoch <= settings.epochs(); epoch++) {
            TrainingProgress lines =
                    new TrainingProgress(
                            progress,
                            "epoch %d/%d".formatted(epoch, settings.epochs()),
                            stepsPerEpoch);
            for (List<LabelledTokens> batch :
                    Batches.shuffled(rows, settings.batchSize(), random)) {
                float loss = step(optimizer, batch, labels, rate.at(step++));
                if (!Float.isFinite(loss)) {
                    throw new FineTuneException(
                            "The loss is no number any more in epoch %d. Lower the learning rate of %s."
                                    .formatted(epoch, settings.learningRate()));
                }
                lines.add(batch, loss);
            }
            double accuracy = accuracy(validation);
            progress.printf(
                    Locale.ROOT,
                    "epoch %d/%d done: validation accuracy %.4f%n",
                    epoch,
                    settings.epochs(),
                    accuracy);
            if (best == null || accuracy > best.accuracy()) {
                best = new Outcome(model.parameters().snapshot(), epoch, accuracy);
            }
        }
        return best;
    }

    /** One step; returns the loss before it. */
    float step(AdamW optimizer, List<LabelledTokens> batch, int labels, double rate) {
        try (NDManager step = manager.newSubManager()) {
            float loss;
            try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
                NDArray mean = loss(step, batch, labels);
                collector.backward(mean);
                loss = mean.getFloat();
            }
            NDArray gradient = model.parameters().row().getGradient();
            optimizer.step(gradient, rate);
            gradient.subi(gradient);
            return loss;
        }
    }

    private NDArray loss(NDManager step, List<LabelledTokens> batch, int labels) {
        TokenBatch tokens = TokenBatch.of(batch.stream().map(LabelledTokens::text).toList());
        NDArray logits = model.forward(step, tokens, (float) settings.dropout()).get(0);
        float[] targets = new float[batch.size() * labels];
        for (int row = 0; row < batch.size(); row++) {
            targets[row * labels + batch.get(row).label()] = -1f / batch.size();
        }
        return logits.logSoftmax(-1)
                .mul(step.create(targets, new Shape(batch.size(), labels)))
                .sum();
    }

    /** Share of rows whose label has the highest logit. */
    double accuracy(List<LabelledTokens> rows) {
        int right = 0;
        for (List<LabelledTokens> batch : Batches.byLength(rows, VALIDATION_BATCH)) {
            try (NDManager step = manager.newSubManager()) {
                TokenBatch tokens =
                        TokenBatch.of(batch.stream().map(LabelledTokens::text).toList());
                long[] found =
                        model.forward(step, tokens, 0)
                                .get(0)
                                .argMax(-1)
                                .toType(DataType.INT64, false)
                                .toLongArray();
                for (int row = 0; row < found.length; row++) {
                    right += found[row] == batch.get(row).label() ? 1 : 0;
                }
            }
        }
        return (double) right / rows.size();
    }

    /** Matrices decay; biases and LayerNorms, which must not shrink, do not. */
    private float[] decay() {
        Parameters parameters = model.parameters();
        float[] decay = new float[Math.toIntExact(parameters.row().size())];
        int cell = 0;
        for (int i = 0; i < parameters.names().size(); i++) {
            int end = cell + parameters.size(i);
            if (!Lora.isReplaced(parameters.names().get(i))) {
                Arrays.fill(decay, cell, end, (float) settings.weightDecay());
            }
            cell = end;
        }
        return decay;
    }
}
