package io.labelstream.benchmark;

import java.io.PrintStream;
import java.util.Locale;

/** Says on standard error what a benchmark is doing, and for how long it has been. */
final class Progress {

    private final PrintStream err;
    private final long startNanos = System.nanoTime();

    Progress(PrintStream err) {
        this.err = err;
    }

    void say(String format, Object... values) {
        long seconds = (System.nanoTime() - startNanos) / 1_000_000_000;
        err.printf("[%02d:%02d] ", seconds / 60, seconds % 60);
        err.println(String.format(Locale.ROOT, format, values));
    }
}
