package io.labelstream.benchmark;

import java.nio.file.Path;

/** Runs one contender in this JVM. */
final class ContenderMain {

    private ContenderMain() {}

    /**
     * Runs until it is killed, or the contender fails: then exit code 1.
     *
     * @param args name, JSON file of the {@link Workload}, JSON file of the settings
     */
    public static void main(String[] args) {
        try {
            Contenders.named(args[0])
                    .run(
                            Json.read(Path.of(args[1]), Workload.class),
                            Json.readSettings(Path.of(args[2])));
            System.err.println("Contender " + args[0] + " has ended by itself.");
        } catch (Throwable t) {
            // Whatever it was: threads of libraries would keep a process that labels nothing.
            t.printStackTrace(System.err);
        }
        Runtime.getRuntime().halt(1);
    }
}
