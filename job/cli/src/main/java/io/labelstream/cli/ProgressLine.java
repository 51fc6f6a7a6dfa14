package io.labelstream.cli;

import java.time.Duration;
import java.util.function.Supplier;

/**
 * A line on standard error that says how far a command is, redrawn a few times a second; nothing
 * where no terminal watches. Used by one thread.
 */
final class ProgressLine implements AutoCloseable {

    private static final String ERASE_LINE = "\r\033[K";
    private static final Duration BETWEEN = Duration.ofMillis(250);

    private final Console console;
    private long drawn = System.nanoTime();
    private boolean shown;

    ProgressLine(Console console) {
        this.console = console;
    }

    /** Draws it, if it is time to. */
    void show(Supplier<String> line) {
        if (!console.live() || System.nanoTime() - drawn < BETWEEN.toNanos()) {
            return;
        }
        console.err().print(ERASE_LINE + line.get());
        console.err().flush();
        shown = true;
        drawn = System.nanoTime();
    }

    /** Takes the line away. */
    @Override
    public void close() {
        if (shown) {
            console.err().print(ERASE_LINE);
            console.err().flush();
            shown = false;
        }
    }
}
