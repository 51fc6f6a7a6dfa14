package io.labelstream.endtoend.faults.scenario;

import io.labelstream.endtoend.cluster.MissingMeansException;
import io.labelstream.endtoend.cluster.Node;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

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
     */
    static ProcessStatus of(Node node) {
        Path status = Path.of("/proc", Long.toString(node.pid()), "status");
        if (!Files.isReadable(status)) {
            throw new MissingMeansException("needs Linux: there is no " + status);
        }
        try {
            String text = Files.readString(status);
            return new ProcessStatus((int) value(text, "Threads:"), value(text, "VmRSS:"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
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
