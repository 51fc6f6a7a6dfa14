package io.labelstream.cli;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import java.util.Optional;

/**
 * Remembers why results could not be written; a {@link java.io.PrintStream} around it only knows
 * that. Safe for use by several threads.
 */
final class ResultStream extends FilterOutputStream {

    private volatile IOException failure;

    ResultStream(OutputStream out) {
        super(out);
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        try {
            out.write(bytes, offset, length);
        } catch (IOException e) {
            failure = failure == null ? e : failure;
            throw e;
        }
    }

    /**
     * Why results could not be written; nothing where they could, or where whoever read them has
     * gone, as {@code head} does: that is no failure.
     */
    Optional<String> failure() {
        return Optional.ofNullable(failure)
                .map(e -> e.getMessage() == null ? e.toString() : e.getMessage())
                .filter(reason -> !reason.toLowerCase(Locale.ROOT).contains("broken pipe"));
    }
}
