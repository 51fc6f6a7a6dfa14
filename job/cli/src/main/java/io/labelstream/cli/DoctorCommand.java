package io.labelstream.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.labelstream.streaming.ConfigException;
import io.labelstream.streaming.JobConfig;
import io.labelstream.streaming.preflight.Finding;
import io.labelstream.streaming.preflight.Finding.Status;
import io.labelstream.streaming.preflight.Place;
import io.labelstream.streaming.preflight.Preflight;
import io.labelstream.streaming.preflight.PreflightException;
import io.labelstream.streaming.preflight.WritableFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Every check that {@code run} makes before it starts, and what to do about each finding. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        versionProvider = Labelstream.Version.class,
        description = {
            "Look at settings, model, machine and Kafka, as 'run' and 'flink run' do before",
            "they start, and say what to do about each finding. No topic is read or written."
        },
        footer = {
            "",
            "Exit code 1 if there is a problem, 0 if there are at most warnings. In the",
            "checks, two transactional ids of the job's prefix are used that no job has, and",
            "the schema of results is registered with the registry, where one is set and",
            "schema-registry.auto-register is not false."
        })
final class DoctorCommand implements Callable<Integer> {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int STATUS_WIDTH = 8;

    /** Room for a few checkpoints. */
    private static final long STATE = 100L << 20;

    @Mixin private ConfigFile configFile;

    @Option(
            names = "--cluster",
            description =
                    "Check for 'flink run': memory and checkpoint directory of the cluster, not of this machine.")
    private boolean cluster;

    @Option(names = "--json", description = "Print each finding as a line of JSON.")
    private boolean json;

    private final Console console;
    private final Map<Status, Integer> counts = new EnumMap<>(Status.class);

    DoctorCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        configFile.checkExists();
        JobConfig config;
        try {
            config = configFile.read();
        } catch (ConfigException e) {
            print(Finding.problem("settings", e.getMessage()));
            print(Finding.skipped("all else", "it depends on the settings."));
            return end();
        }
        print(Finding.ok("settings", "valid, of job %s.".formatted(config.name())));
        if (!cluster) {
            print(stateDirectory(config));
        }
        Preflight.examine(config, cluster ? Place.CLUSTER : Place.HERE, this::print);
        return end();
    }

    private static Finding stateDirectory(JobConfig config) {
        String check = "state directory";
        try {
            Path folder = StateFolder.of(config);
            Optional<StateDirectory.Checkpoint> newest =
                    StateDirectory.look(
                            folder, config.exactlyOnce() ? config.transactionalIdPrefix() : "");
            new WritableFolder(
                            folder,
                            "the state directory of this job",
                            "Set another with checkpoint.directory")
                    .check(STATE);
            return Finding.ok(
                    check,
                    newest.map(c -> "'run' goes on from checkpoint %s.".formatted(c.path()))
                            .orElse("%s has no checkpoint yet.".formatted(folder)));
        } catch (ConfigException e) {
            return Finding.problem(check, e.getMessage() + " For 'flink run', add --cluster.");
        } catch (UsageException | FailureException | PreflightException e) {
            return Finding.problem(check, e.getMessage());
        }
    }

    private void print(Finding finding) {
        counts.merge(finding.status(), 1, Integer::sum);
        console.out().println(json ? line(finding) : sentence(finding));
        console.out().flush();
    }

    private static String line(Finding finding) {
        return JSON.createObjectNode()
                .put("check", finding.check())
                .put("status", finding.status().name().toLowerCase(Locale.ROOT))
                .put("message", finding.message())
                .toString();
    }

    private String sentence(Finding finding) {
        Style style = new Style(console.colours());
        return "%s %s: %s"
                .formatted(
                        style.status(finding.status(), STATUS_WIDTH),
                        style.bold(finding.check()),
                        Style.printable(finding.message()));
    }

    private int end() {
        int problems = counts.getOrDefault(Status.PROBLEM, 0);
        console.err()
                .println(
                        "%s, %s."
                                .formatted(
                                        counted(problems, "problem"),
                                        counted(
                                                counts.getOrDefault(Status.WARNING, 0),
                                                "warning")));
        return problems == 0 ? Labelstream.DONE : Labelstream.FAILED;
    }

    private static String counted(int count, String noun) {
        return "%d %s%s".formatted(count, noun, count == 1 ? "" : "s");
    }
}
