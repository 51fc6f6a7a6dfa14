package io.labelstream.cli;

import io.labelstream.streaming.JobConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** The options of commands that take a job's settings. */
final class ConfigFile {

    @Option(
            names = "--config",
            required = true,
            paramLabel = "FILE",
            description = "The job's settings, a YAML file; see docs/CONFIGURATION.md.")
    private Path file;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description =
                    "A setting that wins over the file's. No secrets: others can see arguments.")
    private Map<String, String> overrides = new LinkedHashMap<>();

    /**
     * Checks that there is a file to read.
     *
     * @throws UsageException if there is none
     */
    void checkExists() {
        if (!Files.isRegularFile(file)) {
            throw new UsageException(
                    "--config %s: no such file. Expected a YAML file; conf/labelstream.yaml of the distribution is one to start from."
                            .formatted(file));
        }
    }

    /**
     * Reads the settings.
     *
     * @throws io.labelstream.streaming.ConfigException if one is missing, unknown or wrong
     */
    JobConfig read() {
        return JobConfig.read(file, overrides);
    }
}
