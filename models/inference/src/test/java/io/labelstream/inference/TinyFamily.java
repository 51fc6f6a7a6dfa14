package io.labelstream.inference;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * The families of encoders that Hugging Face exports, each as a bundle of one layer, one attention
 * head and a few words: what tells a family apart is there (inputs, tokenizer, positions, kind of
 * attention, order of the norms, head), and so are its files as {@code optimum-cli} writes them.
 * The same model in plain arithmetic is {@link FamilyReference}.
 */
enum TinyFamily {
    BERT("bert", true, 0, 10, TinyTokenizers.wordPiece()),
    ROBERTA("roberta", false, 1, 29, TinyTokenizers.byteLevel()),
    DISTILBERT("distilbert", false, 0, 10, TinyTokenizers.wordPiece()),
    ELECTRA("electra", true, 0, 10, TinyTokenizers.wordPiece()),
    DEBERTA("deberta-v2", false, 0, 11, TinyTokenizers.unigram()),
    MODERNBERT("modernbert", false, 28, 29, TinyTokenizers.modernByteLevel());

    static final int HIDDEN = 8;
    static final int INNER = 12;
    static final int POSITIONS = 24;
    static final int LABELS = 3;

    /** DeBERTa tells distances apart up to this one. */
    static final int REACH = 3;

    /** ELECTRA's embeddings are narrower than its layers. */
    static final int NARROW = 4;

    static final float EPSILON = 1e-5f;

    final String modelType;
    final boolean types;
    final int padId;
    final int vocabulary;
    final String tokenizer;

    TinyFamily(String modelType, boolean types, int padId, int vocabulary, String tokenizer) {
        this.modelType = modelType;
        this.types = types;
        this.padId = padId;
        this.vocabulary = vocabulary;
        this.tokenizer = tokenizer;
    }

    /** Writes the bundle into a folder. */
    Path write(Path folder, TinyWeights weights) {
        new Writer(this, weights).graph().write(folder.resolve(ModelBundle.MODEL_FILE));
        try {
            Files.writeString(folder.resolve(ModelBundle.TOKENIZER_FILE), tokenizer);
            Files.writeString(
                    folder.resolve(ModelBundle.TOKENIZER_CONFIG_FILE),
                    """
                    {"model_max_length": 1000000000000000019884624838656, "tokenizer_class": "PreTrainedTokenizerFast",
                     "mask_token": {"__type": "AddedToken", "content": "[MASK]", "lstrip": true}}""");
            Files.writeString(
                    folder.resolve(ModelBundle.CONFIG_FILE),
                    """
                    {"model_type": "%s", "max_position_embeddings": %d, "vocab_size": %d, "pad_token_id": %d,
                     "type_vocab_size": %d, "problem_type": null, "torch_dtype": "float32",
                     "id2label": {"0": "bad", "1": "fair", "2": "good"}, "label2id": {"bad": 0, "fair": 1, "good": 2}}"""
                            .formatted(modelType, POSITIONS, vocabulary, padId, types ? 2 : 0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return folder;
    }

    private static final class Writer {
        private final TinyFamily family;
        private final TinyWeights weights;
        private final TinyGraph graph = new TinyGraph();
        private final Set<String> declared = new HashSet<>();

        Writer(TinyFamily family, TinyWeights weights) {
            this.family = family;
            this.weights = weights;
        }

        TinyGraph graph() {
            String ids = graph.input("input_ids", TinyGraph.INT64, "batch", "tokens");
            String mask = graph.input("attention_mask", TinyGraph.INT64, "batch", "tokens");
            String types =
                    family.types
                            ? graph.input("token_type_ids", TinyGraph.INT64, "batch", "tokens")
                            : "";
            String shown = graph.cast(TinyGraph.FLOAT, mask);
            String hidden = layer(embeddings(ids, types), shown, ids);
            graph.output("logits", head(hidden, shown), TinyGraph.FLOAT, "batch", "3");
            return graph;
        }

        private String embeddings(String ids, String types) {
            int width = family == ELECTRA ? NARROW : HIDDEN;
            String sum = rows("word", family.vocabulary, width, ids);
            if (family != DEBERTA && family != MODERNBERT) {
                String at = family == ROBERTA ? behindPadding(ids) : places(ids);
                sum = graph.op("Add", sum, rows("position", POSITIONS, width, at));
            }
            if (family.types) {
                sum = graph.op("Add", sum, rows("type", 2, width, types));
            }
            String normed = norm("embeddings", sum, width);
            return family == ELECTRA ? dense("project", normed, NARROW, HIDDEN) : normed;
        }

        /** 0, 1, 2 ... as many as tokens. */
        private String places(String ids) {
            String tokens = graph.op("Gather", graph.op("Shape", ids), graph.whole(1));
            return graph.op("Range", graph.whole(0), tokens, graph.whole(1));
        }

        /** RoBERTa counts what is no padding, from behind the padding id on. */
        private String behindPadding(String ids) {
            String pad = graph.whole(family.padId);
            String token =
                    graph.cast(TinyGraph.INT64, graph.op("Not", graph.op("Equal", ids, pad)));
            String counted = graph.op("CumSum", token, graph.whole(1));
            return graph.op("Add", graph.op("Mul", counted, token), pad);
        }

        private String layer(String input, String shown, String ids) {
            String query = dense("query", input, HIDDEN, HIDDEN);
            String key = dense("key", input, HIDDEN, HIDDEN);
            String value = dense("value", input, HIDDEN, HIDDEN);
            if (family == MODERNBERT) {
                query = rotated(query, ids);
                key = rotated(key, ids);
            }
            String scores = graph.op("MatMul", query, graph.transpose(key, 0, 2, 1));
            double terms = 1;
            if (family == DEBERTA) {
                scores = withDistances(scores, query, key, ids);
                terms = 3;
            }
            scores = graph.op("Div", scores, graph.number((float) Math.sqrt(terms * HIDDEN)));
            String hiding =
                    graph.op("Mul", graph.op("Sub", graph.number(1), shown), graph.number(-1e9f));
            scores = graph.op("Add", scores, graph.op("Unsqueeze", hiding, graph.longs(1)));
            String attended = graph.op("MatMul", graph.op("Softmax", "axis", 2, scores), value);
            String mixed = graph.op("Add", input, dense("mix", attended, HIDDEN, HIDDEN));
            if (family == MODERNBERT) {
                String first = norm("inner", mixed, HIDDEN);
                String gate = dense("gate", first, HIDDEN, INNER);
                String wide = graph.op("Mul", gelu(dense("wide", first, HIDDEN, INNER)), gate);
                return norm(
                        "final",
                        graph.op("Add", mixed, dense("back", wide, INNER, HIDDEN)),
                        HIDDEN);
            }
            String first = norm("inner", mixed, HIDDEN);
            String wide = gelu(dense("wide", first, HIDDEN, INNER));
            return norm(
                    "final", graph.op("Add", first, dense("back", wide, INNER, HIDDEN)), HIDDEN);
        }

        /** DeBERTa: content to distance, and distance to content. */
        private String withDistances(String scores, String query, String key, String ids) {
            String places = places(ids);
            String from = graph.op("Unsqueeze", places, graph.longs(1));
            String to = graph.op("Unsqueeze", places, graph.longs(0));
            String index =
                    graph.op(
                            "Clip",
                            graph.op("Add", graph.op("Sub", from, to), graph.whole(REACH)),
                            graph.whole(0),
                            graph.whole(2 * REACH - 1));
            String each = graph.op("Expand", index, graph.op("Shape", scores));
            graph.floats(
                    "distance", weights.get("distance", 2 * REACH * HIDDEN), 2 * REACH, HIDDEN);
            String keys = graph.transpose(dense("key", "distance", HIDDEN, HIDDEN), 1, 0);
            String queries = graph.transpose(dense("query", "distance", HIDDEN, HIDDEN), 1, 0);
            String content =
                    graph.op("GatherElements", "axis", 2, graph.op("MatMul", query, keys), each);
            String distance =
                    graph.op("GatherElements", "axis", 2, graph.op("MatMul", key, queries), each);
            return graph.op(
                    "Add", graph.op("Add", scores, content), graph.transpose(distance, 0, 2, 1));
        }

        /** ModernBERT turns queries and keys by an angle for each place. */
        private String rotated(String vectors, String ids) {
            String places = places(ids);
            if (declared.add("angles")) {
                graph.floats("cos", angles(true), POSITIONS, HIDDEN);
                graph.floats("sin", angles(false), POSITIONS, HIDDEN);
            }
            String low =
                    graph.op(
                            "Slice",
                            vectors,
                            graph.longs(0),
                            graph.longs(HIDDEN / 2),
                            graph.longs(2));
            String high =
                    graph.op(
                            "Slice",
                            vectors,
                            graph.longs(HIDDEN / 2),
                            graph.longs(HIDDEN),
                            graph.longs(2));
            String turned = graph.op("Concat", "axis", 2, graph.op("Neg", high), low);
            return graph.op(
                    "Add",
                    graph.op("Mul", vectors, graph.op("Gather", "cos", places)),
                    graph.op("Mul", turned, graph.op("Gather", "sin", places)));
        }

        private String head(String hidden, String shown) {
            if (family == MODERNBERT) {
                String weight = graph.op("Unsqueeze", shown, graph.longs(2));
                String sum = graph.op("ReduceSum", graph.op("Mul", hidden, weight), graph.longs(1));
                String mean = graph.op("Div", sum, graph.op("ReduceSum", weight, graph.longs(1)));
                String rows = graph.op("Squeeze", mean, graph.longs(1));
                return classify(norm("pooled", gelu(dense("pool", rows, HIDDEN, HIDDEN)), HIDDEN));
            }
            String first = graph.op("Gather", "axis", 1, hidden, graph.whole(0));
            String pooled = dense("pool", first, HIDDEN, HIDDEN);
            return classify(
                    switch (family) {
                        case BERT, ROBERTA -> graph.op("Tanh", pooled);
                        case DISTILBERT -> graph.op("Relu", pooled);
                        default -> gelu(pooled);
                    });
        }

        private String classify(String pooled) {
            return dense("classify", pooled, HIDDEN, LABELS);
        }

        private String rows(String name, int count, int width, String index) {
            graph.floats(name, weights.get(name, count * width), count, width);
            return graph.op("Gather", name, index);
        }

        private String dense(String name, String input, int in, int out) {
            String matrix = name + ".weight";
            String bias = name + ".bias";
            if (declared.add(name)) {
                graph.floats(matrix, weights.get(matrix, in * out), in, out);
                graph.floats(bias, weights.get(bias, out), out);
            }
            return graph.op("Add", graph.op("MatMul", input, matrix), bias);
        }

        private String norm(String name, String input, int width) {
            String scale =
                    graph.floats(name + ".scale", weights.get(name + ".scale", width), width);
            String shift =
                    graph.floats(name + ".shift", weights.get(name + ".shift", width), width);
            return graph.op("LayerNormalization", input, scale, shift);
        }

        private String gelu(String input) {
            String inner = graph.op("Div", input, graph.number((float) Math.sqrt(2)));
            String rising = graph.op("Add", graph.op("Erf", inner), graph.number(1));
            return graph.op("Mul", graph.op("Mul", input, rising), graph.number(0.5f));
        }

        /** Cosine or sine of place over 10000^(2k/width), the halves alike (Su et al. 2021). */
        private static float[] angles(boolean cosine) {
            int width = HIDDEN;
            float[] angles = new float[POSITIONS * width];
            for (int place = 0; place < POSITIONS; place++) {
                for (int i = 0; i < width; i++) {
                    double angle = place / Math.pow(10_000, 2.0 * (i % (width / 2)) / width);
                    angles[place * width + i] =
                            (float) (cosine ? Math.cos(angle) : Math.sin(angle));
                }
            }
            return angles;
        }
    }
}
