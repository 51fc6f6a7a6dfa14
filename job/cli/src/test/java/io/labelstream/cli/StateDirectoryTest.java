package io.labelstream.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.labelstream.cli.StateDirectory.Checkpoint;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.apache.flink.runtime.checkpoint.CheckpointProperties;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateDirectoryTest {

    private static final String JOB = "0123456789abcdef0123456789abcdef";

    @TempDir Path folder;

    @Test
    void lookingChangesNothingAndNeedsNoLock() {
        Path looked = folder.resolve("looked");
        assertThat(StateDirectory.look(looked, "mine")).isEmpty();
        assertThat(looked).doesNotExist();

        try (StateDirectory state = StateDirectory.open(looked)) {
            state.checkOwner("mine", false);
            assertThat(StateDirectory.look(looked, "mine")).isEmpty();
            assertThatThrownBy(() -> StateDirectory.look(looked, "another"))
                    .isInstanceOf(UsageException.class)
                    .hasMessageContaining("prefix 'mine'; this one has 'another'");
        }
    }

    @Test
    void findsNothingAtFirst() {
        try (StateDirectory state = StateDirectory.open(folder.resolve("new"))) {
            assertThat(state.newest()).isEmpty();
        }
    }

    @Test
    void takesTheHighestNumberOfTheLastStartThatCompletedOne() throws Exception {
        complete("000001/" + JOB + "/chk-40", 40);
        complete("000002/" + JOB + "/chk-9", 9);
        Path newest = complete("000002/" + JOB + "/chk-10", 10);
        Files.createDirectories(folder.resolve("000002/" + JOB + "/chk-11"));
        Files.createDirectories(folder.resolve("000003/" + JOB + "/shared"));

        assertThat(newest()).contains(newest);
    }

    @Test
    void doesNotTrustTheClock() throws Exception {
        Path newest = complete("000002/" + JOB + "/chk-1", 1);
        Files.setLastModifiedTime(newest.resolve("_metadata"), FileTime.fromMillis(0));
        complete("000001/" + JOB + "/chk-2", 2);

        assertThat(newest()).contains(newest);
    }

    @Test
    void takesTheSavepointThatEndedAStartUnlessTheJobWentOnBehindIt() throws Exception {
        complete("000001/" + JOB + "/chk-7", 7);
        Path savepoint = complete("000001/savepoint-012345-abc", 8);
        assertThat(newest()).contains(savepoint);

        Path behind = complete("000001/" + JOB + "/chk-9", 9);
        assertThat(newest()).contains(behind);
    }

    @Test
    void goesOnFromWhatAClusterLeft() throws Exception {
        Path old = complete(JOB + "/chk-90", 90);
        Path late = complete(JOB.replace('0', 'f') + "/chk-3", 3);
        Files.setLastModifiedTime(old.resolve("_metadata"), FileTime.fromMillis(1000));
        Files.setLastModifiedTime(late.resolve("_metadata"), FileTime.fromMillis(2000));

        assertThat(newest()).contains(late);
    }

    @Test
    void refusesDamagedNewestRatherThanTakingTheOneBefore() throws Exception {
        Path before = complete("000001/" + JOB + "/chk-1", 1);
        Path damaged = complete("000001/" + JOB + "/chk-2", 2);
        Files.write(damaged.resolve("_metadata"), new byte[] {1, 2, 3});

        assertThatThrownBy(this::newest)
                .isInstanceOf(FailureException.class)
                .hasMessageContaining(damaged.toString())
                .hasMessageContaining(before.toString())
                .hasMessageContaining("--allow-replay");
    }

    @Test
    void keepsASecondRunOut() {
        try (StateDirectory state = StateDirectory.open(folder)) {
            assertThat(state.newest()).isEmpty();
            assertThatThrownBy(() -> StateDirectory.open(folder))
                    .isInstanceOf(FailureException.class)
                    .hasMessageContaining("another run uses it");
        }
        StateDirectory.open(folder).close();
    }

    @Test
    void belongsToOneJob() {
        try (StateDirectory state = StateDirectory.open(folder)) {
            state.checkOwner("mine", false);
            state.checkOwner("mine", false);
            assertThatThrownBy(() -> state.checkOwner("yours", false))
                    .isInstanceOf(UsageException.class)
                    .hasMessageContaining("'mine'")
                    .hasMessageContaining("'yours'");
            state.checkOwner("yours", true);
            state.checkOwner("yours", false);
        }
    }

    @Test
    void removesStartsOfLongAgoButNeverWhereItGoesOnFrom() throws Exception {
        Path from = complete("000001/" + JOB + "/chk-1", 1);
        for (int start = 2; start <= 6; start++) {
            complete("00000" + start + "/" + JOB + "/chk-1", 1);
        }
        try (StateDirectory state = StateDirectory.open(folder)) {
            assertThat(state.newStart(Optional.of(from)).getFileName()).hasToString("000007");
        }

        try (var children = Files.list(folder)) {
            List<String> left =
                    children.filter(Files::isDirectory)
                            .map(path -> path.getFileName().toString())
                            .sorted()
                            .toList();
            assertThat(left).containsExactly("000001", "000004", "000005", "000006", "000007");
        }
    }

    @Test
    void onlyItsUserMayEnterWhatHoldsTexts() throws Exception {
        Path made = folder.resolve("state/reviews");
        try (StateDirectory state = StateDirectory.open(made)) {
            assertThat(permissions(made)).isEqualTo("rwx------");
            assertThat(permissions(made.getParent())).isEqualTo("rwx------");
        }
        Path shared =
                Files.createDirectory(
                        folder.resolve("shared"),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rwxr-xr-x")));
        try (StateDirectory state = StateDirectory.open(shared)) {
            assertThat(permissions(state.newStart(Optional.empty()))).isEqualTo("rwx------");
            try (TemporaryFolder temporary = new TemporaryFolder(state.temporary(), "flink-")) {
                assertThat(permissions(temporary.path())).isEqualTo("rwx------");
            }
        }
        assertThat(permissions(shared)).as("somebody else's choice").isEqualTo("rwxr-xr-x");
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    private Optional<Path> newest() {
        try (StateDirectory state = StateDirectory.open(folder)) {
            return state.newest().map(Checkpoint::path);
        }
    }

    private Path complete(String path, long id) throws Exception {
        Path checkpoint = Files.createDirectories(folder.resolve(path));
        try (OutputStream out = Files.newOutputStream(checkpoint.resolve("_metadata"))) {
            Checkpoints.storeCheckpointMetadata(
                    new CheckpointMetadata(
                            id, List.of(), List.of(), CheckpointProperties.forUnclaimedSnapshot()),
                    out);
        }
        return checkpoint;
    }
}
