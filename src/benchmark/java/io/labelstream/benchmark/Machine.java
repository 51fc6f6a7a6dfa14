package io.labelstream.benchmark;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.OperatingSystemMXBean;
import io.labelstream.cli.Labelstream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/** What figures were measured on. */
record Machine(String processor, int cores, long memoryMiB, String system, String java) {

    private static final Path PROCESSORS = Path.of("/proc/cpuinfo");
    private static final String MODEL = "model name";

    static Machine current() throws IOException {
        OperatingSystemMXBean system =
                (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return new Machine(
                processorName(),
                Runtime.getRuntime().availableProcessors(),
                system.getTotalMemorySize() >> 20,
                "%s %s %s".formatted(system.getName(), system.getVersion(), system.getArch()),
                "%s %s"
                        .formatted(
                                System.getProperty("java.vm.name"),
                                System.getProperty("java.vm.version")));
    }

    private static String processorName() throws IOException {
        if (!Files.exists(PROCESSORS)) {
            return System.getProperty("os.arch");
        }
        return Files.readAllLines(PROCESSORS).stream()
                .filter(line -> line.startsWith(MODEL))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse(System.getProperty("os.arch"));
    }

    /** Versions of the product and of what it stands on. */
    static ObjectNode versions() throws IOException {
        Properties versions = new Properties();
        try (InputStream in = Labelstream.class.getResourceAsStream("version.properties")) {
            versions.load(in);
        }
        ObjectNode all = Json.object();
        versions.stringPropertyNames().stream()
                .sorted()
                .forEach(
                        name ->
                                all.put(
                                        name.equals("version") ? "labelstream" : name,
                                        versions.getProperty(name)));
        return all;
    }

    @Override
    public String toString() {
        return "%s, %d cores, %d MiB, %s, %s".formatted(processor, cores, memoryMiB, system, java);
    }
}
