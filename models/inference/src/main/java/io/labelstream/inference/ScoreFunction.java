package io.labelstream.inference;

/**
 * How logits become scores, chosen as Hugging Face's text-classification pipeline does: by {@code
 * problem_type}, else by the number of labels.
 */
public enum ScoreFunction {
    /** One label of several: scores sum to 1. */
    SOFTMAX {
        @Override
        public float[] scores(float[] logits, double temperature) {
            double max = Double.NEGATIVE_INFINITY;
            for (float logit : logits) {
                max = Math.max(max, logit / temperature);
            }
            double sum = 0;
            double[] exponentials = new double[logits.length];
            for (int i = 0; i < logits.length; i++) {
                exponentials[i] = Math.exp(logits[i] / temperature - max);
                sum += exponentials[i];
            }
            float[] scores = new float[logits.length];
            for (int i = 0; i < logits.length; i++) {
                scores[i] = (float) (exponentials[i] / sum);
            }
            return scores;
        }
    },

    /** Any number of labels, each for itself. */
    SIGMOID {
        @Override
        public float[] scores(float[] logits, double temperature) {
            float[] scores = new float[logits.length];
            for (int i = 0; i < logits.length; i++) {
                scores[i] = (float) (1 / (1 + Math.exp(-logits[i] / temperature)));
            }
            return scores;
        }
    },

    /** Regression: the logit is the score; a temperature would make no sense and is ignored. */
    NONE {
        @Override
        public float[] scores(float[] logits, double temperature) {
            return logits.clone();
        }
    };

    /**
     * Turns logits into scores.
     *
     * @param logits one row, shape {@code [labels]}, finite
     * @param temperature above 0; 1 leaves the logits as they are
     * @return scores, shape {@code [labels]}
     */
    public abstract float[] scores(float[] logits, double temperature);

    /**
     * Chooses as the pipeline does, which asks {@code function_to_apply} of the configuration only
     * for a model without labels, that is, never.
     *
     * @param problemType in lower case; empty where it is not set
     */
    static ScoreFunction of(String problemType, int labels) {
        if (problemType.equals("regression")) {
            return NONE;
        }
        return problemType.equals(DecisionRule.MULTI_LABEL_CLASSIFICATION) || labels == 1
                ? SIGMOID
                : SOFTMAX;
    }
}
