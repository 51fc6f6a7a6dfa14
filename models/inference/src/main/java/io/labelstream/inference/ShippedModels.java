package io.labelstream.inference;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds a bundle by what users call it: the name of a shipped model, or a folder. Shipped models
 * lie in {@code models/} of the distribution folder, which the launcher names.
 */
public final class ShippedModels {

    /** The distribution folder; set by the launcher, not set where classes run on their own. */
    public static final String HOME_PROPERTY = "labelstream.home";

    private ShippedModels() {}

    /**
     * Finds a bundle's folder.
     *
     * @param model the name of a shipped model, or a folder
     * @throws BundleException if there is neither
     */
    public static Path find(String model) {
        Path folder =
                folder().filter(models -> names().contains(model))
                        .map(models -> models.resolve(model))
                        .orElse(Path.of(model))
                        .toAbsolutePath()
                        .normalize();
        if (!Files.isDirectory(folder)) {
            throw new BundleException(
                    "Model %s: no shipped model has this name (there %s), and there is no folder %s."
                            .formatted(
                                    model,
                                    names().isEmpty()
                                            ? "are none"
                                            : "are: " + String.join(", ", names()),
                                    folder));
        }
        return folder;
    }

    /** Names of the shipped models. */
    public static List<String> names() {
        Optional<Path> models = folder();
        if (models.isEmpty()) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(models.get())) {
            return folders.filter(
                            folder -> Files.isRegularFile(folder.resolve(ModelBundle.CONFIG_FILE)))
                    .map(folder -> folder.getFileName().toString())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("The shipped models cannot be listed", e);
        }
    }

    private static Optional<Path> folder() {
        return Optional.ofNullable(System.getProperty(HOME_PROPERTY))
                .map(home -> Path.of(home, "models"))
                .filter(Files::isDirectory);
    }
}
