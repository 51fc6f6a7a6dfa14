package io.labelstream.cli;

import io.labelstream.inference.BundleException;
import io.labelstream.streaming.ConfigException;
import io.labelstream.streaming.preflight.PreflightException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.Properties;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;

/** The command line. Exit code 0: done; 1: failed; 2: wrong usage. */
@Command(
        name = "labelstream",
        mixinStandardHelpOptions = true,
        versionProvider = Labelstream.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        description = "Tags Kafka topics with BERT in real time.",
        footer = {
            "",
            "Commands for models, each with a --help of its own:",
            "  fine-tune  Make a model from a labelled CSV file.",
            "  evaluate   Measure a model on a labelled CSV file.",
            "",
            "From a checkout of the sources, with a --help of its own:",
            "  benchmark  Measure the job against its engine's limit and against peers.",
            "",
            "Exit codes: 0 done, 1 failed, 2 wrong usage. Results go to standard output,",
            "all else to standard error."
        })
public final class Labelstream {

    static final int DONE = 0;
    static final int FAILED = 1;
    static final int WRONG_USAGE = 2;

    private static final String VERBOSE = "--verbose";

    @Option(
            names = VERBOSE,
            scope = ScopeType.INHERIT,
            description = "Log more, and show where an error comes from.")
    private boolean verbose;

    public static void main(String[] args) {
        if (Arrays.asList(args).contains(VERBOSE)) {
            // Before the first logger is made.
            System.setProperty("labelstream.log.level", "info");
            System.setProperty("labelstream.log.trace", "full");
        }
        Console console = Console.ofProcess();
        int exitCode = run(console, args);
        // Not a return: threads of libraries may linger.
        System.exit(exitCode);
    }

    /** Runs a command and returns its exit code. */
    static int run(Console console, String... args) {
        Labelstream root = new Labelstream();
        CommandLine commands =
                new CommandLine(root)
                        .addSubcommand(new DemoCommand(console))
                        .addSubcommand(new RunCommand(console))
                        .addSubcommand(new DoctorCommand(console))
                        .addSubcommand(new ClassifyCommand(console))
                        .addSubcommand(new ReplayDeadLettersCommand(console));
        commands.setOut(new PrintWriter(console.out(), true, StandardCharsets.UTF_8));
        commands.setErr(new PrintWriter(console.err(), true, StandardCharsets.UTF_8));
        commands.setCaseInsensitiveEnumValuesAllowed(true);
        commands.setUsageHelpAutoWidth(false);
        commands.setParameterExceptionHandler(
                (e, arguments) -> {
                    String command = e.getCommandLine().getCommandSpec().qualifiedName();
                    console.err().println(e.getMessage());
                    CommandLine.UnmatchedArgumentException.printSuggestions(
                            e, e.getCommandLine().getErr());
                    console.err().println("Try '" + command + " --help'.");
                    return WRONG_USAGE;
                });
        commands.setExecutionExceptionHandler(
                (e, command, result) -> explain(console, root.verbose, e));
        commands.setExecutionStrategy(Labelstream::execute);
        int exitCode = commands.execute(args);
        Optional<String> failure = console.failure();
        failure.ifPresent(
                reason -> console.err().printf("Standard output cannot be written: %s.%n", reason));
        return failure.isPresent() && exitCode == DONE ? FAILED : exitCode;
    }

    private static int execute(ParseResult result) {
        if (!result.hasSubcommand()
                && !result.isUsageHelpRequested()
                && !result.isVersionHelpRequested()) {
            throw new CommandLine.ParameterException(
                    result.commandSpec().commandLine(), "A command is missing.");
        }
        return new CommandLine.RunLast().execute(result);
    }

    private static int explain(Console console, boolean verbose, Exception e) {
        boolean usage =
                e instanceof UsageException
                        || e instanceof ConfigException
                        || e instanceof BundleException;
        boolean expected =
                usage || e instanceof FailureException || e instanceof PreflightException;
        console.out().flush();
        console.err().println(expected ? e.getMessage() : "Failed unexpectedly: " + e);
        if (verbose) {
            e.printStackTrace(console.err());
        } else if (!expected) {
            console.err().println("Run again with " + VERBOSE + " to see where.");
        }
        return usage ? WRONG_USAGE : FAILED;
    }

    /** What {@code --version} prints. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() throws IOException {
            Properties versions = new Properties();
            try (InputStream in = Labelstream.class.getResourceAsStream("version.properties")) {
                versions.load(in);
            }
            return new String[] {
                "Labelstream " + versions.getProperty("version"),
                "Flink %s, Kafka clients %s, ONNX Runtime %s, Java %s"
                        .formatted(
                                versions.getProperty("flink"),
                                versions.getProperty("kafka"),
                                versions.getProperty("onnxruntime"),
                                System.getProperty("java.version"))
            };
        }
    }
}
