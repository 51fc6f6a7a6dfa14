package io.labelstream.endtoend.faults.scenario;

import io.labelstream.endtoend.cluster.Command;
import io.labelstream.endtoend.cluster.JavaCommand;
import io.labelstream.endtoend.cluster.Node;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What the processes of a cluster take of the machine while no job runs.
 *
 * @param files in their folder for temporary files
 */
record ClusterFootprint(List<OfProcess> processes, int files) {

    /** Something may hold on to the last job for a while, 16 MB of classes. */
    private static final int SPARE_LOADERS = 1;

    private static final int SPARE_METASPACE_KILOBYTES = 20 << 10;

    /** What the allocators keep for themselves, and what is touched of the heap. */
    private static final int SPARE_RESIDENT_KILOBYTES = 64 << 10;

    private static final int SPARE_THREADS = 5;
    private static final Pattern METASPACE = Pattern.compile("Metaspace\\s+used (\\d+)K");

    /**
     * One of them.
     *
     * @param loaders class loaders of jobs that have not been collected
     * @param libraries native ones that are mapped
     */
    private record OfProcess(
            String name,
            long metaspaceKilobytes,
            int loaders,
            int threads,
            int libraries,
            long residentKilobytes) {

        static OfProcess of(Node node) throws IOException {
            jcmd(node, "GC.run");
            Matcher metaspace = METASPACE.matcher(jcmd(node, "GC.heap_info"));
            if (!metaspace.find()) {
                throw new AssertionError("jcmd does not say how much metaspace is used");
            }
            int loaders =
                    (int)
                            jcmd(node, "VM.classloader_stats")
                                    .lines()
                                    .filter(line -> line.contains("ChildFirstClassLoader"))
                                    .count();
            ProcessStatus status = ProcessStatus.of(node);
            return new OfProcess(
                    node.name(),
                    Long.parseLong(metaspace.group(1)),
                    loaders,
                    status.threads(),
                    Footprint.libraries(Path.of("/proc/" + node.pid() + "/maps")),
                    status.residentKilobytes());
        }

        boolean isMoreThan(OfProcess before) {
            return metaspaceKilobytes > before.metaspaceKilobytes + SPARE_METASPACE_KILOBYTES
                    || loaders > before.loaders + SPARE_LOADERS
                    || threads > before.threads + SPARE_THREADS
                    || libraries > before.libraries
                    || residentKilobytes > before.residentKilobytes + SPARE_RESIDENT_KILOBYTES;
        }

        @Override
        public String toString() {
            return "%s %d MB metaspace, %d class loaders of jobs, %d threads, %d native libraries, %d MB resident"
                    .formatted(
                            name,
                            metaspaceKilobytes >> 10,
                            loaders,
                            threads,
                            libraries,
                            residentKilobytes >> 10);
        }
    }

    /** Measures, after a collection of garbage. */
    static ClusterFootprint of(List<Node> nodes, Path temporary) throws IOException {
        // What is done a second after the end of a job.
        Pause.of(Duration.ofSeconds(3));
        List<OfProcess> processes = new ArrayList<>();
        for (Node node : nodes) {
            processes.add(OfProcess.of(node));
        }
        return new ClusterFootprint(processes, Footprint.files(temporary));
    }

    private static String jcmd(Node node, String command) {
        return Command.run(JavaCommand.ofBuild("jcmd"), Long.toString(node.pid()), command);
    }

    /**
     * Compares it with an earlier one.
     *
     * @throws AssertionError if something has grown
     */
    void checkNoMoreThan(ClusterFootprint before) {
        boolean more = files > before.files;
        for (int i = 0; i < processes.size(); i++) {
            more |= processes.get(i).isMoreThan(before.processes.get(i));
        }
        if (more) {
            throw new AssertionError("Something was left: %s; before: %s".formatted(this, before));
        }
    }

    @Override
    public String toString() {
        return "%s, %d temporary files"
                .formatted(
                        processes.stream()
                                .map(OfProcess::toString)
                                .collect(Collectors.joining(", ")),
                        files);
    }
}
