package io.labelstream.endtoend.cluster;

import io.labelstream.endtoend.DistributionFolder;
import java.net.URL;
import java.nio.file.Path;
import java.util.List;

/** How the Java of the tests is started. */
public final class JavaCommand {

    private JavaCommand() {}

    /** The program, with the options that the distribution gives it. */
    public static List<String> java() {
        String java = System.getProperty("labelstream.java", ofBuild("java"));
        return List.of(java, "@" + DistributionFolder.root().resolve("conf/jvm.options"));
    }

    /** Where a program of the build's own Java lies, such as {@code jstack}. */
    public static String ofBuild(String program) {
        return Path.of(System.getProperty("java.home"), "bin", program).toString();
    }

    /** Logs to standard error, as much as a Flink cluster does by default. */
    public static String logging() {
        URL file = JavaCommand.class.getResource("/faults-log4j2.xml");
        return "-Dlog4j2.configurationFile=" + file;
    }
}
