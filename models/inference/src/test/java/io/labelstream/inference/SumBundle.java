package io.labelstream.inference;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A bundle whose scores can be worked out by hand: each token gives its id plus one, in tenths, to
 * label 0, twice that taken from label 1, three times that to label 2, and so on. So {@code good},
 * which is {@code [CLS] good [SEP]} or 2, 5, 3, has the logits 1.3, -2.6, 3.9. Its files are set
 * one by one; what is null is not written.
 */
final class SumBundle {

    static final String PLAIN_CONFIG =
            """
            {"model_type": "bert", "max_position_embeddings": 64, "vocab_size": 10, "pad_token_id": 0,
             "id2label": {"0": "zero", "1": "one", "2": "two"}}""";

    final Path folder;
    String modelFile = ModelBundle.MODEL_FILE;
    String config = PLAIN_CONFIG;
    String tokenizer = TinyTokenizers.wordPiece();
    String tokenizerConfig;
    String ours;
    int labels = 3;
    int rows = 10;
    DataType idType = TinyGraph.INT64;
    DataType scoreType = TinyGraph.FLOAT;
    String[] inputShape = {"batch", "tokens"};
    String external;
    String externalConstant;
    String maskName = "attention_mask";
    String furtherInput;
    String scoreName = "logits";
    String[] scoreShape = {"batch", "labels"};
    boolean hidesTable;
    boolean hidesLabels;
    boolean quantized;
    boolean countsPadding;
    boolean otherAttention;
    float scale = 1;

    /** Of token 5 and label 1, which no run before the first text reads; null for the usual one. */
    Float cell;

    SumBundle(Path folder) {
        this.folder = folder;
    }

    /** Writes the files and loads the bundle. */
    ModelBundle load() {
        write();
        return ModelBundle.load(folder);
    }

    /** Writes the files. */
    SumBundle write() {
        graph().write(folder.resolve(modelFile));
        write(ModelBundle.CONFIG_FILE, config);
        write(ModelBundle.TOKENIZER_FILE, tokenizer);
        write(ModelBundle.TOKENIZER_CONFIG_FILE, tokenizerConfig);
        write(ModelBundle.LABELSTREAM_FILE, ours);
        return this;
    }

    /** The table of token to logits, as it would lie in a file beside the model. */
    float[] table() {
        float[] table = new float[rows * labels];
        for (int id = 0; id < rows; id++) {
            for (int label = 0; label < labels; label++) {
                float tenths = (id + 1) * (label + 1) * (label % 2 == 0 ? 1 : -1);
                table[id * labels + label] = scale * tenths / 10;
            }
        }
        if (cell != null) {
            table[5 * labels + 1] = cell;
        }
        return table;
    }

    private TinyGraph graph() {
        TinyGraph graph = new TinyGraph();
        String ids = graph.input("input_ids", idType, inputShape);
        String mask = graph.input(maskName, idType, inputShape);
        if (furtherInput != null) {
            graph.input(furtherInput, idType, inputShape);
        }
        if (externalConstant != null) {
            graph.externalConstant(externalConstant);
        }
        String table =
                external == null
                        ? graph.floats("table", table(), rows, labels)
                        : graph.external("table", external, rows, labels);
        String shown = graph.op("Unsqueeze", graph.cast(TinyGraph.FLOAT, mask), graph.longs(2));
        String whole = idType == TinyGraph.FLOAT ? graph.cast(TinyGraph.INT64, ids) : ids;
        String index = hidesTable ? graph.op("Abs", whole) : whole;
        String given = graph.op("Mul", graph.op("Gather", table, index), shown);
        String sum = graph.op("ReduceSum", "keepdims", 0, given, graph.longs(1));
        if (countsPadding) {
            String seven = graph.cast(idType, graph.whole(7));
            String padding = graph.cast(TinyGraph.FLOAT, graph.op("Equal", ids, seven));
            sum = graph.op("Add", sum, graph.op("ReduceSum", padding, graph.longs(1)));
        }
        if (hidesLabels) {
            String rows = graph.op("Gather", graph.op("Shape", ids), graph.longs(0));
            String nothing = graph.op("Mul", rows, graph.longs(0));
            String all = graph.op("Add", nothing, graph.longs(labels));
            sum = graph.op("Slice", sum, graph.longs(0), all, graph.longs(1));
        }
        if (quantized) {
            graph.dynamicQuantize(sum);
        }
        if (otherAttention) {
            graph.output("attention", sum, TinyGraph.FLOAT, "batch", "width");
        }
        graph.output(
                scoreName,
                scoreType == TinyGraph.FLOAT ? sum : graph.cast(scoreType, sum),
                scoreType,
                scoreShape);
        return graph;
    }

    private void write(String file, String text) {
        try {
            if (text == null) {
                Files.deleteIfExists(folder.resolve(file));
            } else {
                Files.writeString(folder.resolve(file), text);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
