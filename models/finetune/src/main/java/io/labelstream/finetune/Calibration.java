package io.labelstream.finetune;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;

/**
 * How logits become a decision, fitted on validation rows; the names are those of {@code
 * labelstream.json}.
 *
 * @param temperature that logits are divided by before scoring
 * @param thresholds of a multi-label model, in the order of labels; null for single-label models
 * @param outOfScope when none of the labels fits; null for never
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
@JsonInclude(JsonInclude.Include.NON_NULL)
record Calibration(double temperature, List<Double> thresholds, OutOfScopeRule outOfScope) {

    /** Logits as they are. */
    static final Calibration NONE = new Calibration(1, null, null);

    /**
     * When a text is out of scope.
     *
     * @param label that itself means so; null for none
     * @param measure key of the measure of fit
     * @param threshold of it, below which a text is out of scope
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record OutOfScopeRule(String label, String measure, double threshold) {}
}
