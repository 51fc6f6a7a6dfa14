package io.labelstream.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Starts contenders. */
final class ContenderProcess {

    private ContenderProcess() {}

    /** Starts a contender in a JVM of its own, with its files in the workload's folder. */
    static ChildProcess start(
            Contender contender,
            Workload workload,
            Map<String, String> settings,
            List<String> javaOptions)
            throws IOException {
        Path folder = Path.of(workload.temporaryFolder());
        Path workloadFile = folder.resolve("workload.json");
        Path settingsFile = folder.resolve("settings.json");
        Json.write(workloadFile, workload);
        Json.write(settingsFile, settings);
        return ChildProcess.start(
                contender.name(),
                folder,
                ProcessBuilder.Redirect.DISCARD,
                javaOptions,
                ContenderMain.class.getName(),
                contender.name(),
                workloadFile.toString(),
                settingsFile.toString());
    }
}
