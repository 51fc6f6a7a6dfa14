package io.labelstream.endtoend.faults.scenario;

import io.labelstream.endtoend.DistributionFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.zip.Deflater;

/** A job jar as somebody builds it who does not know that native libraries belong into lib/. */
final class BundlingJar {

    private BundlingJar() {}

    /** Writes the job jar with all that {@code flink-lib} has. */
    static Path write(Path file) throws IOException {
        Set<String> written = new HashSet<>();
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(file))) {
            out.setLevel(Deflater.BEST_SPEED);
            copy(DistributionFolder.jobJar(), out, written);
            List<Path> libraries =
                    DistributionFolder.jars(DistributionFolder.root().resolve("flink-lib"));
            for (Path library : libraries) {
                copy(library, out, written);
            }
        }
        return file;
    }

    /** What two jars have is taken from the first. */
    private static void copy(Path from, JarOutputStream out, Set<String> written)
            throws IOException {
        try (JarFile jar = new JarFile(from.toFile())) {
            for (JarEntry entry : jar.stream().toList()) {
                if (written.add(entry.getName())) {
                    out.putNextEntry(new JarEntry(entry.getName()));
                    jar.getInputStream(entry).transferTo(out);
                    out.closeEntry();
                }
            }
        }
    }
}
