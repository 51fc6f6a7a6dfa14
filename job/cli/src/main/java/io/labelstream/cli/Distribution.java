package io.labelstream.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The folder that the launcher runs from, which holds the shipped models. */
final class Distribution {

    /** Set by the launcher; not set where the classes run on their own. */
    static final String HOME_PROPERTY = "labelstream.home";

    private Distribution() {}

    static Optional<Path> home() {
        return Optional.ofNullable(System.getProperty(HOME_PROPERTY)).map(Path::of);
    }

    /**
     * Finds a model bundle's folder.
     *
     * @param model the name of a shipped model, or a folder
     * @throws UsageException if there is neither
     */
    static Path model(String model) {
        Optional<Path> shipped =
                home().map(home -> home.resolve("models").resolve(model))
                        .filter(folder -> model.matches("[A-Za-z0-9][A-Za-z0-9._-]*"))
                        .filter(Files::isDirectory);
        Path folder = shipped.orElse(Path.of(model)).toAbsolutePath().normalize();
        if (!Files.isDirectory(folder)) {
            throw new UsageException(
                    "Model %s: no shipped model has this name (there %s), and there is no folder %s."
                            .formatted(model, list(shippedModels()), folder));
        }
        return folder;
    }

    static List<String> shippedModels() {
        Optional<Path> models = home().map(home -> home.resolve("models"));
        if (models.isEmpty() || !Files.isDirectory(models.get())) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(models.get())) {
            return folders.filter(Files::isDirectory)
                    .map(folder -> folder.getFileName().toString())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private static String list(List<String> names) {
        return names.isEmpty() ? "are none" : "are: " + String.join(", ", names);
    }
}
