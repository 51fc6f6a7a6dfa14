package io.labelstream.inference;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** {@link TinyBundle}s that decide otherwise: several labels a text, or none of them. */
public final class TinyDecisions {

    private TinyDecisions() {}

    /** Writes a bundle whose two labels apply from these scores on, each for itself. */
    public static ModelBundle multiLabel(Path folder, double negative, double positive) {
        TinyBundle.write(folder);
        try {
            Path config = folder.resolve(ModelBundle.CONFIG_FILE);
            Files.writeString(
                    config,
                    Files.readString(config)
                            .replace("single_label_classification", "multi_label_classification"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return settings(folder, "{\"thresholds\": " + List.of(negative, positive) + "}");
    }

    /** Writes a bundle that calls a text out of scope if its best score is lower. */
    public static ModelBundle outOfScope(Path folder, double leastScore) {
        TinyBundle.write(folder);
        return settings(
                folder,
                "{\"out_of_scope\": {\"measure\": \"max-score\", \"threshold\": %s}}"
                        .formatted(leastScore));
    }

    /** Gives a bundle other settings, in place of those that it had. */
    public static ModelBundle settings(Path folder, String json) {
        try {
            Files.writeString(folder.resolve(ModelBundle.LABELSTREAM_FILE), json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ModelBundle.load(folder);
    }
}
