package io.labelstream.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Runs commands with their output kept. */
final class Consoles {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    /** Runs a command with something on its standard input. */
    int run(byte[] in, String... args) {
        return run(in, out, args);
    }

    /** Runs a command whose results go elsewhere. */
    int runInto(OutputStream results, String... args) {
        return run(new byte[0], results, args);
    }

    private int run(byte[] in, OutputStream out, String... args) {
        Console console =
                Console.of(
                        new ByteArrayInputStream(in),
                        out,
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        false,
                        false,
                        100);
        return Labelstream.run(console, args);
    }

    int run(String... args) {
        return run(new byte[0], args);
    }

    String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
