package io.labelstream.finetune;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/** Lines on the way through an epoch: mean loss since the last line, and speed. */
final class TrainingProgress {

    private static final int STEPS_PER_LINE = 20;

    private final PrintStream out;
    private final String epoch;
    private final int steps;
    private final long start = System.nanoTime();
    private int step;
    private long tokens;
    private double lossSinceLine;
    private int stepsSinceLine;

    /**
     * @param epoch what each line begins with
     * @param steps of the epoch
     */
    TrainingProgress(PrintStream out, String epoch, int steps) {
        this.out = out;
        this.epoch = epoch;
        this.steps = steps;
    }

    /** Counts a step, and prints a line now and then and at the end. */
    void add(List<LabelledTokens> batch, float loss) {
        step++;
        stepsSinceLine++;
        lossSinceLine += loss;
        tokens += batch.stream().mapToInt(row -> row.text().tokens()).sum();
        if (stepsSinceLine == STEPS_PER_LINE || step == steps) {
            out.printf(
                    Locale.ROOT,
                    "%s step %d/%d loss %.4f, %.0f tokens/s%n",
                    epoch,
                    step,
                    steps,
                    lossSinceLine / stepsSinceLine,
                    tokens * 1e9 / (System.nanoTime() - start));
            stepsSinceLine = 0;
            lossSinceLine = 0;
        }
    }
}
