package io.labelstream.benchmark;

import io.labelstream.cli.TemporaryFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Measures the engine on its own, in a JVM of its own, while the broker is up and idle. */
final class CeilingRun {

    /** Padded tokens of a run that are tried. */
    static final List<Integer> BUDGETS = List.of(128, 192, 256, 384, 512, 768, 1024);

    private static final Duration PATIENCE = Duration.ofMinutes(30);

    private CeilingRun() {}

    /**
     * Measures.
     *
     * @param budgets to choose from
     * @param sweepSeconds for each of them
     * @param seconds for the best
     */
    static Ceiling measure(
            Stage stage,
            TextSet texts,
            Model model,
            int slots,
            List<Integer> budgets,
            double sweepSeconds,
            double seconds)
            throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory(stage.folder(), "ceiling-");
        Path request = folder.resolve("request.json");
        Path result = folder.resolve("ceiling.json");
        Json.write(
                request,
                new CeilingRequest(
                        model.folder().toString(),
                        model.file(),
                        slots,
                        budgets,
                        sweepSeconds,
                        seconds,
                        texts.texts()));
        try (ChildProcess child =
                ChildProcess.start(
                        "engine",
                        folder,
                        ProcessBuilder.Redirect.DISCARD,
                        stage.javaOptions(),
                        EngineCeiling.class.getName(),
                        request.toString(),
                        result.toString())) {
            child.await(PATIENCE);
            return Json.read(result, Ceiling.class);
        } finally {
            TemporaryFolder.delete(folder);
        }
    }
}
