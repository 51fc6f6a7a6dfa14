package io.labelstream.streaming.preflight;

import io.labelstream.streaming.JobConfig;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Tokenizer and device, tried in a process of their own. */
final class ModelTrial implements CheckGroup {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** Options that Java reads for itself: a port or a log of this process is taken already. */
    private static final List<String> NOT_PASSED_ON =
            List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS");

    /** What steers native libraries, so that the trial finds them where the job will. */
    private static final List<String> PASSED_ON =
            List.of(
                    "java.io.tmpdir",
                    "onnxruntime.",
                    "ai.djl.",
                    "DJL_",
                    "ENGINE_CACHE_DIR",
                    "RUST_",
                    "OPT_OUT_TRACKING");

    private final List<String> command;
    private final Duration patience;

    ModelTrial(JobConfig config) {
        this(
                command(
                        config.modelPath().toString(),
                        config.modelFile(),
                        config.device().name(),
                        Integer.toString(config.threads())),
                PATIENCE);
    }

    /** A trial by another program. */
    ModelTrial(List<String> command, Duration patience) {
        this.command = command;
        this.patience = patience;
    }

    private static List<String> command(String... args) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // As much heap as the job has for the same; quick to start; no file where it crashes.
        command.add("-Xmx" + Runtime.getRuntime().maxMemory());
        command.addAll(
                List.of(
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:-CreateCoredumpOnCrash",
                        "-XX:ErrorFile=" + (File.separatorChar == '/' ? "/dev/null" : "NUL")));
        System.getProperties()
                .forEach(
                        (key, value) -> {
                            if (PASSED_ON.stream().anyMatch(key.toString()::startsWith)) {
                                command.add("-D" + key + "=" + value);
                            }
                        });
        command.addAll(List.of("-cp", classPath(), ModelTrialMain.class.getName()));
        command.addAll(List.of(args));
        return command;
    }

    /** This process's, and the jar of this class, which Flink's client loads by other means. */
    private static String classPath() {
        try {
            Path own =
                    Path.of(
                            ModelTrial.class
                                    .getProtectionDomain()
                                    .getCodeSource()
                                    .getLocation()
                                    .toURI());
            return System.getProperty("java.class.path") + File.pathSeparator + own;
        } catch (URISyntaxException e) {
            throw new IllegalStateException("Java does not say where its classes are", e);
        }
    }

    @Override
    public void run(Report report) {
        Outcome outcome;
        try {
            outcome = outcome();
        } catch (IOException e) {
            report.skip(
                    "tokenizer, device",
                    "no process can be started to try them in: %s.".formatted(e.getMessage()));
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        if (!outcome.began()) {
            report.skip(
                    "tokenizer, device",
                    "the process that was to try them ended before it began, with exit code %d."
                            .formatted(outcome.exitCode()));
            return;
        }
        report.ask(ModelTrialMain.TOKENIZER, outcome::tokenizer);
        if (outcome.reached(ModelTrialMain.DEVICE)) {
            report.ask(ModelTrialMain.DEVICE, outcome::device);
        } else {
            report.skip(ModelTrialMain.DEVICE, "the trial did not get past the tokenizer.");
        }
    }

    /** Takes out of an environment what steers this process alone. */
    static void clean(Map<String, String> environment) {
        environment.keySet().removeAll(NOT_PASSED_ON);
    }

    private Outcome outcome() throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .redirectInput(ProcessBuilder.Redirect.PIPE);
        clean(builder.environment());
        Process process = builder.start();
        try (InputStream out = process.getInputStream()) {
            process.getOutputStream().close();
            boolean ended = process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
            byte[] bytes = ended ? out.readAllBytes() : out.readNBytes(out.available());
            String printed = new String(bytes, StandardCharsets.UTF_8);
            return new Outcome(
                    printed.lines().toList(), ended, ended ? process.exitValue() : 0, patience);
        } finally {
            process.destroyForcibly();
        }
    }

    /**
     * How the trial went.
     *
     * @param lines that it printed
     * @param ended whether it did in time
     * @param exitCode 0 where it did not end
     * @param patience for how long it was waited for
     */
    private record Outcome(List<String> lines, boolean ended, int exitCode, Duration patience) {

        /** Not where Java itself could not start. */
        boolean began() {
            return !ended
                    || reached(ModelTrialMain.TOKENIZER)
                    || line(ModelTrialMain.FAILED) != null;
        }

        boolean reached(String step) {
            return lines.contains(step);
        }

        Verdict tokenizer() {
            if (reached(ModelTrialMain.DEVICE)) {
                return Verdict.ok("takes all strings that it was tried on.");
            }
            return bad(
                    "tokenizer.json",
                    "It is no tokenizer of the Hugging Face library, or a hostile one: take the model from a source that you trust.");
        }

        Verdict device() {
            String took = line(ModelTrialMain.TOOK);
            return took == null || exitCode != 0
                    ? bad("the model", "Try device.type: cpu, or another model.")
                    : Verdict.ok("took %s.".formatted(took));
        }

        /** A machine that is only busy is no reason not to start. */
        private Verdict bad(String what, String wayOut) {
            String reason = line(ModelTrialMain.FAILED);
            if (reason != null) {
                throw new PreflightException(reason);
            }
            if (ended) {
                throw new PreflightException(
                        "A process that tried %s was ended by it (exit code %d), as the job would be. %s"
                                .formatted(what, exitCode, wayOut));
            }
            return Verdict.warning(
                    "A process that tried %s did not end within %d s. If this machine was not only busy: %s"
                            .formatted(what, patience.toSeconds(), wayOut));
        }

        /** What follows the beginning of a line; null where there is none. */
        private String line(String beginning) {
            return lines.stream()
                    .filter(line -> line.startsWith(beginning))
                    .map(line -> line.substring(beginning.length()))
                    .findFirst()
                    .orElse(null);
        }
    }
}
