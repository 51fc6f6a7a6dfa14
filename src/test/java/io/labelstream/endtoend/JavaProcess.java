package io.labelstream.endtoend;

import io.labelstream.endtoend.cluster.JavaCommand;
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
public final class JavaProcess implements AutoCloseable {

    private final String name;
    private final Process process;
    private final Path out;
    private final Path err;

    private JavaProcess(String name, Process process, Path out, Path err) {
        this.name = name;
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
    public static JavaProcess start(Path folder, String main, String... args) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(System.getProperty("labelstream.java"));
        command.add("-Xmx256m");
        // Logs to standard error, as those of the launcher.
        command.add(
                "-Dlog4j2.configurationFile="
                        + DistributionFolder.root().resolve("conf/log4j2.xml"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
        command.addAll(List.of(args));
        return start(folder, main, command);
    }

    /**
     * Starts a jar that brings all it needs, on the Java of the build.
     *
     * @param folder where its output is kept
     * @param options of the JVM
     */
    static JavaProcess startJar(Path folder, Path jar, List<String> options) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(JavaCommand.ofBuild("java"));
        command.addAll(options);
        command.addAll(List.of("-jar", jar.toString()));
        return start(folder, jar.getFileName().toString(), command);
    }

    private static JavaProcess start(Path folder, String name, List<String> command)
            throws IOException {
        Path out = Files.createTempFile(folder, "out", ".txt");
        Path err = Files.createTempFile(folder, "err", ".txt");
        Process process =
                new ProcessBuilder(command)
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile())
                        .start();
        return new JavaProcess(name, process, out, err);
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

    public boolean isAlive() {
        return process.isAlive();
    }

    /** For a test that cannot go on. */
    public AssertionError failed(String what) {
        try {
            return new AssertionError(
                    "%s %s:%n%s%n%s"
                            .formatted(name, what, Files.readString(out), Files.readString(err)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Sends a signal.
     *
     * @param name such as {@code STOP}
     */
    void signal(String name) throws IOException, InterruptedException {
        int code =
                new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                        .inheritIO()
                        .start()
                        .waitFor();
        if (code != 0) {
            throw failed("could not be sent " + name);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
