package io.labelstream.finetune.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import io.labelstream.finetune.Encoder;
import io.labelstream.finetune.FineTuneException;
import io.labelstream.finetune.FineTuneMain;
import io.labelstream.finetune.Folders;
import io.labelstream.finetune.Json;
import io.labelstream.finetune.LabelledData;
import io.labelstream.finetune.LabelledText;
import io.labelstream.inference.Classification;
import io.labelstream.inference.InferenceException;
import io.labelstream.inference.ModelBundle;
import io.labelstream.inference.ModelOutput;
import io.labelstream.inference.SessionSettings;
import io.labelstream.inference.TextClassifier;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The same encoder, fine-tuned with a head by the command {@code fine-tune} as it is when nothing
 * else is asked of it, and measured as the model is. The bundle is deleted when closed.
 */
final class HeadBaseline implements Baseline {

    private final String head;
    private final String encoder;
    private final String outOfScopeLabel;
    private final PrintWriter progress;

    /**
     * @param head its name as users write it
     * @param bundle the model whose encoder is taken
     * @param outOfScopeLabel the label that means "none of these", where the data has it
     * @param progress where lines on the way go
     * @throws FineTuneException if the model's encoder is unknown or cannot be fine-tuned
     */
    HeadBaseline(String head, ModelBundle bundle, String outOfScopeLabel, PrintWriter progress) {
        this.head = head;
        this.encoder = Encoder.of(encoder(bundle)).key();
        this.outOfScopeLabel = outOfScopeLabel;
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
                                    "--out-of-scope-label=" + outOfScopeLabel,
                                    "--output=" + output);
            if (exitCode != 0) {
                throw new FineTuneException("It cannot be trained; the reason stands above.");
            }
            return new Tuned(
                    folder,
                    TextClassifier.open(ModelBundle.load(output), SessionSettings.cpu()),
                    train.file(),
                    outOfScopeLabel);
        } catch (RuntimeException e) {
            delete(folder);
            throw e;
        }
    }

    private record Tuned(Path folder, TextClassifier classifier, Path file, String outOfScopeLabel)
            implements Trained {

        @Override
        public List<List<String>> find(List<LabelledText> rows) {
            ModelBundle bundle = classifier.bundle();
            boolean pairs = rows.stream().anyMatch(row -> !row.pair().isEmpty());
            FoundLabels labels =
                    FoundLabels.of(bundle, new LabelledData(file, pairs, rows), outOfScopeLabel);
            List<List<String>> found = new ArrayList<>();
            try {
                for (ModelOutput output : Evaluation.run(classifier, rows)) {
                    found.add(labels.of(Classification.of(bundle, output.logits(), 0)));
                }
            } catch (InferenceException e) {
                throw new FineTuneException("It cannot be measured: " + e.getMessage(), e);
            }
            return found;
        }

        @Override
        public void close() {
            classifier.close();
            delete(folder);
        }
    }

    private static void delete(Path folder) {
        try {
            Folders.delete(folder);
        } catch (IOException e) {
            throw new FineTuneException("Folder %s cannot be deleted: %s".formatted(folder, e), e);
        }
    }
}
