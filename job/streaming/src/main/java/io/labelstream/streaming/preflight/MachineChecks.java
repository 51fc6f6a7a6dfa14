package io.labelstream.streaming.preflight;

import io.labelstream.streaming.JobConfig;
import java.nio.file.Path;

/**
 * This machine, where the job is going to run on it: room for native libraries, and the heap.
 */
final class MachineChecks implements CheckGroup {

    /** What ONNX Runtime and the tokenizer unpack at the start, with room to spare. */
    private static final long NATIVE_LIBRARIES = 100L << 20;

    private final JobConfig config;

    MachineChecks(JobConfig config) {
        this.config = config;
    }

    @Override
    public void run(Report report) {
        report.ask(
                "temporary folder",
                () ->
                        lookAt(
                                Path.of(System.getProperty("java.io.tmpdir")),
                                "Java's folder for temporary files, java.io.tmpdir",
                                "Set another with LABELSTREAM_JAVA_OPTS=-Djava.io.tmpdir=FOLDER"));
        report.ask("heap", () -> lookAtHeap(Runtime.getRuntime().maxMemory()));
    }

    private static Verdict lookAt(Path folder, String what, String wayOut) {
        long free = new WritableFolder(folder, what, wayOut).check(NATIVE_LIBRARIES);
        return Verdict.ok("%s can be written; %d MB are free.".formatted(folder, free >> 20));
    }

    /**
     * Compares what may wait for the model with the heap.
     *
     * @param heap the most that the JVM may take, in bytes
     */
    Verdict lookAtHeap(long heap) {
        long slots = config.parallelism() == null ? 1 : config.parallelism();
        long worst = slots * config.capacity() * config.input().maxBytes();
        String found =
                "up to %d messages (batch.capacity) of up to %d bytes (input.max-bytes) wait in each of %d slots: %d MB at worst, and the heap has %d MB"
                        .formatted(
                                config.capacity(),
                                config.input().maxBytes(),
                                slots,
                                worst >> 20,
                                heap >> 20);
        return worst > heap
                ? Verdict.warning(
                        found
                                + ". Where many messages are large, lower one of the two or raise the heap: LABELSTREAM_JAVA_OPTS=-Xmx4g.")
                : Verdict.ok(found + ".");
    }
}
