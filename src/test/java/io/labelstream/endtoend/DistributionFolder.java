package io.labelstream.endtoend;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The distribution folder that the build has just made: what users run is what is tested. */
public final class DistributionFolder {

    private DistributionFolder() {}

    public static Path root() {
        Path root = Path.of(System.getProperty("labelstream.distribution")).normalize();
        if (!Files.isDirectory(root)) {
            throw new IllegalStateException(
                    "No distribution in "
                            + root
                            + ". Run the tests with 'mvn verify' in the root.");
        }
        return root;
    }

    public static Path launcher() {
        return root().resolve("labelstream");
    }

    public static Path model(String name) {
        return root().resolve("models").resolve(name);
    }

    public static Path jobJar() throws IOException {
        return jars(root().resolve("job")).get(0);
    }

    public static List<Path> jars(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
        }
    }
}
