package io.labelstream.finetune;

import io.labelstream.finetune.evaluate.EvaluateCommand;
import io.labelstream.finetune.quantize.QuantizeCommand;
import io.labelstream.inference.BundleException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * Makes and measures models. Results go to standard output, all else to standard error; exit code 0
 * done, 1 failed, 2 wrong usage.
 */
@Command(
        name = "labelstream",
        mixinStandardHelpOptions = true,
        scope = CommandLine.ScopeType.INHERIT,
        versionProvider = FineTuneMain.Version.class,
        description = "Make and measure text classification models.",
        subcommands = {
            FineTuneCommand.class,
            EvaluateCommand.class,
            AssembleCommand.class,
            QuantizeCommand.class
        })
public final class FineTuneMain {

    private FineTuneMain() {}

    /** The version that the jar's manifest names. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = FineTuneMain.class.getPackage().getImplementationVersion();
            return new String[] {version == null ? "development" : version};
        }
    }

    public static void main(String[] arguments) {
        // Before the first logger is made. A name of our own, as the launcher may have others.
        if (System.getProperty("log4j2.configurationFile") == null) {
            System.setProperty(
                    "log4j2.configurationFile", "labelstream-finetune-log4j2.properties");
        }
        System.exit(commandLine().execute(arguments));
    }

    /** The command line, ready to execute. */
    public static CommandLine commandLine() {
        return new CommandLine(new FineTuneMain())
                .setParameterExceptionHandler(FineTuneMain::wrongUsage)
                .setExecutionExceptionHandler(FineTuneMain::report);
    }

    private static int wrongUsage(CommandLine.ParameterException e, String[] arguments) {
        CommandLine command = e.getCommandLine();
        command.getErr().println(e.getMessage());
        command.getErr().println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        return CommandLine.ExitCode.USAGE;
    }

    /**
     * Says what a user can put right in one line; anything else is a defect and keeps its trace.
     */
    private static int report(
            Exception e, CommandLine commandLine, CommandLine.ParseResult arguments)
            throws Exception {
        if (e instanceof FineTuneException || e instanceof BundleException) {
            commandLine.getErr().println(e.getMessage());
            return e instanceof BundleException
                    ? CommandLine.ExitCode.USAGE
                    : CommandLine.ExitCode.SOFTWARE;
        }
        throw e;
    }
}
