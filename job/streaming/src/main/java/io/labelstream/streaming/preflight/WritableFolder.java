package io.labelstream.streaming.preflight;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A folder that the job writes; the next one above it that exists, where it is yet to be made. */
public final class WritableFolder {

    private final Path folder;
    private final String what;
    private final String wayOut;

    /**
     * Names a folder.
     *
     * @param what it is, for people
     * @param wayOut how to take another one
     */
    public WritableFolder(Path folder, String what, String wayOut) {
        this.folder = folder.toAbsolutePath().normalize();
        this.what = what;
        this.wayOut = wayOut;
    }

    /**
     * Writes a file and removes it.
     *
     * @param bytes that must be free
     * @return how many are
     * @throws PreflightException if it cannot be written, or has less room
     */
    public long check(long bytes) {
        Path existing = folder;
        while (!Files.exists(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        long free;
        try {
            Files.delete(Files.createTempFile(existing, "labelstream-preflight-", ".tmp"));
            free = Files.getFileStore(existing).getUsableSpace();
        } catch (IOException e) {
            throw new PreflightException(
                    "Folder %s, %s, cannot be written: %s. %s.".formatted(folder, what, e, wayOut),
                    e);
        }
        if (free < bytes) {
            throw new PreflightException(
                    "Folder %s, %s, has room for %d MB; expected %d MB. Make room. %s."
                            .formatted(folder, what, free >> 20, bytes >> 20, wayOut));
        }
        return free;
    }
}
