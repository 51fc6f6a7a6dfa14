package io.labelstream.streaming.preflight;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** Memory that a process may still take on this machine or in this container. */
final class FreeMemory {

    private FreeMemory() {}

    /**
     * In bytes. Linux counts what it can give back, its file cache, as free; where that is not
     * told, and in a container, the JVM's own figure counts.
     */
    static long bytes() throws IOException {
        long machine = machine();
        if (ManagementFactory.getOperatingSystemMXBean()
                instanceof com.sun.management.OperatingSystemMXBean system) {
            return machine < 0 || system.getTotalMemorySize() < machine
                    ? system.getFreeMemorySize()
                    : machine;
        }
        return machine;
    }

    private static long machine() throws IOException {
        Path file = Path.of("/proc/meminfo");
        if (!Files.isReadable(file)) {
            return -1;
        }
        for (String line : Files.readAllLines(file)) {
            if (line.startsWith("MemAvailable:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
            }
        }
        return -1;
    }
}
