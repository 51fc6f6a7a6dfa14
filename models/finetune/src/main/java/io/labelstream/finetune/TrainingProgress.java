package io.labelstream.finetune;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/** Lines on the way through an epoch: mean loss since the last line, speed, and time to its end. */
final class TrainingProgress {

    private static final double SECONDS_PER_LINE = 10;

    private final PrintStream out;
    private final String epoch;
    private final int steps;
    private final long start = System.nanoTime();
    private double lastLine;
    private int step;
    private long tokens;
    private double lossSinceLine;
    private int stepsSinceLine;

    /**
     * @param epoch counted from 1
     * @param epochs how many there are at most
     * @param steps of the epoch
     */
    TrainingProgress(PrintStream out, int epoch, int epochs, int steps) {
        this.out = out;
        this.epoch = "epoch %d/%d".formatted(epoch, epochs);
        this.steps = steps;
    }

    /** Counts a step, and prints a line now and then and at the end. */
    void add(List<LabelledTokens> batch, float loss) {
        step++;
        stepsSinceLine++;
        lossSinceLine += loss;
        tokens += batch.stream().mapToInt(row -> row.text().tokens()).sum();
        double seconds = (System.nanoTime() - start) / 1e9;
        if (seconds - lastLine >= SECONDS_PER_LINE || step == steps) {
            out.printf(
                    Locale.ROOT,
                    "%s step %d/%d: loss %.4f, %.0f tokens/s, %.0f s to the end of the epoch%n",
                    epoch,
                    step,
                    steps,
                    lossSinceLine / stepsSinceLine,
                    tokens / seconds,
                    seconds / step * (steps - step));
            lastLine = seconds;
            stepsSinceLine = 0;
            lossSinceLine = 0;
        }
    }
}
