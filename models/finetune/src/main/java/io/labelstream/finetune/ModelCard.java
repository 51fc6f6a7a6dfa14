package io.labelstream.finetune;

import io.labelstream.inference.ModelBundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Map;

/**
 * Writes down what a model is, beside it: {@code README.md}, where the Hugging Face world looks for
 * a model card. It holds what the training knows; intended use and limits are the owner's to add.
 */
public final class ModelCard {

    public static final String FILE = "README.md";

    private ModelCard() {}

    /**
     * Writes the card.
     *
     * @param command that made the model
     * @throws FineTuneException if it cannot be written
     */
    static void write(Path folder, DeltaSettings model, String command) {
        Path file = folder.resolve(FILE);
        try {
            Files.writeString(file, text(folder, model, command));
        } catch (IOException e) {
            throw new FineTuneException("Card %s cannot be written: %s".formatted(file, e), e);
        }
    }

    private static String text(Path folder, DeltaSettings model, String command) {
        StringBuilder card = new StringBuilder();
        card.append("# ").append(model.name()).append("\n\n");
        card.append("| | |\n|---|---|\n");
        row(card, "Version", model.version());
        row(card, "Language", model.language().isEmpty() ? "not stated" : model.language());
        row(card, "Encoder", model.encoder());
        row(card, "Head", model.head());
        row(card, "Trained", model.training().tuning().key());
        row(card, "Longest text", model.maxLength() + " tokens; the rest is cut off");
        row(card, model.multiLabel() ? "Labels (several a text)" : "Labels", labels(model));
        row(card, "Date", LocalDate.now(ZoneOffset.UTC).toString());
        card.append("\n## Data\n\n");
        if (model.data().isEmpty()) {
            card.append(
                    "Not stated (`--about name=... --about licence=... --about creators=...`).\n");
        } else {
            model.data().forEach((key, value) -> card.append("- %s: %s\n".formatted(key, value)));
        }
        card.append("\n## Figures\n\n");
        for (Map.Entry<String, Double> metric : model.metrics().entrySet()) {
            String name = metric.getKey().replace('_', ' ');
            card.append("- %s: %s\n".formatted(name, figure(metric.getValue())));
        }
        card.append("- temperature: %s\n".formatted(figure(model.calibration().temperature())));
        card.append("\nMeasure it on rows it has not seen: `./labelstream evaluate --model ");
        card.append(folder).append(" --data test.csv`\n");
        card.append("\n## Made with\n\n    ").append(command).append("\n\n");
        card.append("Settings in full: `").append(ModelBundle.LABELSTREAM_FILE).append("`.\n");
        return card.toString();
    }

    private static void row(StringBuilder card, String name, String value) {
        card.append("| %s | %s |\n".formatted(name, value));
    }

    private static String labels(DeltaSettings model) {
        return model.labels().size() + ": " + String.join(", ", model.labels());
    }

    private static String figure(double value) {
        return String.format(Locale.ROOT, value == Math.rint(value) ? "%.0f" : "%.4f", value);
    }
}
