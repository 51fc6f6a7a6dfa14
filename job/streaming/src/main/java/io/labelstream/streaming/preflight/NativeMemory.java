package io.labelstream.streaming.preflight;

import io.labelstream.inference.ModelBundle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.TaskManagerOptions;

/**
 * What a model takes outside the heap: in each slot its weights, and about as much again for their
 * packed form and a run; for the process 256 MB more, native libraries and tokenizers included.
 */
final class NativeMemory {

    private static final long PROCESS = 256L << 20;

    private final long weights;

    NativeMemory(ModelBundle bundle) {
        this(
                Stream.concat(Stream.of(bundle.modelFile()), bundle.externalFiles().stream())
                        .mapToLong(file -> size(bundle, file))
                        .sum());
    }

    /**
     * Of a model.
     *
     * @param weights in bytes
     */
    NativeMemory(long weights) {
        this.weights = weights;
    }

    private static long size(ModelBundle bundle, String file) {
        try {
            return Files.size(bundle.folder().resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** For a number of slots in one process, in bytes. */
    long need(int slots) {
        return 2L * slots * weights + PROCESS;
    }

    /**
     * On this machine.
     *
     * @param available memory that is free or can be made so, in bytes
     */
    Verdict onMachine(int slots, long available) {
        String found =
                "%d slot%s take about %d MB outside the heap, and %d MB are free"
                        .formatted(
                                slots, slots == 1 ? "" : "s", need(slots) >> 20, available >> 20);
        return need(slots) > available
                ? Verdict.warning(
                        found
                                + ". Lower job.parallelism, take a smaller model (./labelstream quantize), or free memory.")
                : Verdict.ok(found + ".");
    }

    /** In a TaskManager, by the settings that can be seen from here. */
    Verdict inTaskManager(Configuration settings) {
        if (!settings.contains(TaskManagerOptions.TASK_OFF_HEAP_MEMORY)
                && !settings.contains(TaskManagerOptions.NUM_TASK_SLOTS)) {
            return Verdict.skipped(
                    "the TaskManagers' settings are not known here. %s should be %d MB for one slot, %d MB more for each other."
                            .formatted(
                                    TaskManagerOptions.TASK_OFF_HEAP_MEMORY.key(),
                                    need(1) >> 20,
                                    (2 * weights) >> 20));
        }
        int slots = settings.get(TaskManagerOptions.NUM_TASK_SLOTS);
        MemorySize budget = settings.get(TaskManagerOptions.TASK_OFF_HEAP_MEMORY);
        String found =
                "%d slots of a TaskManager take about %d MB outside the heap, and %s is %d MB"
                        .formatted(
                                slots,
                                need(slots) >> 20,
                                TaskManagerOptions.TASK_OFF_HEAP_MEMORY.key(),
                                budget.getMebiBytes());
        return need(slots) > budget.getBytes()
                ? Verdict.warning(
                        found
                                + ": a container may end it for its memory. Raise it in Flink's configuration, on the cluster, or take fewer slots.")
                : Verdict.ok(found + ".");
    }
}
