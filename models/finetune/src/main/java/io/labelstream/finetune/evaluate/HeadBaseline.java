package io.labelstream.finetune.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import io.labelstream.finetune.FineTuneException;
import io.labelstream.finetune.FineTuneMain;
import io.labelstream.finetune.Json;
import io.labelstream.finetune.LabelledData;
import io.labelstream.finetune.LabelledText;
import io.labelstream.inference.ModelBundle;
import io.labelstream.inference.SessionSettings;
import io.labelstream.inference.TextClassifier;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The same encoder, fine-tuned with a head by the command {@code fine-tune} as it is when nothing
 * else is asked of it, and measured as the model is. The bundle is deleted when closed.
 */
final class HeadBaseline implements Baseline {

    private final String head;
    private final String encoder;
    private final PrintWriter progress;

    /**
     * @param head its name as users write it
     * @param bundle the model whose encoder is taken
     * @param progress where lines on the way go
     * @throws FineTuneException if the model's encoder cannot be fine-tuned
     */
    HeadBaseline(String head, ModelBundle bundle, PrintWriter progress) {
        this.head = head;
        this.encoder = encoder(bundle);
        this.progress = progress;
    }

    /**
     * The pretrained encoder that the bundle says it was made from, or the bundle's own, which then
     * knows what the bundle was trained on.
     */
    private static String encoder(ModelBundle bundle) {
        String named = field(bundle, ModelBundle.LABELSTREAM_FILE, "encoder");
        if (!named.isEmpty()) {
            return named;
        }
        String type = field(bundle, ModelBundle.CONFIG_FILE, "model_type");
        if (!type.equals("bert")) {
            throw new FineTuneException(
                    "Model %s is of type '%s', and only encoders of type 'bert' can be fine-tuned. Leave the heads out of --baselines."
                            .formatted(bundle.name(), type));
        }
        return bundle.folder().toString();
    }

    private static String field(ModelBundle bundle, String name, String field) {
        Path file = bundle.folder().resolve(name);
        if (!Files.isRegularFile(file)) {
            return "";
        }
        try {
            return Json.read(file, JsonNode.class).path(field).asText("");
        } catch (IOException e) {
            throw new FineTuneException(
                    "Model %s: %s cannot be read: %s".formatted(bundle.name(), name, e), e);
        }
    }

    @Override
    public String key() {
        return head;
    }

    @Override
    public String title() {
        return "%s fine-tuned, %s head".formatted(encoder, head);
    }

    @Override
    public Trained train(LabelledData train) {
        Path folder;
        try {
            folder = Files.createTempDirectory("labelstream-baseline");
        } catch (IOException e) {
            throw new FineTuneException("No folder can be made for baseline " + head + ": " + e, e);
        }
        try {
            Path output = folder.resolve(head);
            int exitCode =
                    FineTuneMain.commandLine()
                            .setOut(progress)
                            .setErr(progress)
                            .execute(
                                    "fine-tune",
                                    "--data=" + train.file(),
                                    "--encoder=" + encoder,
                                    "--head=" + head,
                                    "--output=" + output);
            if (exitCode != 0) {
                throw new FineTuneException(
                        "Baseline %s cannot be trained; the reason stands above. Leave it out of --baselines."
                                .formatted(head));
            }
            return new Tuned(
                    folder,
                    TextClassifier.open(ModelBundle.load(output), SessionSettings.cpu()),
                    train.file());
        } catch (RuntimeException e) {
            delete(folder);
            throw e;
        }
    }

    private record Tuned(Path folder, TextClassifier classifier, Path file) implements Trained {

        @Override
        public List<List<String>> find(List<LabelledText> rows) {
            boolean pairs = rows.stream().anyMatch(row -> !row.pair().isEmpty());
            return Evaluation.of(classifier, new LabelledData(file, pairs, rows)).answers().stream()
                    .map(Answer::found)
                    .toList();
        }

        @Override
        public void close() {
            classifier.close();
            delete(folder);
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new FineTuneException("Folder %s cannot be deleted: %s".formatted(folder, e), e);
        }
    }
}
