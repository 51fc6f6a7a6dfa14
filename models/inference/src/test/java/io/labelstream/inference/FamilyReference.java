package io.labelstream.inference;

/**
 * {@link TinyFamily}'s models in plain double arithmetic, one text at a time, written from the
 * papers' and libraries' formulas and not from the graphs: no padding, no batch, no tokenizer, no
 * ONNX. Takes token ids and types as somebody wrote them down by hand.
 */
final class FamilyReference {

    private final TinyFamily family;
    private final TinyWeights weights;

    FamilyReference(TinyFamily family, TinyWeights weights) {
        this.family = family;
        this.weights = weights;
    }

    /** Softmax scores of a text. */
    double[] scores(int[] ids, int[] types) {
        double[][] hidden = layer(embeddings(ids, types));
        double[] logits = head(hidden);
        double sum = 0;
        for (double logit : logits) {
            sum += Math.exp(logit);
        }
        double[] scores = new double[logits.length];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = Math.exp(logits[i]) / sum;
        }
        return scores;
    }

    private double[][] embeddings(int[] ids, int[] types) {
        int width = family == TinyFamily.ELECTRA ? TinyFamily.NARROW : TinyFamily.HIDDEN;
        double[][] rows = new double[ids.length][];
        for (int t = 0; t < ids.length; t++) {
            double[] sum = row("word", family.vocabulary, width, ids[t]);
            if (family != TinyFamily.DEBERTA && family != TinyFamily.MODERNBERT) {
                int place = family == TinyFamily.ROBERTA ? family.padId + 1 + t : t;
                sum = plus(sum, row("position", TinyFamily.POSITIONS, width, place));
            }
            if (family.types) {
                sum = plus(sum, row("type", 2, width, types[t]));
            }
            rows[t] = norm("embeddings", sum);
            if (family == TinyFamily.ELECTRA) {
                rows[t] = dense("project", rows[t], TinyFamily.HIDDEN);
            }
        }
        return rows;
    }

    private double[][] layer(double[][] input) {
        int tokens = input.length;
        int width = TinyFamily.HIDDEN;
        double[][] query = new double[tokens][];
        double[][] key = new double[tokens][];
        double[][] value = new double[tokens][];
        for (int t = 0; t < tokens; t++) {
            query[t] = placed(dense("query", input[t], width), t);
            key[t] = placed(dense("key", input[t], width), t);
            value[t] = dense("value", input[t], width);
        }
        double[][] output = new double[tokens][];
        for (int i = 0; i < tokens; i++) {
            double[] weight = new double[tokens];
            double total = 0;
            for (int j = 0; j < tokens; j++) {
                double score = dot(query[i], key[j]);
                double terms = 1;
                if (family == TinyFamily.DEBERTA) {
                    score += dot(query[i], dense("key", distance(i - j), width));
                    score += dot(key[j], dense("query", distance(j - i), width));
                    terms = 3;
                }
                weight[j] = Math.exp(score / Math.sqrt(terms * width));
                total += weight[j];
            }
            double[] attended = new double[width];
            for (int j = 0; j < tokens; j++) {
                for (int k = 0; k < width; k++) {
                    attended[k] += weight[j] / total * value[j][k];
                }
            }
            double[] mixed = plus(input[i], dense("mix", attended, width));
            double[] first = norm("inner", mixed);
            double[] wide = gelu(dense("wide", first, TinyFamily.INNER));
            if (family == TinyFamily.MODERNBERT) {
                double[] gate = dense("gate", first, TinyFamily.INNER);
                for (int k = 0; k < wide.length; k++) {
                    wide[k] *= gate[k];
                }
                output[i] = norm("final", plus(mixed, dense("back", wide, width)));
            } else {
                output[i] = norm("final", plus(first, dense("back", wide, width)));
            }
        }
        return output;
    }

    private double[] head(double[][] hidden) {
        double[] pooled;
        if (family == TinyFamily.MODERNBERT) {
            double[] mean = new double[TinyFamily.HIDDEN];
            for (double[] row : hidden) {
                for (int k = 0; k < mean.length; k++) {
                    mean[k] += row[k] / hidden.length;
                }
            }
            pooled = norm("pooled", gelu(dense("pool", mean, TinyFamily.HIDDEN)));
        } else {
            double[] dense = dense("pool", hidden[0], TinyFamily.HIDDEN);
            pooled = new double[dense.length];
            for (int k = 0; k < dense.length; k++) {
                pooled[k] =
                        switch (family) {
                            case BERT, ROBERTA -> Math.tanh(dense[k]);
                            case DISTILBERT -> Math.max(0, dense[k]);
                            default -> gelu(dense)[k];
                        };
            }
        }
        return dense("classify", pooled, TinyFamily.LABELS);
    }

    private double[] distance(int distance) {
        int reach = TinyFamily.REACH;
        int bucket = Math.max(0, Math.min(2 * reach - 1, distance + reach));
        return row("distance", 2 * reach, TinyFamily.HIDDEN, bucket);
    }

    /** ModernBERT: pairs of values, one of each half, turned by the angle of the place. */
    private double[] placed(double[] vector, int place) {
        if (family != TinyFamily.MODERNBERT) {
            return vector;
        }
        int half = vector.length / 2;
        double[] turned = new double[vector.length];
        for (int k = 0; k < half; k++) {
            double angle = place * Math.pow(10_000, -2.0 * k / vector.length);
            turned[k] = vector[k] * Math.cos(angle) - vector[k + half] * Math.sin(angle);
            turned[k + half] = vector[k + half] * Math.cos(angle) + vector[k] * Math.sin(angle);
        }
        return turned;
    }

    private double[] row(String name, int rows, int width, int index) {
        float[] table = weights.get(name, rows * width);
        double[] row = new double[width];
        for (int k = 0; k < width; k++) {
            row[k] = table[index * width + k];
        }
        return row;
    }

    private double[] dense(String name, double[] input, int out) {
        float[] matrix = weights.get(name + ".weight", input.length * out);
        float[] bias = weights.get(name + ".bias", out);
        double[] result = new double[out];
        for (int o = 0; o < out; o++) {
            result[o] = bias[o];
            for (int i = 0; i < input.length; i++) {
                result[o] += input[i] * matrix[i * out + o];
            }
        }
        return result;
    }

    private double[] norm(String name, double[] input) {
        double mean = 0;
        for (double value : input) {
            mean += value / input.length;
        }
        double variance = 0;
        for (double value : input) {
            variance += (value - mean) * (value - mean) / input.length;
        }
        float[] scale = weights.get(name + ".scale", input.length);
        float[] shift = weights.get(name + ".shift", input.length);
        double[] result = new double[input.length];
        for (int k = 0; k < input.length; k++) {
            result[k] =
                    (input[k] - mean) / Math.sqrt(variance + TinyFamily.EPSILON) * scale[k]
                            + shift[k];
        }
        return result;
    }

    private static double[] gelu(double[] input) {
        double[] result = new double[input.length];
        for (int k = 0; k < input.length; k++) {
            result[k] = 0.5 * input[k] * (1 + erf(input[k] / Math.sqrt(2)));
        }
        return result;
    }

    /** Its Taylor series; good to 1e-9 for the values that occur here. */
    private static double erf(double x) {
        double term = x;
        double sum = x;
        for (int n = 1; n < 200; n++) {
            term *= -x * x / n;
            sum += term / (2 * n + 1);
        }
        return 2 / Math.sqrt(Math.PI) * sum;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int k = 0; k < a.length; k++) {
            sum += a[k] * b[k];
        }
        return sum;
    }

    private static double[] plus(double[] a, double[] b) {
        double[] sum = new double[a.length];
        for (int k = 0; k < a.length; k++) {
            sum[k] = a[k] + b[k];
        }
        return sum;
    }
}
