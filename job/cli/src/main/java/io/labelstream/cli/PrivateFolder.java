package io.labelstream.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Makes folders that only this user may enter: what is kept in them holds users' texts. */
final class PrivateFolder {

    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private PrivateFolder() {}

    /** Makes a folder, which must not exist. */
    static Path create(Path folder) throws IOException {
        return Files.createDirectory(folder, OWNER_ONLY);
    }

    /** Makes a folder and those above it, as far as they are missing; leaves others as they are. */
    static Path createAll(Path folder) throws IOException {
        return Files.createDirectories(folder, OWNER_ONLY);
    }
}
