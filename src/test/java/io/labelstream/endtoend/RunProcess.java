package io.labelstream.endtoend;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A command of the launcher in a process of its own, as a user starts it. */
final class RunProcess implements AutoCloseable {

    private final Process process;
    private final Path out;
    private final Path err;

    private RunProcess(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /**
     * Starts {@code ./labelstream args}.
     *
     * @param folder where it runs, and its output is kept
     * @param temporary its folder for temporary files
     */
    static RunProcess start(Path folder, Path temporary, String... args) throws IOException {
        return start(folder, temporary, List.of(), args);
    }

    /**
     * The same.
     *
     * @param javaOptions further arguments for Java, without spaces
     */
    static RunProcess start(Path folder, Path temporary, List<String> javaOptions, String... args)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(DistributionFolder.launcher().toString());
        command.addAll(List.of(args));
        Path out = Files.createTempFile(folder, "out", ".txt");
        Path err = Files.createTempFile(folder, "err", ".txt");
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile());
        // The java that the tests run on: <home>/bin/java.
        Path java = Path.of(System.getProperty("labelstream.java"));
        builder.environment().put("JAVA_HOME", java.getParent().getParent().toString());
        List<String> options = new ArrayList<>(javaOptions);
        options.add("-Djava.io.tmpdir=" + temporary);
        builder.environment().put("LABELSTREAM_JAVA_OPTS", String.join(" ", options));
        return new RunProcess(builder.start(), out, err);
    }

    /** Runs to its end. */
    static RunProcess run(Path folder, Path temporary, Duration patience, String... args)
            throws IOException, InterruptedException {
        RunProcess run = start(folder, temporary, args);
        if (!run.process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            run.kill();
            throw new AssertionError(
                    "Not done within %s: %s%n%s".formatted(patience, List.of(args), run.err()));
        }
        return run;
    }

    /** As {@code kill -9} does: nothing of it runs any more. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** As {@code kill} or Ctrl-C does; waits for the end. */
    void terminate(Duration patience) throws InterruptedException {
        process.destroy();
        if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            kill();
            throw new AssertionError("Did not end within " + patience);
        }
    }

    /** Of the JVM itself: the launcher becomes it. */
    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    int exitCode() {
        return process.exitValue();
    }

    String out() throws IOException {
        return Files.readString(out);
    }

    String err() {
        try {
            return Files.readString(err);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
