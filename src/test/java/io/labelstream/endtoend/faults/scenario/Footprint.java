package io.labelstream.endtoend.faults.scenario;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a JVM takes of the machine. Linux only.
 *
 * @param threads how many it has
 * @param inferenceThreads those that run a model, or watch over one
 * @param libraries files with native code of ONNX Runtime and the tokenizer that are mapped
 * @param files in its folder for temporary files
 * @param megabytes of resident memory
 */
record Footprint(int threads, int inferenceThreads, int libraries, int files, int megabytes) {

    /** Threads of pools that come and go. */
    private static final int SPARE_THREADS = 5;

    /** What the allocators keep for themselves. */
    private static final int SPARE_MEGABYTES = 50;

    private static final Pattern FORM =
            Pattern.compile(
                    "(\\d+) threads, (\\d+) of inference, (\\d+) native libraries, (\\d+) temporary files, (\\d+) MB resident");
    private static final Pattern LIBRARY =
            Pattern.compile("\\S+ r-xp .*(onnxruntime|tokenizers)\\S*\\.so.*");

    /** Of the process that asks, after a collection of its garbage. */
    static Footprint ofThisProcess() throws IOException {
        System.gc();
        String status = Files.readString(Path.of("/proc/self/status"));
        return new Footprint(
                (int) ProcessStatus.value(status, "Threads:"),
                (int)
                        Thread.getAllStackTraces().keySet().stream()
                                .filter(thread -> thread.getName().startsWith("inference-"))
                                .count(),
                libraries(Path.of("/proc/self/maps")),
                files(Path.of(System.getProperty("java.io.tmpdir"))),
                (int) (ProcessStatus.value(status, "VmRSS:") >> 10));
    }

    /** Mapped code of ONNX Runtime and the tokenizer: once for each time that it was loaded. */
    static int libraries(Path maps) throws IOException {
        try (Stream<String> lines = Files.lines(maps)) {
            return (int) lines.filter(line -> LIBRARY.matcher(line).matches()).count();
        }
    }

    /** Files in a folder, but for those that Flink's web UI shows of jobs that have ended. */
    static int files(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return (int)
                    all.filter(Files::isRegularFile)
                            .filter(file -> !file.toString().contains("/archivedApplicationStore-"))
                            .count();
        }
    }

    /** Finds one that a program has printed behind a name. */
    static Footprint in(String log, String name) {
        Matcher found = Pattern.compile(Pattern.quote(name) + FORM).matcher(log);
        if (!found.find()) {
            throw new AssertionError("The program did not say '%s'".formatted(name));
        }
        return new Footprint(
                Integer.parseInt(found.group(1)),
                Integer.parseInt(found.group(2)),
                Integer.parseInt(found.group(3)),
                Integer.parseInt(found.group(4)),
                Integer.parseInt(found.group(5)));
    }

    /**
     * Compares it with an earlier one.
     *
     * @throws AssertionError if something has grown
     */
    void checkNoMoreThan(Footprint before) {
        if (threads > before.threads + SPARE_THREADS
                || inferenceThreads > before.inferenceThreads
                || libraries > before.libraries
                || files > before.files
                || megabytes > before.megabytes + SPARE_MEGABYTES) {
            throw new AssertionError("Something was left: %s; before: %s".formatted(this, before));
        }
    }

    @Override
    public String toString() {
        return "%d threads, %d of inference, %d native libraries, %d temporary files, %d MB resident"
                .formatted(threads, inferenceThreads, libraries, files, megabytes);
    }
}
