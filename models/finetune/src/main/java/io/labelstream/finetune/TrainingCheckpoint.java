package io.labelstream.finetune;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Keeps the state of a training on disk, so that it can go on after an interruption: a file of
 * tensors for each epoch and a JSON file that names the newest one and its digest. The JSON file is
 * replaced last, as a whole, and only then is the file of the epoch before removed: whenever the
 * machine stops, there is a whole state.
 */
final class TrainingCheckpoint {

    private static final String STATE_FILE = "state.json";

    private final Path folder;
    private final String training;

    /**
     * @param folder made at the first {@link #write}
     * @param training digest of all that makes two trainings the same: data and settings
     */
    TrainingCheckpoint(Path folder, String training) {
        this.folder = folder;
        this.training = training;
    }

    /** What the JSON file holds. */
    record Header(
            String training,
            int epoch,
            int bestEpoch,
            double bestScore,
            String tensorsFile,
            String tensorsSha256) {}

    /** The state that was written last; empty where there is none, or that of another training. */
    Optional<TrainingState> read() {
        try {
            Optional<Header> found = header();
            if (found.isEmpty() || !found.get().training().equals(training)) {
                return Optional.empty();
            }
            Header header = found.get();
            Path tensorsFile = folder.resolve(header.tensorsFile());
            if (!Files.isRegularFile(tensorsFile)
                    || !header.tensorsSha256().equals(Sha256.of(Files.readAllBytes(tensorsFile)))) {
                return Optional.empty();
            }
            Map<String, Tensor> tensors = SafeTensors.read(tensorsFile);
            return Optional.of(
                    new TrainingState(
                            header.epoch(),
                            header.bestEpoch(),
                            header.bestScore(),
                            tensors.get("now").values(),
                            tensors.get("average").values(),
                            tensors.get("best").values(),
                            tensors.get("mean").values(),
                            tensors.get("variance").values()));
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    /** Whether the state that is there belongs to a training with other data or settings. */
    boolean isOfAnother() {
        try {
            return header().filter(header -> !header.training().equals(training)).isPresent();
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    private Optional<Header> header() throws IOException {
        Path file = folder.resolve(STATE_FILE);
        return Files.isRegularFile(file)
                ? Optional.of(Json.read(file, Header.class))
                : Optional.empty();
    }

    /** Takes the place of what was written before. */
    void write(TrainingState state) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("now", row(state.now()));
        tensors.put("average", row(state.average()));
        tensors.put("best", row(state.best()));
        tensors.put("mean", row(state.mean()));
        tensors.put("variance", row(state.variance()));
        Path tensorsFile = folder.resolve("epoch-%d.safetensors".formatted(state.epoch()));
        Path newState = folder.resolve(STATE_FILE + ".new");
        try {
            Files.createDirectories(folder);
            SafeTensors.write(tensorsFile, tensors);
            Json.write(
                    newState,
                    new Header(
                            training,
                            state.epoch(),
                            state.bestEpoch(),
                            state.bestScore(),
                            tensorsFile.getFileName().toString(),
                            Sha256.of(Files.readAllBytes(tensorsFile))));
            Files.move(newState, folder.resolve(STATE_FILE), StandardCopyOption.REPLACE_EXISTING);
            for (Path file : files()) {
                if (!file.equals(tensorsFile) && !file.endsWith(STATE_FILE)) {
                    Files.delete(file);
                }
            }
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    /** Forgets the training: it is done, or begins anew. */
    void delete() {
        try {
            for (Path file : files()) {
                Files.delete(file);
            }
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    private List<Path> files() throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    private static Tensor row(float[] values) {
        return Tensor.of(values, values.length);
    }

    private FineTuneException unusable(IOException e) {
        return new FineTuneException(
                "The state of the training in %s cannot be read or written: %s. Free the disk, or remove the folder to begin anew."
                        .formatted(folder, e),
                e);
    }
}
