package io.labelstream.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * Where a command reads and writes: results on {@code out}, everything else on {@code err}, both in
 * UTF-8 whatever the locale.
 *
 * @param colours whether results go to a terminal that shows colours
 * @param live whether {@code err} is a terminal, on which a line may be redrawn
 * @param width columns of the terminal; for what is cut to one line
 */
record Console(
        InputStream in,
        PrintStream out,
        PrintStream err,
        boolean colours,
        boolean live,
        int width) {

    private static final int DEFAULT_WIDTH = 100;

    /** This process's own; the launcher says what is a terminal. */
    static Console ofProcess() {
        boolean outTerminal = Boolean.getBoolean("labelstream.terminal.out");
        boolean errTerminal = Boolean.getBoolean("labelstream.terminal.err");
        return new Console(
                new FileInputStream(FileDescriptor.in),
                print(FileDescriptor.out, false),
                print(FileDescriptor.err, true),
                outTerminal && System.getenv("NO_COLOR") == null,
                errTerminal,
                Integer.getInteger("labelstream.terminal.width", DEFAULT_WIDTH));
    }

    private static PrintStream print(FileDescriptor file, boolean flush) {
        return new PrintStream(new FileOutputStream(file), flush, StandardCharsets.UTF_8);
    }

    /** Whether whoever reads the results has gone, as {@code head} does. */
    boolean readerGone() {
        return out.checkError();
    }
}
