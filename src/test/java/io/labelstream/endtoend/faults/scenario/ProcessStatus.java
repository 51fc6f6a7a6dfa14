package io.labelstream.endtoend.faults.scenario;

import io.labelstream.endtoend.cluster.MissingMeansException;
import io.labelstream.endtoend.cluster.Node;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.NoSuchElementException;

/**
 * What Linux says of a process.
 *
 * @param threads how many it has
 * @param residentKilobytes memory that is really used
 */
record ProcessStatus(int threads, long residentKilobytes) {

    /**
     * Looks at a process that lives.
     *
     * @throws MissingMeansException where there is no {@code /proc}
     * @throws AssertionError if it has died
     */
    static ProcessStatus of(Node node) {
        if (!Files.isReadable(Path.of("/proc/self/status"))) {
            throw new MissingMeansException("needs Linux: there is no /proc/self/status");
        }
        try {
            String text = Files.readString(Path.of("/proc", Long.toString(node.pid()), "status"));
            return new ProcessStatus((int) value(text, "Threads:"), value(text, "VmRSS:"));
        } catch (IOException | NoSuchElementException e) {
            throw new AssertionError(node + " has died, or is about to", e);
        }
    }

    static long value(String status, String name) {
        return status.lines()
                .filter(line -> line.startsWith(name))
                .map(line -> line.replaceAll("\\D", ""))
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElseThrow();
    }
}
