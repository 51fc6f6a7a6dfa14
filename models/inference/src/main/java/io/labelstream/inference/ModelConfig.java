package io.labelstream.inference;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** {@code config.json} as Hugging Face's libraries read it. */
record ModelConfig(JsonFile file) {

    /** More positions or ids than these are a mistake, not a model. */
    private static final int ABSURD = 100_000_000;

    private static final int MOST_LABELS = 100_000;
    private static final int DEFAULT_LABELS = 2;

    private static final Set<String> PROBLEM_TYPES =
            Set.of(
                    "",
                    "regression",
                    "single_label_classification",
                    DecisionRule.MULTI_LABEL_CLASSIFICATION);

    /**
     * Families that number positions from behind the padding id on, so that some cannot be used.
     * Their padding id is 1 unless set.
     */
    private static final Set<String> POSITIONS_BEHIND_PADDING =
            Set.of(
                    "roberta",
                    "xlm-roberta",
                    "xlm-roberta-xl",
                    "roberta-prelayernorm",
                    "camembert",
                    "longformer",
                    "mpnet",
                    "xmod",
                    "ibert",
                    "data2vec-text",
                    "luke",
                    "mluke",
                    "markuplm",
                    "lilt",
                    "esm");

    /**
     * The label of each logit.
     *
     * @param ofGraph how many logits the model gives a text, where its graph says
     * @throws BundleException if ids have gaps or no label
     */
    List<String> labels(OptionalLong ofGraph) {
        JsonNode id2label = file.path("id2label");
        if (id2label.isMissingNode() || id2label.isNull()) {
            int count =
                    file.whole("num_labels", 1, MOST_LABELS)
                            .orElse((int) Math.min(MOST_LABELS, ofGraph.orElse(DEFAULT_LABELS)));
            return IntStream.range(0, count).mapToObj(i -> "LABEL_" + i).toList();
        }
        if (!id2label.isObject() || id2label.isEmpty()) {
            throw new BundleException(
                    "Bundle %s: id2label in %s is empty; a classifier needs at least one label."
                            .formatted(file.bundle(), file.name()));
        }
        Map<Integer, String> labels = new TreeMap<>();
        for (Map.Entry<String, JsonNode> entry : id2label.properties()) {
            labels.put(id(entry.getKey()), entry.getValue().asText(""));
        }
        for (int i = 0; i < id2label.size(); i++) {
            if (labels.getOrDefault(i, "").isEmpty()) {
                throw new BundleException(
                        "Bundle %s: id2label in %s has %d entries but no label for id %d. Expected ids 0 to %d, each with a text."
                                .formatted(
                                        file.bundle(),
                                        file.name(),
                                        id2label.size(),
                                        i,
                                        id2label.size() - 1));
            }
        }
        return List.copyOf(labels.values());
    }

    private int id(String key) {
        try {
            return Integer.parseInt(key.strip());
        } catch (NumberFormatException e) {
            throw new BundleException(
                    "Bundle %s: id2label in %s has an id that is no whole number: %s. Correct it."
                            .formatted(file.bundle(), file.name(), JsonFile.shown(key)),
                    e);
        }
    }

    /**
     * What kind of answer the model gives, in lower case; empty where it is not set.
     *
     * @throws BundleException if it is none that there is
     */
    String problemType() {
        String type = file.text("problem_type").toLowerCase(Locale.ROOT);
        if (!PROBLEM_TYPES.contains(type)) {
            throw new BundleException(
                    "Bundle %s: problem_type in %s is %s; expected null, regression, single_label_classification or multi_label_classification."
                            .formatted(
                                    file.bundle(),
                                    file.name(),
                                    JsonFile.shown(file.path("problem_type"))));
        }
        return type;
    }

    /** Whether an answer holds every label, unless a number of them is asked for. */
    boolean givesAllScores() {
        return file.path("return_all_scores").asBoolean(false);
    }

    /** The id that fills up shorter texts. */
    int padId() {
        return file.whole("pad_token_id", 0, ABSURD).orElse(startsBehindPadding() ? 1 : 0);
    }

    /** Ids run from 0 to below this; empty where it is not set. */
    OptionalInt vocabularySize() {
        return file.whole("vocab_size", 1, ABSURD);
    }

    /** How many tokens the model has positions for; empty where it is not set. */
    OptionalInt positions() {
        OptionalInt positions = file.whole("max_position_embeddings", 1, ABSURD);
        return positions.isPresent() && startsBehindPadding()
                ? OptionalInt.of(positions.getAsInt() - padId() - 1)
                : positions;
    }

    private boolean startsBehindPadding() {
        return POSITIONS_BEHIND_PADDING.contains(file.text("model_type").toLowerCase(Locale.ROOT));
    }
}
