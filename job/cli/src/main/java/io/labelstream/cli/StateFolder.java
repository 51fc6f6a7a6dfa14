package io.labelstream.cli;

import io.labelstream.streaming.ConfigException;
import io.labelstream.streaming.JobConfig;
import java.nio.file.Path;

/** Where the {@link StateDirectory} of a job lies. */
final class StateFolder {

    private StateFolder() {}

    /**
     * The folder: {@code checkpoint.directory}, or one by the job's name, as the place must be the
     * same at each start.
     *
     * @throws ConfigException if it is no folder of this machine
     */
    static Path of(JobConfig config) {
        String directory = config.checkpointDirectory();
        if (directory == null) {
            String home = System.getenv("XDG_STATE_HOME");
            Path states =
                    home == null || home.isBlank()
                            ? Path.of(System.getProperty("user.home"), ".local", "state")
                            : Path.of(home);
            return states.resolve("labelstream")
                    .resolve(config.name().replaceAll("[^A-Za-z0-9._-]", "_"));
        }
        String path =
                directory.startsWith("file:") ? directory.replaceFirst("^file:/*", "/") : directory;
        if (path.contains(":/")) {
            throw new ConfigException(
                    "Setting checkpoint.directory is %s; 'labelstream run' expects a folder of this machine."
                            .formatted(directory));
        }
        return Path.of(path).toAbsolutePath().normalize();
    }
}
