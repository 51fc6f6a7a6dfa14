package io.labelstream.endtoend.faults;

import io.labelstream.endtoend.cluster.Folders;
import io.labelstream.endtoend.cluster.MissingMeansException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * How a scenario ended.
 *
 * @param notes what was seen, or why it failed or was skipped
 */
record ScenarioResult(String id, String promise, Verdict verdict, Duration time, String notes) {

    /** Passed only where every promise was checked and kept. */
    enum Verdict {
        PASSED,
        FAILED,
        SKIPPED
    }

    /**
     * Plays a scenario to its end. Its folder is kept where it failed.
     *
     * @param base in which it gets a folder of its own
     */
    static ScenarioResult play(Scenario scenario, Path base, long seed, Consumer<String> progress)
            throws IOException {
        Path folder = base.resolve(scenario.id());
        Folders.delete(folder);
        Files.createDirectories(folder);
        long start = System.nanoTime();
        Verdict verdict = Verdict.PASSED;
        String notes;
        try (Stage stage = new Stage(folder, seed, progress)) {
            stage.play(scenario);
            notes = stage.notes();
        } catch (MissingMeansException e) {
            verdict = Verdict.SKIPPED;
            notes = e.getMessage();
        } catch (Exception | Error e) {
            verdict = Verdict.FAILED;
            notes = firstLine(e);
            try (PrintWriter file =
                    new PrintWriter(Files.newBufferedWriter(folder.resolve("failure.txt")))) {
                e.printStackTrace(file);
            }
        }
        Duration time = Duration.ofNanos(System.nanoTime() - start);
        if (verdict != Verdict.FAILED) {
            Folders.delete(folder);
        }
        return new ScenarioResult(scenario.id(), scenario.promise(), verdict, time, notes);
    }

    private static String firstLine(Throwable failure) {
        String message = String.valueOf(failure.getMessage()).strip();
        return message.lines().findFirst().orElse(failure.getClass().getSimpleName())
                + " (failure.txt in its folder has all of it)";
    }

    /** The result in a line. */
    String sentence() {
        return "%s in %d s%s"
                .formatted(
                        verdict.name().toLowerCase(java.util.Locale.ROOT),
                        time.toSeconds(),
                        notes.isEmpty() ? "." : ": " + notes + ".");
    }
}
