package io.labelstream.inference;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A whole bundle of a few kilobytes, for unit tests and faults only: a tokenizer, and a graph that
 * scores each token from a table and pools with attention. It knows a dozen words; {@code nan}
 * makes the scores NaN, {@code boom} makes the run fail, {@code slow} makes it slow, and {@code
 * hang} makes it go on until it is ended. The scores of a text are the same, bit by bit, alone and
 * in any batch.
 */
public final class TinyBundle {

    /** Makes the model's run fail: it leads behind the end of a table. */
    public static final String FAILING_WORD = "boom";

    /** Makes the scores NaN. */
    public static final String NAN_WORD = "nan";

    /** Each one makes the model's run some 4 ms longer, whichever row it stands in. */
    public static final String SLOW_WORD = "slow";

    /** Makes the model's run go on for days, unless it is ended. */
    public static final String HANGING_WORD = "hang";

    /** A turn of the model's loop takes some 0.75 microseconds. */
    private static final long SLOW_TURNS = 5_000;

    private static final long ENDLESS_TURNS = 1L << 40;

    private static final float[] NEUTRAL = {0, 0, 0};
    private static final List<String> LABELS = List.of("negative", "positive");

    /** Word, then weight for attention, score of negative, score of positive. */
    private record Entry(String word, float[] row) {}

    private TinyBundle() {}

    /** Writes the bundle into a folder, which is created, and loads it. */
    public static ModelBundle write(Path folder) {
        return write(folder, HANGING_WORD);
    }

    /** The same with a model that goes on for days on the texts that every session tries first. */
    public static ModelBundle writeEndless(Path folder) {
        List<Entry> table = table();
        return write(folder, table.get(table.size() - 1).word());
    }

    private static ModelBundle write(Path folder, String endless) {
        List<Entry> table = table();
        try {
            Files.createDirectories(folder);
            Files.write(
                    folder.resolve(ModelBundle.MODEL_FILE), model(table, endless).toByteArray());
            Files.writeString(folder.resolve(ModelBundle.TOKENIZER_FILE), tokenizer(table));
            Files.writeString(
                    folder.resolve(ModelBundle.CONFIG_FILE),
                    """
                    {"model_type": "bert", "max_position_embeddings": 64, "vocab_size": %d,
                     "id2label": {"0": "negative", "1": "positive"},
                     "problem_type": "single_label_classification"}
                    """
                            .formatted(table.size()));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return ModelBundle.load(folder);
    }

    private static List<Entry> table() {
        List<Entry> table = new ArrayList<>();
        for (String special : List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]")) {
            table.add(new Entry(special, NEUTRAL));
        }
        for (String word : List.of("good", "great", "love")) {
            table.add(new Entry(word, new float[] {3, -2, 2}));
        }
        for (String word : List.of("bad", "awful", "hate")) {
            table.add(new Entry(word, new float[] {3, 2, -2}));
        }
        table.add(new Entry(NAN_WORD, new float[] {3, 1, 1}));
        table.add(new Entry(FAILING_WORD, NEUTRAL));
        table.add(new Entry(SLOW_WORD, new float[] {0.1f, 0.01f, 0.02f}));
        table.add(new Entry(HANGING_WORD, NEUTRAL));
        for (String word : List.of("a", "the", "film", "food", "not", "'", "!", ".", "##s", "中")) {
            table.add(new Entry(word, new float[] {0.1f, 0.01f, 0.02f}));
        }
        return table;
    }

    private static String tokenizer(List<Entry> table) {
        List<String> words = table.stream().map(Entry::word).toList();
        StringBuilder vocabulary = new StringBuilder();
        for (int id = 0; id < words.size(); id++) {
            vocabulary.append(id == 0 ? "" : ", ").append('"').append(words.get(id)).append("\": ");
            vocabulary.append(id);
        }
        String special =
                List.of(0, 1, 2, 3).stream()
                        .map(
                                id ->
                                        """
                                        {"id": %d, "content": "%s", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true}"""
                                                .formatted(id, words.get(id)))
                        .collect(Collectors.joining(", "));
        return """
        {"version": "1.0", "truncation": {"max_length": 8, "strategy": "LongestFirst", "stride": 0, "direction": "Right"},
         "padding": {"strategy": {"Fixed": 8}, "direction": "Right", "pad_to_multiple_of": null, "pad_id": 0, "pad_type_id": 0, "pad_token": "[PAD]"},
         "added_tokens": [%s],
         "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": null, "lowercase": true},
         "pre_tokenizer": {"type": "BertPreTokenizer"},
         "post_processor": {"type": "TemplateProcessing",
           "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "[SEP]", "type_id": 0}}],
           "pair": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "[SEP]", "type_id": 0}},
                    {"Sequence": {"id": "B", "type_id": 1}}, {"SpecialToken": {"id": "[SEP]", "type_id": 1}}],
           "special_tokens": {"[CLS]": {"id": "[CLS]", "ids": [2], "tokens": ["[CLS]"]}, "[SEP]": {"id": "[SEP]", "ids": [3], "tokens": ["[SEP]"]}}},
         "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true},
         "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100,
           "vocab": {%s}}}
        """
                .formatted(special, vocabulary);
    }

    /**
     * attention = softmax(weights[ids] + bias of padding); logits = attention . (scores[ids] +
     * sqrt(radicands[ids])), where only the radicand of {@link #NAN_WORD} is not 0, but -1. A loop
     * of as many turns as all ids together ask for adds 0 to the weights.
     */
    private static ModelProto model(List<Entry> table, String endless) {
        int words = table.size();
        float[] weights = new float[words];
        float[] scores = new float[words * LABELS.size()];
        long[] traps = new long[words];
        long[] turns = new long[words];
        float[] radicands = new float[words];
        for (int id = 0; id < words; id++) {
            weights[id] = id < 4 ? -1e6f : table.get(id).row()[0];
            radicands[id] = table.get(id).word().equals(NAN_WORD) ? -1 : 0;
            traps[id] = table.get(id).word().equals(FAILING_WORD) ? 9 : 0;
            turns[id] = turns(table.get(id).word(), endless);
            System.arraycopy(table.get(id).row(), 1, scores, id * LABELS.size(), LABELS.size());
        }
        GraphProto graph =
                GraphProto.newBuilder()
                        .setName("tiny")
                        .addInput(value("input_ids", TensorProto.DataType.INT64, "batch", "tokens"))
                        .addInput(
                                value(
                                        "attention_mask",
                                        TensorProto.DataType.INT64,
                                        "batch",
                                        "tokens"))
                        .addOutput(value("logits", TensorProto.DataType.FLOAT, "batch", "2"))
                        .addOutput(
                                value("attention", TensorProto.DataType.FLOAT, "batch", "tokens"))
                        .addInitializer(tensor("weights", weights, words))
                        .addInitializer(tensor("scores", scores, words, LABELS.size()))
                        .addInitializer(indices("traps", traps))
                        .addInitializer(indices("turns", turns))
                        .addInitializer(tensor("radicands", radicands, words, 1))
                        .addInitializer(tensor("zero", new float[] {0}, 1))
                        .addInitializer(tensor("one", new float[] {1}))
                        .addInitializer(tensor("huge", new float[] {1e30f}))
                        .addNode(node("Gather", "trap", "traps", "input_ids"))
                        .addNode(node("Gather", "zeros", "zero", "trap"))
                        .addNode(node("Gather", "turn", "turns", "input_ids"))
                        .addNode(
                                node("ReduceSum", "allTurns", "turn").toBuilder()
                                        .addAttribute(attribute("keepdims", 0)))
                        .addNode(
                                node("Loop", "turned", "allTurns", "", "zero").toBuilder()
                                        .addAttribute(turn()))
                        .addNode(node("Gather", "weight", "weights", "input_ids"))
                        .addNode(node("Add", "trapped", "weight", "zeros"))
                        .addNode(node("Add", "w", "trapped", "turned"))
                        .addNode(
                                node("Cast", "mask", "attention_mask").toBuilder()
                                        .addAttribute(
                                                attribute("to", TensorProto.DataType.FLOAT_VALUE)))
                        .addNode(node("Sub", "unmasked", "mask", "one"))
                        .addNode(node("Mul", "bias", "unmasked", "huge"))
                        .addNode(node("Add", "biased", "w", "bias"))
                        .addNode(
                                node("Softmax", "attention", "biased").toBuilder()
                                        .addAttribute(attribute("axis", 1)))
                        .addNode(node("Gather", "radicand", "radicands", "input_ids"))
                        .addNode(node("Sqrt", "root", "radicand"))
                        .addNode(node("Gather", "score", "scores", "input_ids"))
                        .addNode(node("Add", "s", "score", "root"))
                        .addNode(
                                node("Unsqueeze", "a", "attention").toBuilder()
                                        .addAttribute(axes(1)))
                        .addNode(node("MatMul", "pooled", "a", "s"))
                        .addNode(
                                node("Squeeze", "logits", "pooled").toBuilder()
                                        .addAttribute(axes(1)))
                        .build();
        return ModelProto.newBuilder()
                .setIrVersion(6)
                .setProducerName("labelstream")
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(11))
                .setGraph(graph)
                .build();
    }

    private static long turns(String word, String endless) {
        if (word.equals(endless)) {
            return ENDLESS_TURNS;
        }
        return word.equals(SLOW_WORD) ? SLOW_TURNS : 0;
    }

    /** A turn of the loop: it doubles a 0. */
    private static AttributeProto turn() {
        GraphProto body =
                GraphProto.newBuilder()
                        .setName("turn")
                        .addInput(value("number", TensorProto.DataType.INT64))
                        .addInput(value("before", TensorProto.DataType.BOOL))
                        .addInput(value("nothing", TensorProto.DataType.FLOAT, "1"))
                        .addOutput(value("after", TensorProto.DataType.BOOL))
                        .addOutput(value("doubled", TensorProto.DataType.FLOAT, "1"))
                        .addNode(node("Identity", "after", "before"))
                        .addNode(node("Add", "doubled", "nothing", "nothing"))
                        .build();
        return AttributeProto.newBuilder()
                .setName("body")
                .setType(AttributeProto.AttributeType.GRAPH)
                .setG(body)
                .build();
    }

    private static NodeProto node(String type, String output, String... inputs) {
        return NodeProto.newBuilder()
                .setOpType(type)
                .setName(output)
                .addOutput(output)
                .addAllInput(List.of(inputs))
                .build();
    }

    private static AttributeProto attribute(String name, long value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INT)
                .setI(value)
                .build();
    }

    private static AttributeProto axes(long axis) {
        return AttributeProto.newBuilder()
                .setName("axes")
                .setType(AttributeProto.AttributeType.INTS)
                .addInts(axis)
                .build();
    }

    private static TensorProto tensor(String name, float[] values, long... shape) {
        ByteBuffer bytes =
                ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        TensorProto.Builder tensor =
                TensorProto.newBuilder()
                        .setName(name)
                        .setDataType(TensorProto.DataType.FLOAT_VALUE)
                        .setRawData(ByteString.copyFrom(bytes.array()));
        for (long dimension : shape) {
            tensor.addDims(dimension);
        }
        return tensor.build();
    }

    private static TensorProto indices(String name, long[] values) {
        TensorProto.Builder tensor =
                TensorProto.newBuilder()
                        .setName(name)
                        .setDataType(TensorProto.DataType.INT64_VALUE)
                        .addDims(values.length);
        for (long value : values) {
            tensor.addInt64Data(value);
        }
        return tensor.build();
    }

    private static ValueInfoProto value(String name, TensorProto.DataType type, String... shape) {
        TensorShapeProto.Builder dimensions = TensorShapeProto.newBuilder();
        for (String dimension : shape) {
            TensorShapeProto.Dimension.Builder builder = TensorShapeProto.Dimension.newBuilder();
            dimensions.addDim(
                    Character.isDigit(dimension.charAt(0))
                            ? builder.setDimValue(Long.parseLong(dimension))
                            : builder.setDimParam(dimension));
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(
                        TypeProto.newBuilder()
                                .setTensorType(
                                        TypeProto.Tensor.newBuilder()
                                                .setElemType(type.getNumber())
                                                .setShape(dimensions)))
                .build();
    }
}
