package io.labelstream.finetune;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * Trains a model and keeps its best epoch, averaged over the last steps. Owned by one thread; the
 * engine uses all cores.
 *
 * <p>What the engine does not do by itself: gradients add up over steps until they are zeroed, and
 * each result lives until its manager is closed, so every step has a manager of its own.
 */
final class Trainer {

    private static final int VALIDATION_BATCH = 32;

    /** Padded tokens of a forward and backward pass, which bound the memory that it takes. */
    static final int MAX_TOKENS_PER_PASS = 2048;

    /**
     * The outcome of a training.
     *
     * @param values what was trained, at its best epoch
     * @param epoch the best epoch, counted from 1
     * @param score how good it was on the validation rows, as {@link Objective#score}
     */
    record Outcome(Map<String, Tensor> values, int epoch, double score) {}

    private final NDManager manager;
    private final BertClassifier model;
    private final Objective objective;
    private final TrainingSettings settings;
    private final PrintStream progress;
    private final AdamW optimizer;
    private final int maxTokensPerPass;

    /**
     * @param progress where lines on the way go
     */
    Trainer(
            NDManager manager,
            BertClassifier model,
            Objective objective,
            TrainingSettings settings,
            PrintStream progress) {
        this(manager, model, objective, settings, progress, MAX_TOKENS_PER_PASS);
    }

    Trainer(
            NDManager manager,
            BertClassifier model,
            Objective objective,
            TrainingSettings settings,
            PrintStream progress,
            int maxTokensPerPass) {
        this.maxTokensPerPass = maxTokensPerPass;
        this.manager = manager;
        this.model = model;
        this.objective = objective;
        this.settings = settings;
        this.progress = progress;
        this.optimizer = new AdamW(manager, model.parameters().row(), decay());
    }

    /**
     * Trains until the last epoch, or until epochs stop getting better. Goes on where an
     * interrupted training of the same kind left off: the outcome is the same, down to the last
     * bit.
     *
     * @param rows to learn from
     * @param validation to choose the best epoch by
     * @param checkpoint written after each epoch
     * @throws FineTuneException if the loss stops being a number
     */
    Outcome train(
            List<LabelledTokens> rows,
            List<LabelledTokens> validation,
            TrainingCheckpoint checkpoint) {
        int stepsPerEpoch = Batches.count(rows.size(), settings.batchSize());
        int steps = settings.epochs() * stepsPerEpoch;
        LearningRate rate = new LearningRate(settings.learningRate(), steps);
        MovingAverage average =
                new MovingAverage(manager, model.parameters().row(), settings.averaging() * steps);
        TrainingState state = checkpoint.read().orElse(TrainingState.START);
        if (state.epoch() > 0) {
            restore(state);
            average.restore(state.average());
            progress.printf(
                    Locale.ROOT,
                    "going on after epoch %d of an interrupted training (--restart begins anew)%n",
                    state.epoch());
        }
        while (state.epoch() < settings.epochs() && !stopsEarly(state)) {
            int epoch = state.epoch() + 1;
            float loss = epoch(epoch, stepsPerEpoch, rows, rate, average);
            float[] now = model.parameters().row().toFloatArray();
            float[] averaged = average.values();
            model.parameters().set(averaged);
            double score = score(validation);
            model.parameters().set(now);
            boolean better = state.bestEpoch() == 0 || score > state.bestScore();
            state =
                    new TrainingState(
                            epoch,
                            better ? epoch : state.bestEpoch(),
                            better ? score : state.bestScore(),
                            now,
                            averaged,
                            better ? averaged : state.best(),
                            optimizer.mean(),
                            optimizer.variance());
            checkpoint.write(state);
            progress.printf(
                    Locale.ROOT,
                    "epoch %d/%d done: loss %.4f, validation %s %.4f%s%n",
                    epoch,
                    settings.epochs(),
                    loss,
                    objective.measure(),
                    score,
                    better ? ", the best so far" : "");
        }
        if (state.epoch() < settings.epochs()) {
            progress.printf("stopped early: no better epoch in the last %d%n", settings.patience());
        }
        return new Outcome(
                model.parameters().named(state.best()), state.bestEpoch(), state.bestScore());
    }

    private boolean stopsEarly(TrainingState state) {
        return state.epoch() - state.bestEpoch() >= settings.patience();
    }

    private void restore(TrainingState state) {
        model.parameters().set(state.now());
        optimizer.restore(state.mean(), state.variance());
    }

    /** All rows once; returns the mean loss. What is random depends on seed and epoch alone. */
    private float epoch(
            int epoch,
            int steps,
            List<LabelledTokens> rows,
            LearningRate rate,
            MovingAverage average) {
        Engine.getInstance().setRandomSeed((int) settings.seed() + epoch);
        Random random = new Random(settings.seed() + epoch);
        TrainingProgress lines = new TrainingProgress(progress, epoch, settings.epochs(), steps);
        int step = (epoch - 1) * steps;
        double sum = 0;
        for (List<LabelledTokens> batch : Batches.shuffled(rows, settings.batchSize(), random)) {
            float loss = step(batch, step, rate.at(step));
            average.add(model.parameters().row(), step);
            step++;
            if (!Float.isFinite(loss)) {
                throw new FineTuneException(
                        "The loss is no number any more in epoch %d. Lower the learning rate of %s."
                                .formatted(epoch, settings.learningRate()));
            }
            sum += loss * batch.size();
            lines.add(batch, loss);
        }
        return (float) (sum / rows.size());
    }

    /**
     * One step; returns the loss before it.
     *
     * @param number of the step, counted from 0
     */
    float step(List<LabelledTokens> batch, int number, double rate) {
        float loss = backward(batch);
        try (NDManager step = manager.newSubManager()) {
            // What is computed from it attaches to its manager, which must not outlive the step.
            NDArray gradient = model.parameters().row().getGradient();
            gradient.attach(step);
            optimizer.step(gradient, number, rate);
            gradient.subi(gradient);
        }
        return loss;
    }

    /** Adds a batch to the gradients, in passes; returns its loss. */
    float backward(List<LabelledTokens> batch) {
        double weight = objective.weight(batch);
        float loss = 0;
        for (List<LabelledTokens> part : Batches.parts(batch, maxTokensPerPass)) {
            loss += backward(part, (float) (objective.weight(part) / weight));
        }
        return loss;
    }

    /** Adds a part of a batch to the gradients; returns its share of the loss. */
    private float backward(List<LabelledTokens> part, float share) {
        try (NDManager pass = manager.newSubManager();
                GradientCollector collector = Engine.getInstance().newGradientCollector()) {
            NDArray logits = logits(pass, part, (float) settings.dropout());
            NDArray loss = objective.loss(pass, logits, part).mul(share);
            collector.backward(loss);
            return loss.getFloat();
        }
    }

    private NDArray logits(NDManager step, List<LabelledTokens> batch, float dropout) {
        TokenBatch tokens = TokenBatch.of(batch.stream().map(LabelledTokens::text).toList());
        return model.forward(step, tokens, dropout).get(0);
    }

    /** As {@link Objective#score}. */
    double score(List<LabelledTokens> rows) {
        List<LabelledTokens> scored = new ArrayList<>(rows.size());
        List<float[]> logits = new ArrayList<>(rows.size());
        for (List<LabelledTokens> batch : Batches.byLength(rows, VALIDATION_BATCH)) {
            for (List<LabelledTokens> part : Batches.parts(batch, maxTokensPerPass)) {
                logits.addAll(logits(part));
                scored.addAll(part);
            }
        }
        return objective.score(logits, scored);
    }

    private List<float[]> logits(List<LabelledTokens> rows) {
        try (NDManager pass = manager.newSubManager()) {
            float[] values = logits(pass, rows, 0).toFloatArray();
            int labels = values.length / rows.size();
            List<float[]> logits = new ArrayList<>(rows.size());
            for (int row = 0; row < rows.size(); row++) {
                logits.add(Arrays.copyOfRange(values, row * labels, (row + 1) * labels));
            }
            return logits;
        }
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
