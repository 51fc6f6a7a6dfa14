package io.labelstream.finetune;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;
import java.util.Map;

/**
 * What a delta says of itself, in {@code delta.json}.
 *
 * @param name of the model
 * @param version of the model
 * @param language of the texts, as ISO 639-1 has it; empty where not given
 * @param encoder that it belongs to, as {@link Encoder#key}
 * @param head as {@link Head#key}
 * @param labels of the logits, in order
 * @param lora size and strength of the low-rank deltas
 * @param maxLength most tokens of a text, special ones included
 * @param multiLabel whether a text may have several labels
 * @param calibration how logits become a decision
 * @param data what the model learnt from: name, licence, creators, url, changes
 * @param training how it was trained
 * @param metrics what was measured, by name
 * @param files sha256 of the tensors and, where it is known, of the assembled {@code model.onnx}
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record DeltaSettings(
        String name,
        String version,
        String language,
        String encoder,
        String head,
        List<String> labels,
        Lora lora,
        int maxLength,
        boolean multiLabel,
        Calibration calibration,
        Map<String, String> data,
        TrainingSettings training,
        Map<String, Double> metrics,
        Map<String, String> files) {

    /** The same settings with other digests. */
    DeltaSettings withFiles(Map<String, String> other) {
        return with(calibration, metrics, other);
    }

    /** The same settings with what was found after training. */
    DeltaSettings with(Calibration fitted, Map<String, Double> measured) {
        return with(fitted, measured, files);
    }

    private DeltaSettings with(
            Calibration calibration, Map<String, Double> metrics, Map<String, String> files) {
        return new DeltaSettings(
                name,
                version,
                language,
                encoder,
                head,
                labels,
                lora,
                maxLength,
                multiLabel,
                calibration,
                data,
                training,
                metrics,
                files);
    }
}
