package io.labelstream.endtoend.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * A process that can be started, broken and started again with the same command. What it prints, in
 * all its lives, is in one log file. Safe for use by several threads.
 */
public final class Node implements AutoCloseable {

    /** Those that are started and not known to be gone: none outlives the process of the tests. */
    private static final Set<Process> STARTED = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(
                                () -> STARTED.forEach(Process::destroyForcibly), "end-of-nodes"));
    }

    private final String name;
    private final Path log;
    private final List<String> command;
    private final Map<String, String> environment;
    private Process process;

    /**
     * Describes a process; nothing is started.
     *
     * @param name for people
     * @param log where its output is appended
     * @param environment beside that of this process
     */
    public Node(String name, Path log, List<String> command, Map<String, String> environment) {
        this.name = name;
        this.log = log;
        this.command = List.copyOf(command);
        this.environment = new HashMap<>(environment);
    }

    /** Starts the process; at once or, where it was dead, again. */
    public Node start() {
        return start(List.of());
    }

    /** The same, in a group that must not take more memory than its limit. */
    public Node startIn(MemoryLimit limit) {
        return start(limit.launcher());
    }

    private synchronized Node start(List<String> launcher) {
        if (isAlive()) {
            throw new IllegalStateException(name + " runs already");
        }
        List<String> all = new ArrayList<>(launcher);
        all.addAll(command);
        ProcessBuilder builder =
                new ProcessBuilder(all)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        try {
            process = builder.start();
            STARTED.removeIf(old -> !old.isAlive());
            STARTED.add(process);
        } catch (IOException e) {
            throw new UncheckedIOException(name + " does not start", e);
        }
        return this;
    }

    public String name() {
        return name;
    }

    public synchronized boolean isAlive() {
        return process != null && process.isAlive();
    }

    public synchronized long pid() {
        return process.pid();
    }

    /** Of a process that has ended: 128 plus the signal where one ended it. */
    public synchronized int exitCode() {
        return process.exitValue();
    }

    /** {@code kill -9}; returns when it is gone. */
    public synchronized void kill() {
        if (process != null) {
            process.destroyForcibly();
            await(process, Duration.ofSeconds(30));
        }
    }

    /** {@code kill -TERM}; returns when the process has ended. */
    public synchronized void terminate(Duration patience) {
        process.destroy();
        await(process, patience);
    }

    /** {@code kill -STOP}: no thread of it runs until {@link #resume}; its connections stay. */
    public void pause() {
        signal("STOP");
    }

    /** {@code kill -CONT}. */
    public void resume() {
        signal("CONT");
    }

    /**
     * Waits for the end of a process that is expected to end by itself.
     *
     * @throws AssertionError if it does not
     */
    public synchronized int awaitEnd(Duration patience) {
        await(process, patience);
        return process.exitValue();
    }

    private void signal(String signal) {
        try {
            int code =
                    new ProcessBuilder("kill", "-" + signal, Long.toString(pid()))
                            .inheritIO()
                            .start()
                            .waitFor();
            if (code != 0) {
                throw new IllegalStateException("%s cannot be sent %s".formatted(name, signal));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while signalling " + name, e);
        }
    }

    private void await(Process ending, Duration patience) {
        try {
            if (!ending.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError(
                        "%s did not end within %d s".formatted(name, patience.toSeconds()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for " + name, e);
        }
    }

    /** All it has printed. */
    public String log() {
        try {
            return Files.exists(log) ? Files.readString(log) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends it, whatever state it is in. */
    @Override
    public void close() {
        kill();
    }

    @Override
    public String toString() {
        return name;
    }
}
