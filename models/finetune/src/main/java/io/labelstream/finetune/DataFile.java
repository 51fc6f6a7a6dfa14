package io.labelstream.finetune;

import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** A file that a user names. */
public final class DataFile {

    private DataFile() {}

    /**
     * Refuses what is no file.
     *
     * @throws ParameterException if there is no such file: wrong usage, exit code 2
     */
    public static void require(CommandSpec command, String option, Path file) {
        if (!Files.isRegularFile(file)) {
            throw new ParameterException(
                    command.commandLine(), "%s %s: no such file.".formatted(option, file));
        }
    }
}
