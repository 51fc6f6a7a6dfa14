package io.labelstream.streaming.preflight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.labelstream.streaming.JobConfig;
import io.labelstream.streaming.TestSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.TaskManagerOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineFindingsTest {

    private static final long MEBI = 1L << 20;

    @TempDir Path folder;

    @Test
    void folderThatIsYetToBeMadeIsTriedInTheOneAbove() throws IOException {
        assertThat(writable(folder.resolve("a/b")).check(1)).isPositive();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void folderThatCannotBeWrittenIsNamed() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));

        assertThatThrownBy(() -> writable(file.resolve("a")).check(1))
                .isInstanceOf(PreflightException.class)
                .hasMessageContaining("Folder " + file.resolve("a") + ", for trials,")
                .hasMessageContaining("cannot be written")
                .hasMessageEndingWith("Take another.");
    }

    @Test
    void folderWithoutRoomIsNamed() {
        assertThatThrownBy(() -> writable(folder).check(Long.MAX_VALUE))
                .isInstanceOf(PreflightException.class)
                .hasMessageContaining("has room for")
                .hasMessageContaining("expected 8796093022207 MB. Make room. Take another.");
    }

    @Test
    void heapIsComparedWithWhatMayWait() {
        MachineChecks checks =
                new MachineChecks(
                        JobConfig.of(
                                TestSettings.with(
                                        "job.parallelism", "2",
                                        "batch.capacity", "1024",
                                        "input.max-bytes", "1048576")));

        assertThat(checks.lookAtHeap(2048 * MEBI).status()).isEqualTo(Finding.Status.OK);
        Verdict verdict = checks.lookAtHeap(2047 * MEBI);
        assertThat(verdict.status()).isEqualTo(Finding.Status.WARNING);
        assertThat(verdict.message())
                .contains("2048 MB at worst, and the heap has 2047 MB")
                .contains("lower one of the two or raise the heap");
    }

    @Test
    void memoryIsComparedWithWhatIsFree() {
        NativeMemory memory = new NativeMemory(100 * MEBI);

        assertThat(memory.onMachine(2, 656 * MEBI))
                .isEqualTo(
                        Verdict.ok(
                                "2 slots take about 656 MB outside the heap, and 656 MB are free."));
        Verdict verdict = memory.onMachine(2, 655 * MEBI);
        assertThat(verdict.status()).isEqualTo(Finding.Status.WARNING);
        assertThat(verdict.message()).contains("655 MB are free. Lower job.parallelism");
    }

    @Test
    void freeMemoryIsLessThanAllOfIt() throws IOException {
        assertThat(FreeMemory.bytes()).isBetween(MEBI, 1L << 50);
    }

    @Test
    void memoryOfATaskManagerIsComparedWithItsBudget() {
        NativeMemory memory = new NativeMemory(100 * MEBI);
        Configuration settings = new Configuration();

        assertThat(memory.inTaskManager(settings).message())
                .contains(
                        "taskmanager.memory.task.off-heap.size should be 456 MB for one slot, 200 MB more for each other");
        settings.set(TaskManagerOptions.NUM_TASK_SLOTS, 2);
        Verdict none = memory.inTaskManager(settings);
        assertThat(none.status()).isEqualTo(Finding.Status.WARNING);
        assertThat(none.message())
                .contains("take about 656 MB")
                .contains("taskmanager.memory.task.off-heap.size is 0 MB")
                .contains("Raise it");
        settings.set(TaskManagerOptions.TASK_OFF_HEAP_MEMORY, MemorySize.ofMebiBytes(656));
        assertThat(memory.inTaskManager(settings).status()).isEqualTo(Finding.Status.OK);
    }

    @Test
    void checkpointsInTheMemoryOfTheJobManagerAreAWarning() {
        Finding finding = checkpoints(null);

        assertThat(finding.status()).isEqualTo(Finding.Status.WARNING);
        assertThat(finding.message()).contains("Set checkpoint.directory");
    }

    @Test
    void checkpointDirectoryThatCannotBeSeenFromHereIsSkippedWithTheReason() {
        assertThat(checkpoints("file:///data/c").message()).contains("a folder of each machine");
        assertThat(checkpoints("nosuch://bucket/c"))
                .matches(finding -> finding.status() == Finding.Status.SKIPPED)
                .extracting(Finding::message)
                .asString()
                .contains("Flink has no file system 'nosuch' here");
    }

    @Test
    void checkpointDirectoryIsWrittenThroughFlink() throws IOException {
        String file = Files.createFile(folder.resolve("file")).toUri().toString();

        assertThat(write(folder.toUri().toString()).status()).isEqualTo(Finding.Status.OK);
        assertThat(folder.resolve("file")).exists();
        assertThat(folder).isDirectoryNotContaining("glob:**preflight*");
        Verdict verdict = write(file);
        assertThat(verdict.status()).isEqualTo(Finding.Status.WARNING);
        assertThat(verdict.message())
                .contains("directory " + file + " cannot be written from this machine")
                .contains("check checkpoint.directory and the rights on it.");
    }

    @Test
    void checkpointDirectoryMayHaveSpaces() {
        assertThat(checkpoints("file:///my data/c").message()).contains("a folder of each machine");
        assertThat(checkpoints("nosuch://bucket/my data").message())
                .contains("Flink has no file system 'nosuch' here");
    }

    @Test
    void checkpointDirectoryThatDoesNotAnswerIsAWarning() {
        Verdict verdict =
                ClusterChecks.write(
                        "s3://bucket/c",
                        () -> {
                            Thread.sleep(60_000);
                            return null;
                        },
                        Duration.ofSeconds(1));

        assertThat(verdict.status()).isEqualTo(Finding.Status.WARNING);
        assertThat(verdict.message())
                .contains(
                        "s3://bucket/c cannot be written from this machine: no answer within 1 s");
    }

    private static Verdict write(String directory) {
        return ClusterChecks.write(
                directory, () -> ClusterChecks.writeAndRemove(directory), Duration.ofSeconds(10));
    }

    private static Finding checkpoints(String directory) {
        Configuration settings = new Configuration();
        if (directory != null) {
            settings.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, directory);
        }
        Report report = new Report();
        new ClusterChecks(settings).run(report);
        return report.findings().get(0);
    }

    private static WritableFolder writable(Path path) {
        return new WritableFolder(path, "for trials", "Take another");
    }
}
