package io.labelstream.inference;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How a model's logits become an answer. Immutable.
 *
 * @param scoreFunction how logits become scores
 * @param multiLabel whether a text may have any number of labels, each judged by its threshold
 * @param temperature logits are divided by it before scoring; 1 where not calibrated
 * @param thresholds of a multi-label model: a label applies from this score on, in id order; as
 *     many as labels, each 0.5 where nothing else was set
 * @param outOfScope of a single-label model: when none of the labels fits; empty for never
 * @param allScores whether an answer holds every label, in id order, unless a number of them is
 *     asked for: {@code return_all_scores} of old configurations, as Hugging Face's pipeline has it
 */
public record DecisionRule(
        ScoreFunction scoreFunction,
        boolean multiLabel,
        double temperature,
        List<Double> thresholds,
        Optional<OutOfScope> outOfScope,
        boolean allScores) {

    static final String MULTI_LABEL_CLASSIFICATION = "multi_label_classification";

    private static final double DEFAULT_THRESHOLD = 0.5;
    private static final String THRESHOLDS = "thresholds";
    private static final String OUT_OF_SCOPE = "out_of_scope";

    public DecisionRule {
        thresholds = List.copyOf(thresholds);
    }

    /** A rule whose answers hold the labels that apply. */
    public DecisionRule(
            ScoreFunction scoreFunction,
            boolean multiLabel,
            double temperature,
            List<Double> thresholds,
            Optional<OutOfScope> outOfScope) {
        this(scoreFunction, multiLabel, temperature, thresholds, outOfScope, false);
    }

    /** Softmax, not calibrated, and no text is out of scope. */
    public static DecisionRule softmax(int labels) {
        return new DecisionRule(
                ScoreFunction.SOFTMAX, false, 1, defaultThresholds(labels), Optional.empty());
    }

    /**
     * Reads a bundle's rule.
     *
     * @param name the bundle's, for messages
     * @param settings what {@code labelstream.json} holds
     * @throws BundleException if a value cannot be used
     */
    static DecisionRule read(
            String name, ModelConfig config, JsonNode settings, List<String> labels) {
        String problemType = config.problemType();
        ScoreFunction scores = ScoreFunction.of(problemType, labels.size());
        boolean multiLabel = problemType.equals(MULTI_LABEL_CLASSIFICATION);
        return new DecisionRule(
                scores,
                multiLabel,
                temperature(name, settings),
                thresholds(name, settings, labels.size(), multiLabel),
                outOfScope(name, settings, labels, scores),
                config.givesAllScores());
    }

    private static double temperature(String name, JsonNode settings) {
        JsonNode node = settings.path("temperature");
        double temperature = node.isMissingNode() ? 1 : node.asDouble(Double.NaN);
        if (!(temperature > 0) || Double.isInfinite(temperature)) {
            throw new BundleException(
                    "Bundle %s: temperature is %s; expected a number above 0. Correct %s."
                            .formatted(name, JsonFile.shown(node), ModelBundle.LABELSTREAM_FILE));
        }
        return temperature;
    }

    private static List<Double> thresholds(
            String name, JsonNode settings, int labels, boolean multiLabel) {
        JsonNode node = settings.path(THRESHOLDS);
        if (node.isMissingNode()) {
            return defaultThresholds(labels);
        }
        if (!multiLabel) {
            throw new BundleException(
                    "Bundle %s: %s has %s, but the model gives a text one label; they are for multi-label models only. Remove them."
                            .formatted(name, ModelBundle.LABELSTREAM_FILE, THRESHOLDS));
        }
        List<Double> thresholds = new ArrayList<>();
        for (JsonNode threshold : node) {
            double value = threshold.isNumber() ? threshold.asDouble() : Double.NaN;
            if (!(value >= 0 && value <= 1)) {
                throw new BundleException(
                        "Bundle %s: %s in %s hold %s; expected numbers from 0 to 1. Correct them."
                                .formatted(
                                        name,
                                        THRESHOLDS,
                                        ModelBundle.LABELSTREAM_FILE,
                                        JsonFile.shown(threshold)));
            }
            thresholds.add(value);
        }
        if (!node.isArray() || thresholds.size() != labels) {
            throw new BundleException(
                    "Bundle %s: %s in %s has %d entries, but the model has %d labels. Give a list of one number each, in the order of the labels' ids."
                            .formatted(
                                    name,
                                    THRESHOLDS,
                                    ModelBundle.LABELSTREAM_FILE,
                                    thresholds.size(),
                                    labels));
        }
        return thresholds;
    }

    private static Optional<OutOfScope> outOfScope(
            String name, JsonNode settings, List<String> labels, ScoreFunction scores) {
        JsonNode node = settings.path(OUT_OF_SCOPE);
        if (node.isMissingNode()) {
            return Optional.empty();
        }
        if (scores != ScoreFunction.SOFTMAX || labels.size() < 2) {
            throw new BundleException(
                    "Bundle %s: %s has %s, which is for models that give one of several labels; this one scores %d label(s) by %s. Remove it."
                            .formatted(
                                    name,
                                    ModelBundle.LABELSTREAM_FILE,
                                    OUT_OF_SCOPE,
                                    labels.size(),
                                    scores.name().toLowerCase(Locale.ROOT)));
        }
        String label = node.path("label").asText("");
        if (!label.isEmpty() && !labels.contains(label)) {
            throw new BundleException(
                    "Bundle %s: label '%s' of %s in %s is none of the model's, which are: %s. Correct it, or leave it out."
                            .formatted(
                                    name,
                                    JsonFile.shown(label),
                                    OUT_OF_SCOPE,
                                    ModelBundle.LABELSTREAM_FILE,
                                    JsonFile.shown(labels)));
        }
        OutOfScopeMeasure measure =
                OutOfScopeMeasure.of(node.path("measure").asText(""))
                        .orElseThrow(
                                () ->
                                        new BundleException(
                                                "Bundle %s: measure of %s in %s is %s; expected one of: %s. Correct it."
                                                        .formatted(
                                                                name,
                                                                OUT_OF_SCOPE,
                                                                ModelBundle.LABELSTREAM_FILE,
                                                                JsonFile.shown(
                                                                        node.path("measure")),
                                                                OutOfScopeMeasure.keys())));
        JsonNode threshold = node.path("threshold");
        if (!threshold.isNumber() || !Double.isFinite(threshold.asDouble())) {
            throw new BundleException(
                    "Bundle %s: threshold of %s in %s is %s; expected a number. Correct it."
                            .formatted(
                                    name,
                                    OUT_OF_SCOPE,
                                    ModelBundle.LABELSTREAM_FILE,
                                    JsonFile.shown(threshold)));
        }
        return Optional.of(new OutOfScope(label, measure, threshold.asDouble()));
    }

    private static List<Double> defaultThresholds(int labels) {
        return Collections.nCopies(labels, DEFAULT_THRESHOLD);
    }
}
