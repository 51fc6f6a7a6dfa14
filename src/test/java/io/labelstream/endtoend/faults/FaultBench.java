package io.labelstream.endtoend.faults;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code src/test/faults}: plays scenarios one after the other and counts. */
@Command(
        name = "faults",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        usageHelpAutoWidth = true,
        description = {
            "Breaks a running job in every way we know, and checks that nothing is lost, doubled or reordered.",
            "Brokers, JobManager and TaskManagers are processes of their own on this machine.",
            "Without options: all scenarios, about 75 minutes on two cores."
        },
        footer = {
            "",
            "Exit code 0 where every scenario passed or was skipped for want of a tool, else 1.",
            "docs/RELIABILITY.md says what each scenario proves."
        })
public final class FaultBench implements Callable<Integer> {

    @Spec private CommandLine.Model.CommandSpec spec;

    @Option(
            names = "--scenario",
            paramLabel = "F1",
            split = ",",
            description = "Play these only; several with commas between them.")
    private List<String> scenarios = List.of();

    @Option(names = "--list", description = "Name all scenarios and end.")
    private boolean list;

    @Option(
            names = "--short",
            description = "Ten kills of a TaskManager and three of a broker, in one world.")
    private boolean shortForm;

    @Option(
            names = "--soak",
            paramLabel = "MINUTES",
            description = "Random faults for so long, under a load that never pauses.")
    private Integer soakMinutes;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Makes chance the same again. Default: ${DEFAULT-VALUE}.")
    private long seed = 1;

    @Option(
            names = "--folder",
            paramLabel = "DIR",
            description =
                    "Keep data and logs of each scenario here. Default: a temporary folder, kept where a scenario failed.")
    private Path folder;

    @Option(
            names = "--record",
            paramLabel = "FILE",
            description = "Enter the results into the table of this page (docs/RELIABILITY.md).")
    private Path record;

    private final PrintStream out;

    private FaultBench(PrintStream out) {
        this.out = out;
    }

    public static void main(String[] args) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        int code = new CommandLine(new FaultBench(out)).execute(args);
        // Clients of brokers that are gone may have threads left.
        System.exit(code);
    }

    @Override
    public Integer call() throws IOException {
        if (list) {
            Scenarios.all().forEach(one -> out.printf("%-4s %s%n", one.id(), one.promise()));
            return 0;
        }
        int failed = 0;
        int skipped = 0;
        List<Scenario> chosen = chosen();
        Path base =
                folder == null
                        ? Files.createTempDirectory("labelstream-faults-")
                        : Files.createDirectories(folder);
        List<ScenarioResult> results = new ArrayList<>();
        for (Scenario scenario : chosen) {
            out.printf("%-6s %s%n", scenario.id(), scenario.promise());
            ScenarioResult result =
                    ScenarioResult.play(
                            scenario, base, seed, said -> out.println("       " + said));
            out.println("       " + result.sentence());
            results.add(result);
            switch (result.verdict()) {
                case FAILED -> failed++;
                case SKIPPED -> skipped++;
                case PASSED -> {}
            }
            if (record != null) {
                ReliabilityPage.enter(record, result);
            }
        }
        Duration all =
                results.stream().map(ScenarioResult::time).reduce(Duration.ZERO, Duration::plus);
        out.printf("%d min %d s.%n", all.toMinutes(), all.toSecondsPart());
        if (failed > 0 || folder != null) {
            out.printf("Logs are in %s.%n", base);
        } else {
            Files.deleteIfExists(base);
        }
        out.printf(
                "%d passed, %d failed%s%n",
                chosen.size() - failed - skipped,
                failed,
                skipped == 0 ? "" : ", %d skipped".formatted(skipped));
        return failed == 0 ? 0 : 1;
    }

    private List<Scenario> chosen() {
        if (soakMinutes != null) {
            return List.of(new Soak(Duration.ofMinutes(soakMinutes)));
        }
        if (shortForm) {
            return List.of(new ShortForm());
        }
        if (scenarios.isEmpty()) {
            return Scenarios.all();
        }
        Set<String> wanted = new LinkedHashSet<>(scenarios);
        List<Scenario> found =
                Scenarios.all().stream().filter(one -> wanted.remove(one.id())).toList();
        if (!wanted.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--scenario: %s is not known; --list names them all".formatted(wanted));
        }
        return found;
    }
}
