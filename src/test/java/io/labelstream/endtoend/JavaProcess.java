package io.labelstream.endtoend;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A Java program in a process of its own, with the class path of the tests. */
final class JavaProcess implements AutoCloseable {

    private final String main;
    private final Process process;
    private final Path out;
    private final Path err;

    private JavaProcess(String main, Process process, Path out, Path err) {
        this.main = main;
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /**
     * Starts a program.
     *
     * @param folder where its output is kept
     * @param main its main class
     */
    static JavaProcess start(Path folder, String main, String... args) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(System.getProperty("labelstream.java"));
        command.add("-Xmx256m");
        // Logs to standard error, as those of the launcher.
        command.add(
                "-Dlog4j2.configurationFile="
                        + DistributionFolder.root().resolve("conf/log4j2.xml"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
        command.addAll(List.of(args));
        Path out = Files.createTempFile(folder, "out", ".txt");
        Path err = Files.createTempFile(folder, "err", ".txt");
        Process process =
                new ProcessBuilder(command)
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile())
                        .start();
        return new JavaProcess(main, process, out, err);
    }

    /**
     * Runs a program to its end, which must be a good one.
     *
     * @param input what it reads from standard input, in UTF-8
     * @return what it wrote to standard output
     */
    static String run(Path folder, Duration patience, String input, String main, String... args)
            throws IOException, InterruptedException {
        try (JavaProcess program = start(folder, main, args)) {
            try (OutputStream stdin = program.process.getOutputStream()) {
                stdin.write(input.getBytes(StandardCharsets.UTF_8));
            }
            if (!program.process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw program.failed("did not end within " + patience);
            }
            if (program.process.exitValue() != 0) {
                throw program.failed("ended with " + program.process.exitValue());
            }
            return Files.readString(program.out);
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** For a test that cannot go on. */
    AssertionError failed(String what) {
        try {
            return new AssertionError(
                    "%s %s:%n%s%n%s"
                            .formatted(main, what, Files.readString(out), Files.readString(err)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As {@code kill -9} does: nothing of it runs any more. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
