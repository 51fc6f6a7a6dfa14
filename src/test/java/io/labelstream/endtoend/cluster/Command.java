package io.labelstream.endtoend.cluster;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A tool of the operating system. */
public final class Command {

    private Command() {}

    /**
     * Runs it to its end.
     *
     * @return what it printed
     * @throws MissingMeansException if there is no such tool
     * @throws AssertionError if it fails
     */
    public static String run(String... command) {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            String said =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new AssertionError(
                        "'%s' failed: %s"
                                .formatted(String.join(" ", List.of(command)), said.strip()));
            }
            return said;
        } catch (IOException e) {
            throw new MissingMeansException("needs %s: %s".formatted(command[0], e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while " + command[0] + " ran", e);
        }
    }
}
