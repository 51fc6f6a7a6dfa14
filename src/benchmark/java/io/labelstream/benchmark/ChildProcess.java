package io.labelstream.benchmark;

import io.labelstream.cli.FailureException;
import io.labelstream.inference.ShippedModels;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A JVM with the class path and the settings of this one, and its own folder for temporary files.
 * Its CPU time is read twice a second, that of processes which it starts included. Used by one
 * thread.
 */
final class ChildProcess implements AutoCloseable {

    private static final long SAMPLE_MILLIS = 500;
    private static final int SHOWN_CHARACTERS = 4000;

    private final String name;
    private final Process process;
    private final Path errors;
    private final long startMillis;
    private final Series cpuSeconds = new Series();
    private final Thread sampler;

    private ChildProcess(String name, Process process, Path errors, long startMillis) {
        this.name = name;
        this.process = process;
        this.errors = errors;
        this.startMillis = startMillis;
        this.sampler = new Thread(this::sample, "cpu-of-" + name);
        sampler.setDaemon(true);
        sampler.start();
    }

    /**
     * Starts a JVM with this one's class path.
     *
     * @see #startOn
     */
    static ChildProcess start(
            String name,
            Path folder,
            ProcessBuilder.Redirect out,
            List<String> javaOptions,
            String mainClass,
            String... args)
            throws IOException {
        String classPath = System.getProperty("java.class.path");
        return startOn(classPath, name, folder, out, javaOptions, mainClass, args);
    }

    /**
     * Starts a JVM.
     *
     * @param classPath as Java takes it
     * @param name for people
     * @param folder exists; for its temporary files and what it prints on standard error
     * @param out where its standard output goes
     * @param javaOptions of this JVM alone
     */
    static ChildProcess startOn(
            String classPath,
            String name,
            Path folder,
            ProcessBuilder.Redirect out,
            List<String> javaOptions,
            String mainClass,
            String... args)
            throws IOException {
        Path home = home();
        Path temporary = Files.createDirectories(folder.resolve("tmp"));
        Path errors = folder.resolve(name + ".err");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("@" + home.resolve("conf/jvm.options"));
        command.add("-Dlog4j2.configurationFile=" + home.resolve("conf/log4j2.xml"));
        command.add("-D" + ShippedModels.HOME_PROPERTY + "=" + home);
        command.add("-Djava.io.tmpdir=" + temporary);
        command.addAll(javaOptions);
        command.add("-cp");
        command.add(classPath);
        command.add(mainClass);
        command.addAll(List.of(args));
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectOutput(out)
                        .redirectError(errors.toFile());
        builder.environment().put("ORT_DISABLE_TELEMETRY", "1");
        long startMillis = System.currentTimeMillis();
        return new ChildProcess(name, builder.start(), errors, startMillis);
    }

    /**
     * The distribution folder that this process was started from.
     *
     * @throws FailureException if it was not started by the launcher
     */
    static Path home() {
        String home = System.getProperty(ShippedModels.HOME_PROPERTY);
        if (home == null) {
            throw new FailureException("Benchmarks are started by './labelstream benchmark'.");
        }
        return Path.of(home);
    }

    private void sample() {
        try {
            while (process.isAlive()) {
                double seconds =
                        Stream.concat(Stream.of(process.toHandle()), process.descendants())
                                .mapToDouble(ChildProcess::cpuSeconds)
                                .sum();
                cpuSeconds.add(System.currentTimeMillis(), seconds);
                Thread.sleep(SAMPLE_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static double cpuSeconds(ProcessHandle handle) {
        return handle.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1e9;
    }

    Process process() {
        return process;
    }

    /** When it was started. */
    long startMillis() {
        return startMillis;
    }

    /** User and system time so far, in seconds, by wall-clock time. */
    Series cpuSeconds() {
        return cpuSeconds;
    }

    /**
     * Checks that it lives.
     *
     * @throws FailureException with the end of what it printed, if not
     */
    void checkAlive() {
        if (!process.isAlive()) {
            throw failure("ended with exit code " + process.exitValue());
        }
    }

    /** A failure with the end of what it printed on standard error. */
    FailureException failure(String what) {
        String printed;
        try {
            printed = Files.readString(errors, StandardCharsets.UTF_8);
        } catch (IOException e) {
            printed = "(cannot be read: " + e + ")";
        }
        int from = Math.max(0, printed.length() - SHOWN_CHARACTERS);
        return new FailureException(
                "%s %s. It printed last:%n%s".formatted(name, what, printed.substring(from)));
    }

    /**
     * Waits until it ends by itself.
     *
     * @throws FailureException if it fails or takes longer
     */
    void await(Duration patience) throws InterruptedException {
        if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            throw failure("did not end within " + patience.toSeconds() + " s");
        }
        if (process.exitValue() != 0) {
            throw failure("ended with exit code " + process.exitValue());
        }
    }

    /** Kills it, and what it started. */
    @Override
    public void close() {
        List<ProcessHandle> all =
                Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
        all.forEach(ProcessHandle::destroyForcibly);
        process.onExit().join();
    }
}
