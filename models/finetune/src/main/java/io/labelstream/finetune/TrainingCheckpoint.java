package io.labelstream.finetune;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps the state of a training on disk, so that it can go on after an interruption: two files in a
 * folder of their own, each replaced as a whole. The JSON file is written last and names the digest
 * of the other, so a state that was written half is none.
 */
final class TrainingCheckpoint {

    private static final String STATE_FILE = "state.json";
    private static final String TENSORS_FILE = "state.safetensors";

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
    record Header(String training, int epoch, int bestEpoch, double bestScore, String tensors) {}

    /** The state that was written last; empty where there is none, or that of another training. */
    Optional<TrainingState> read() {
        Path stateFile = folder.resolve(STATE_FILE);
        Path tensorsFile = folder.resolve(TENSORS_FILE);
        if (!Files.isRegularFile(stateFile) || !Files.isRegularFile(tensorsFile)) {
            return Optional.empty();
        }
        try {
            Header header = Json.read(stateFile, Header.class);
            if (!header.training().equals(training)
                    || !header.tensors().equals(Sha256.of(Files.readAllBytes(tensorsFile)))) {
                return Optional.empty();
            }
            Map<String, Tensor> tensors = SafeTensors.read(tensorsFile);
            return Optional.of(
                    new TrainingState(
                            header.epoch(),
                            header.bestEpoch(),
                            header.bestScore(),
                            tensors.get("now").values(),
                            tensors.get("best").values(),
                            tensors.get("mean").values(),
                            tensors.get("variance").values()));
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    /** Replaces what was written before. */
    void write(TrainingState state) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("now", row(state.now()));
        tensors.put("best", row(state.best()));
        tensors.put("mean", row(state.mean()));
        tensors.put("variance", row(state.variance()));
        Path newTensors = folder.resolve(TENSORS_FILE + ".new");
        Path newState = folder.resolve(STATE_FILE + ".new");
        try {
            Files.createDirectories(folder);
            SafeTensors.write(newTensors, tensors);
            String digest = Sha256.of(Files.readAllBytes(newTensors));
            Json.write(
                    newState,
                    new Header(
                            training, state.epoch(), state.bestEpoch(), state.bestScore(), digest));
            Files.move(
                    newTensors, folder.resolve(TENSORS_FILE), StandardCopyOption.REPLACE_EXISTING);
            Files.move(newState, folder.resolve(STATE_FILE), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    /** Forgets the training: it is done, or begins anew. */
    void delete() {
        try {
            Files.deleteIfExists(folder.resolve(STATE_FILE));
            Files.deleteIfExists(folder.resolve(TENSORS_FILE));
            Files.deleteIfExists(folder.resolve(STATE_FILE + ".new"));
            Files.deleteIfExists(folder.resolve(TENSORS_FILE + ".new"));
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            throw unusable(e);
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
