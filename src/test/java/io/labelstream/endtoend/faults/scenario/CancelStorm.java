package io.labelstream.endtoend.faults.scenario;

import io.labelstream.endtoend.cluster.JavaCommand;
import io.labelstream.endtoend.cluster.MissingMeansException;
import io.labelstream.endtoend.cluster.Node;
import io.labelstream.endtoend.faults.Scenario;
import io.labelstream.endtoend.faults.Stage;
import io.labelstream.inference.TinyBundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Tasks end while their model runs, again and again in one process: {@link CancelStormProgram}. */
public final class CancelStorm implements Scenario {

    private static final int ROUNDS = 200;
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    @Override
    public String id() {
        return "F26";
    }

    @Override
    public String promise() {
        return "100 cancels and 100 failovers of a job while its model runs, in one process: no crash; threads, mapped libraries, temporary files and resident memory are as before";
    }

    @Override
    public void play(Stage stage) throws Exception {
        if (!Files.isReadable(Path.of("/proc/self/maps"))) {
            throw new MissingMeansException("needs Linux: there is no /proc/self/maps");
        }
        Path model = stage.folder().resolve("model");
        TinyBundle.write(model);
        Path temporary = Files.createDirectory(stage.folder().resolve("tmp"));
        List<String> command = new ArrayList<>(JavaCommand.java());
        command.addAll(
                List.of(
                        "-Xmx384m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Djava.io.tmpdir=" + temporary,
                        "-XX:ErrorFile=" + stage.folder().resolve("hs_err_%p.log"),
                        JavaCommand.logging(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        CancelStormProgram.class.getName(),
                        model.toString(),
                        stage.folder().resolve("checkpoints").toUri().toString(),
                        Integer.toString(ROUNDS),
                        Long.toString(stage.random().nextLong())));
        try (Node program =
                new Node("storm", stage.folder().resolve("storm.log"), command, Map.of())) {
            int code = program.start().awaitEnd(PATIENCE);
            checkNoCrash(stage.folder());
            if (code != 0) {
                throw new AssertionError("The process ended with %d".formatted(code));
            }
            Footprint before = Footprint.in(program.log(), CancelStormProgram.BEFORE);
            Footprint after = Footprint.in(program.log(), CancelStormProgram.AFTER);
            after.checkNoMoreThan(before);
            stage.note("%d rounds; %s; before: %s", ROUNDS, after, before);
        }
    }

    private static void checkNoCrash(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> crashes =
                    files.filter(file -> file.getFileName().toString().startsWith("hs_err"))
                            .toList();
            if (!crashes.isEmpty()) {
                throw new AssertionError("The JVM crashed: " + crashes);
            }
        }
    }
}
