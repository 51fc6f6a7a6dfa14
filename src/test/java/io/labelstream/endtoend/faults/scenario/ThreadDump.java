package io.labelstream.endtoend.faults.scenario;

import io.labelstream.endtoend.cluster.Command;
import io.labelstream.endtoend.cluster.JavaCommand;
import io.labelstream.endtoend.cluster.Node;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * What the JVM of a process prints of itself.
 *
 * @param text all of it
 */
record ThreadDump(String text) {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

    static ThreadDump of(Node node) {
        return new ThreadDump(
                Command.run(JavaCommand.ofBuild("jstack"), Long.toString(node.pid())));
    }

    /** When it was made, by the clock of the process. */
    LocalDateTime time() {
        return LocalDateTime.parse(text.lines().findFirst().orElse(""), TIME);
    }

    /** How many threads have a name that begins so. */
    int count(String name) {
        return (int) text.lines().filter(line -> line.startsWith("\"" + name)).count();
    }
}
