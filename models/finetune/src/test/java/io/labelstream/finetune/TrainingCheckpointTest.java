package io.labelstream.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingCheckpointTest {

    private static final TrainingState STATE =
            new TrainingState(
                    3,
                    2,
                    0.5,
                    new float[] {1, 2},
                    new float[] {3, 4},
                    new float[] {5, 6},
                    new float[] {7, 8},
                    new float[] {9, 10});

    @TempDir private Path temporary;

    @Test
    void readsWhatWasWritten() {
        TrainingCheckpoint checkpoint = new TrainingCheckpoint(folder(), "one");
        assertThat(checkpoint.read()).isEmpty();

        checkpoint.write(TrainingState.START);
        checkpoint.write(STATE);

        TrainingState read = checkpoint.read().orElseThrow();
        assertThat(read.epoch()).isEqualTo(3);
        assertThat(read.bestEpoch()).isEqualTo(2);
        assertThat(read.bestScore()).isEqualTo(0.5);
        assertThat(read.now()).containsExactly(1, 2);
        assertThat(read.average()).containsExactly(3, 4);
        assertThat(read.best()).containsExactly(5, 6);
        assertThat(read.mean()).containsExactly(7, 8);
        assertThat(read.variance()).containsExactly(9, 10);
    }

    @Test
    void ignoresTheStateOfAnotherTraining() {
        new TrainingCheckpoint(folder(), "one").write(STATE);

        TrainingCheckpoint other = new TrainingCheckpoint(folder(), "other");
        assertThat(other.read()).isEmpty();
        assertThat(other.isOfAnother()).isTrue();
    }

    @Test
    void ignoresAStateThatWasWrittenHalf() throws Exception {
        TrainingCheckpoint checkpoint = new TrainingCheckpoint(folder(), "one");
        checkpoint.write(STATE);
        Path tensors = folder().resolve("epoch-3.safetensors");
        byte[] bytes = Files.readAllBytes(tensors);
        bytes[bytes.length - 1]++;
        Files.write(tensors, bytes);

        assertThat(checkpoint.read()).isEmpty();
    }

    /** A machine that stops while an epoch is written still has the epoch before. */
    @Test
    void keepsTheEpochBeforeUntilTheNextIsWhole() throws Exception {
        TrainingCheckpoint checkpoint = new TrainingCheckpoint(folder(), "one");
        checkpoint.write(STATE);
        Files.write(folder().resolve("epoch-4.safetensors"), new byte[10]);
        Files.write(folder().resolve("state.json.new"), new byte[10]);

        assertThat(checkpoint.read().orElseThrow().epoch()).isEqualTo(3);
        checkpoint.write(STATE);
        assertThat(folder()).isDirectoryNotContaining("glob:**/epoch-4.safetensors");
    }

    @Test
    void leavesNothingBehind() {
        TrainingCheckpoint checkpoint = new TrainingCheckpoint(folder(), "one");
        checkpoint.write(STATE);
        checkpoint.delete();

        assertThat(folder()).doesNotExist();
    }

    private Path folder() {
        return temporary.resolve("state");
    }
}
