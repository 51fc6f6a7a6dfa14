package io.labelstream.cli;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.flink.runtime.checkpoint.Checkpoints;

/**
 * Where {@code run} keeps what it needs to go on: a numbered folder for each start, with that
 * start's checkpoints, so that the order of checkpoints never depends on a clock. One process at a
 * time may have it. Texts in flight are part of a checkpoint: only this user may enter the folders
 * that are made here. Used by one thread.
 */
final class StateDirectory implements AutoCloseable {

    private static final String METADATA = "_metadata";
    private static final String CHECKPOINT = "chk-";
    private static final String OWNER = "owner";
    private static final String TEMPORARY = "tmp";

    /** Starts whose checkpoints are kept, the newest ones. */
    private static final int STARTS_KEPT = 3;

    private final Path folder;
    private final FileChannel lockFile;

    /**
     * A complete checkpoint or savepoint.
     *
     * @param start the start that wrote it; 0 for one that a cluster wrote here
     * @param modified when that was, in milliseconds; counts among those of a cluster only
     * @param id its number; grows within a start
     */
    record Checkpoint(int start, long modified, long id, Path path) {

        static final Comparator<Checkpoint> BY_AGE =
                Comparator.comparingInt(Checkpoint::start)
                        .thenComparingLong(c -> c.start() == 0 ? c.modified() : 0)
                        .thenComparingLong(Checkpoint::id);
    }

    private StateDirectory(Path folder, FileChannel lockFile) {
        this.folder = folder;
        this.lockFile = lockFile;
    }

    /**
     * Opens a folder, which is made if missing, and keeps other processes out of it until {@link
     * #close} or the end of this process.
     *
     * @throws FailureException if another process has it, or it cannot be written
     */
    static StateDirectory open(Path folder) {
        try {
            PrivateFolder.createAll(folder);
            FileChannel lockFile =
                    FileChannel.open(
                            folder.resolve("lock"),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE);
            if (!locked(lockFile)) {
                lockFile.close();
                throw new FailureException(
                        "State directory %s: another run uses it. Stop that one, or give this job a job.name or checkpoint.directory of its own."
                                .formatted(folder));
            }
            StateDirectory opened = new StateDirectory(folder, lockFile);
            // What a process that was killed could not remove.
            TemporaryFolder.delete(opened.temporary());
            return opened;
        } catch (IOException e) {
            throw new FailureException(
                    "State directory %s: cannot be used: %s.".formatted(folder, e), e);
        }
    }

    private static boolean locked(FileChannel file) throws IOException {
        try {
            FileLock lock = file.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    /**
     * Looks at a folder without a lock, so that no run is in its way, and changes nothing.
     *
     * @param owner the job's transactional id prefix
     * @return the newest complete checkpoint; nothing if there is none
     * @throws UsageException if it is another job's
     * @throws FailureException if the newest checkpoint is damaged
     */
    static Optional<Checkpoint> look(Path folder, String owner) {
        StateDirectory looked = new StateDirectory(folder, null);
        looked.checkOwner(owner);
        return looked.newest();
    }

    /** For files that only matter while the process runs. */
    Path temporary() {
        return folder.resolve(TEMPORARY);
    }

    /**
     * Makes sure that the checkpoints in here are this job's own.
     *
     * @param owner the job's transactional id prefix
     * @param takeOver whether to make it this job's from now on
     * @throws UsageException if they are another job's
     */
    void checkOwner(String owner, boolean takeOver) {
        if (!takeOver) {
            checkOwner(owner);
        }
        try {
            Files.writeString(folder.resolve(OWNER), owner + "\n");
        } catch (IOException e) {
            throw new FailureException(
                    "State directory %s: cannot be used: %s.".formatted(folder, e), e);
        }
    }

    private void checkOwner(String owner) {
        Path file = folder.resolve(OWNER);
        try {
            String found = Files.exists(file) ? Files.readString(file).strip() : owner;
            if (!found.equals(owner)) {
                throw new UsageException(
                        "State directory %s belongs to a job with output.transactional-id-prefix '%s'; this one has '%s'. Put the old one back, give this job a job.name or checkpoint.directory of its own, or start anew with --fresh."
                                .formatted(folder, found, owner));
            }
        } catch (IOException e) {
            throw new FailureException(
                    "State directory %s: cannot be used: %s.".formatted(folder, e), e);
        }
    }

    /**
     * The newest complete checkpoint; nothing if there is none.
     *
     * @throws FailureException if it is there but damaged: the one before it is no substitute, as
     *     what was written since would be written again
     */
    Optional<Checkpoint> newest() {
        List<Checkpoint> all = all();
        if (all.isEmpty()) {
            return Optional.empty();
        }
        Checkpoint newest = all.get(all.size() - 1);
        try {
            id(newest.path());
        } catch (IOException | RuntimeException e) {
            String before =
                    all.size() == 1
                            ? ""
                            : " The one before it is %s; to go on from it with --from and --allow-replay writes some results again."
                                    .formatted(all.get(all.size() - 2).path());
            throw new FailureException(
                    "Checkpoint %s is the newest, but damaged (%s).%s"
                            .formatted(newest.path(), e, before),
                    e);
        }
        return Optional.of(newest);
    }

    /** All complete checkpoints, oldest first. */
    private List<Checkpoint> all() {
        List<Checkpoint> found = new ArrayList<>();
        for (Path child : children(folder)) {
            String name = child.getFileName().toString();
            if (name.matches("[0-9]{6}")) {
                collect(Integer.parseInt(name), child, found);
            } else if (name.matches("[0-9a-f]{32}")) {
                // The checkpoint directory of a job on a cluster that now runs here.
                children(child).forEach(path -> add(0, path, found));
            }
        }
        found.sort(Checkpoint.BY_AGE);
        return found;
    }

    private static void collect(int start, Path folder, List<Checkpoint> found) {
        for (Path child : children(folder)) {
            add(start, child, found);
            children(child).forEach(path -> add(start, path, found));
        }
    }

    private static void add(int start, Path path, List<Checkpoint> found) {
        Path metadata = path.resolve(METADATA);
        if (!Files.isRegularFile(metadata)) {
            return;
        }
        String name = path.getFileName().toString();
        try {
            long modified = Files.getLastModifiedTime(metadata).toMillis();
            long id =
                    name.startsWith(CHECKPOINT)
                            ? Long.parseLong(name.substring(CHECKPOINT.length()))
                            : id(path);
            found.add(new Checkpoint(start, modified, id, path));
        } catch (IOException | RuntimeException e) {
            throw new FailureException(
                    "Checkpoint %s is damaged (%s). Name the one to go on from with --from, or remove it."
                            .formatted(path, e),
                    e);
        }
    }

    private static long id(Path checkpoint) throws IOException {
        try (DataInputStream in =
                new DataInputStream(Files.newInputStream(checkpoint.resolve(METADATA)))) {
            return Checkpoints.loadCheckpointMetadata(
                            in, StateDirectory.class.getClassLoader(), checkpoint.toString())
                    .getCheckpointId();
        }
    }

    /** Whether a folder holds a complete checkpoint or savepoint. */
    static boolean isComplete(Path checkpoint) {
        return Files.isRegularFile(checkpoint.resolve(METADATA));
    }

    /**
     * Makes the folder for a new start's checkpoints, and removes those of starts long ago.
     *
     * @param from where the new start goes on from; never removed
     */
    Path newStart(Optional<Path> from) {
        List<Checkpoint> all = all();
        List<Integer> kept =
                all.stream()
                        .map(Checkpoint::start)
                        .distinct()
                        .sorted(Comparator.reverseOrder())
                        .limit(STARTS_KEPT)
                        .toList();
        int last = 0;
        for (Path child : children(folder)) {
            String name = child.getFileName().toString();
            if (!name.matches("[0-9]{6}")) {
                continue;
            }
            int start = Integer.parseInt(name);
            last = Math.max(last, start);
            boolean needed =
                    from.map(path -> path.toAbsolutePath().startsWith(child.toAbsolutePath()))
                            .orElse(false);
            if (!kept.contains(start) && !needed) {
                TemporaryFolder.delete(child);
            }
        }
        try {
            return PrivateFolder.create(folder.resolve("%06d".formatted(last + 1)));
        } catch (IOException e) {
            throw new FailureException(
                    "State directory %s: cannot be written: %s.".formatted(folder, e), e);
        }
    }

    private static List<Path> children(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> children = Files.list(folder)) {
            return children.sorted().toList();
        } catch (IOException e) {
            throw new FailureException(
                    "State directory %s: cannot be read: %s.".formatted(folder, e), e);
        }
    }

    @Override
    public void close() {
        TemporaryFolder.delete(temporary());
        try {
            lockFile.close();
        } catch (IOException e) {
            // The lock ends with the process at the latest.
        }
    }
}
