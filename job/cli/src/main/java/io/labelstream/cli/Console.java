package io.labelstream.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Where a command reads and writes: results on {@code out}, everything else on {@code err}, both in
 * UTF-8 whatever the locale.
 *
 * @param out prints to {@code results}
 * @param results knows why results could not be written
 * @param colours whether results go to a terminal that shows colours
 * @param live whether {@code err} is a terminal, on which a line may be redrawn
 * @param width columns of the terminal; for what is cut to one line
 */
record Console(
        InputStream in,
        PrintStream out,
        ResultStream results,
        PrintStream err,
        boolean colours,
        boolean live,
        int width) {

    private static final int DEFAULT_WIDTH = 100;

    /** A console whose results go to a stream. */
    static Console of(
            InputStream in,
            OutputStream out,
            PrintStream err,
            boolean colours,
            boolean live,
            int width) {
        ResultStream results = new ResultStream(out);
        PrintStream print =
                new PrintStream(new BufferedOutputStream(results), false, StandardCharsets.UTF_8);
        return new Console(in, print, results, err, colours, live, width);
    }

    /** This process's own; the launcher says what is a terminal. */
    static Console ofProcess() {
        boolean outTerminal = Boolean.getBoolean("labelstream.terminal.out");
        boolean errTerminal = Boolean.getBoolean("labelstream.terminal.err");
        return of(
                new FileInputStream(FileDescriptor.in),
                new FileOutputStream(FileDescriptor.out),
                new PrintStream(
                        new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
                outTerminal && System.getenv("NO_COLOR") == null,
                errTerminal,
                Integer.getInteger("labelstream.terminal.width", DEFAULT_WIDTH));
    }

    /** Whether results can no longer be written: nobody reads them, or they find no room. */
    boolean resultsEnded() {
        return out.checkError();
    }

    /** Why results could not be written, where that is a failure. */
    Optional<String> failure() {
        out.flush();
        return results.failure();
    }
}
