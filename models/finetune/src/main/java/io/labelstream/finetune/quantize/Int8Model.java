package io.labelstream.finetune.quantize;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import io.labelstream.finetune.FineTuneException;
import io.labelstream.finetune.GraphBuilder;
import io.labelstream.finetune.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Rewrites the large matrix products of a model to 8-bit integers, a scale for each token: a
 * token's largest absolute value decides its step, so no other row of a batch has a part in its
 * numbers, and the sums are of integers, which are exact in any order. Scores are then the same
 * bits alone, in a batch and padded, as they are in 32-bit floats.
 *
 * <p>A product {@code x W} becomes, all in standard operators:
 *
 * <pre>
 *   largest = max |x|               over the token's values
 *   u = round(x * 127 / largest) + 128                    QuantizeLinear, unsigned
 *   (u - 128) Q                                           MatMulInteger; Q: see ColumnWeights
 *   * (largest / 127) * scale of the column
 * </pre>
 *
 * Products of the same {@code x} share {@code u}. The result of a GELU is above {@value
 * #GELU_SHIFT} whatever the input: it is shifted by that and uses all 255 steps upwards from 0;
 * what the shift adds to the product is the same for all tokens and is taken off the bias.
 *
 * <p>Two things are said in a way that ONNX Runtime's optimizer does not recognize, and on purpose
 * (RATIONALE.md has the measurements): a token's scale is a quotient and no product, as 1.28 fuses
 * a product of scales with a bias wrongly; and a bias is added by {@code Sum}, as the fused {@code
 * BiasGelu} is slower than its parts.
 */
final class Int8Model {

    private static final int LEAST_WEIGHTS = 1 << 16;
    private static final int LEAST_ROWS = 1024;
    private static final double GELU_SHIFT = -0.17;
    private static final int STEPS = 127;
    private static final int ALL_STEPS = 255;
    private static final int OPSET_WITH_AXES_INPUT = 18;
    private static final String NAME = "/int8/";
    private static final String SUFFIX = "/int8";
    private static final String SYMMETRIC = NAME + "zero_128";
    private static final String FROM_ZERO = NAME + "zero_0";
    private static final String WEIGHT_ZERO = NAME + "zero_of_weights";
    private static final String ONE = NAME + "one";
    private static final String TINY = NAME + "tiny";
    private static final String SHIFT = NAME + "shift";
    private static final String AXIS = NAME + "last_axis";

    /** A value in integers. */
    private record Quantized(String values, String zero, String scale, boolean shifted) {}

    private final SourceGraph source;
    private final AttentionValues attentionValues;
    private final SpelledNorms spelledNorms;
    private final GraphProto.Builder graph;
    private final GraphBuilder builder;
    private final Map<String, Quantized> quantized = new HashMap<>();
    private final Map<String, TensorProto> newBiases = new LinkedHashMap<>();
    private final Set<String> constants = new HashSet<>();
    private final Set<String> converted = new HashSet<>();
    private final Set<String> productOutputs = new HashSet<>();
    private int products;
    private int attentionProducts;
    private int otherProducts;
    private int tables;

    private Int8Model(SourceGraph source) {
        this.source = source;
        this.attentionValues = AttentionValues.of(source);
        this.spelledNorms = SpelledNorms.of(source);
        this.graph = source.model().getGraph().toBuilder().clearNode();
        this.builder = new GraphBuilder(graph);
    }

    /**
     * Rewrites a model.
     *
     * @throws FineTuneException if it has no product that can be rewritten
     */
    static Converted of(String name, SourceGraph source) {
        return new Int8Model(source).converted(name);
    }

    private Converted converted(String name) {
        for (NodeProto node : source.nodes()) {
            if (isLargeProduct(node)) {
                product(node);
            } else if (isTable(node)) {
                lookUp(node);
            } else {
                graph.addAllNode(spelledNorms.replacing(addedBySum(node)));
            }
        }
        if (products == 0) {
            throw new FineTuneException(
                    "Model %s: no product of a float matrix [in, out] with %d weights or more was found, so there is nothing to quantize. Expected a BERT-like encoder with MatMul operators."
                            .formatted(name, LEAST_WEIGHTS));
        }
        useNewBiases();
        removeConverted();
        ModelProto.Builder model = source.model().toBuilder().setGraph(graph);
        return new Converted(
                model.build(),
                "%d products and %d embedding tables in int8; in fp32 stay %d products of attention's values, %d other products with weights, and all else (%d LayerNorms in faster operators)"
                        .formatted(
                                products,
                                tables,
                                attentionProducts,
                                otherProducts,
                                spelledNorms.count()));
    }

    private boolean isLargeProduct(NodeProto node) {
        if (!node.getOpType().equals("MatMul") && !node.getOpType().equals("Gemm")) {
            return false;
        }
        Optional<List<Long>> shape = source.shape(node.getInput(1));
        if (shape.isEmpty()) {
            return false;
        }
        boolean large =
                node.getOpType().equals("MatMul")
                        && shape.get().size() == 2
                        && shape.get().get(0) * shape.get().get(1) >= LEAST_WEIGHTS;
        if (large && attentionValues.contains(node.getOutput(0))) {
            attentionProducts++;
            return false;
        }
        otherProducts += large ? 0 : 1;
        return large;
    }

    private void product(NodeProto node) {
        products++;
        String output = node.getOutput(0);
        productOutputs.add(output);
        String weight = node.getInput(1);
        Quantized x = quantized.computeIfAbsent(node.getInput(0), this::quantize);
        Tensor matrix = source.floats(weight).orElseThrow();
        ColumnWeights columns = ColumnWeights.of(matrix);
        String integers = weight + SUFFIX;
        String scales = weight + SUFFIX + "/scales";
        if (constants.add(integers)) {
            bytes(integers, TensorProto.DataType.INT8, columns.values(), matrix.shape());
            builder.constant(scales, Tensor.of(columns.scales(), columns.scales().length));
            converted.add(weight);
        }
        String sums =
                builder.node(
                        output + SUFFIX + "/sums",
                        "MatMulInteger",
                        x.values(),
                        integers,
                        x.zero(),
                        bytesOnce(WEIGHT_ZERO, TensorProto.DataType.INT8, 0));
        String asFloats =
                builder.node(
                        output + SUFFIX + "/floats",
                        "Cast",
                        List.of(sums),
                        GraphBuilder.attribute("to", TensorProto.DataType.FLOAT_VALUE));
        String ofToken = builder.node(output + SUFFIX + "/of_token", "Mul", asFloats, x.scale());
        if (x.shifted()) {
            float[] shift = columns.columnSums(GELU_SHIFT);
            Optional<String> bias = bias(output);
            if (bias.isPresent()) {
                builder.node(output, "Mul", ofToken, scales);
                newBiases.put(bias.get(), shifted(bias.get(), shift));
            } else {
                String scaled = builder.node(output + SUFFIX + "/scaled", "Mul", ofToken, scales);
                String constant =
                        builder.constant(
                                output + SUFFIX + "/shift", Tensor.of(shift, shift.length));
                builder.node(output, "Sum", scaled, constant);
            }
        } else {
            builder.node(output, "Mul", ofToken, scales);
        }
    }

    /** A bias of an integer product is added by an operator that is not fused. */
    private NodeProto addedBySum(NodeProto node) {
        boolean isBias =
                node.getOpType().equals("Add")
                        && node.getInputList().stream().anyMatch(productOutputs::contains)
                        && node.getInputList().stream()
                                .anyMatch(input -> source.shape(input).isPresent());
        return isBias ? node.toBuilder().setOpType("Sum").build() : node;
    }

    private Quantized quantize(String x) {
        boolean shifted = Gelu.makes(source, x);
        int steps = shifted ? ALL_STEPS : STEPS;
        String range = floatOnce(NAME + "steps_" + steps, steps);
        String name = x + SUFFIX;
        String zero =
                shifted
                        ? bytesOnce(FROM_ZERO, TensorProto.DataType.UINT8, 0)
                        : bytesOnce(SYMMETRIC, TensorProto.DataType.UINT8, 128);
        String values =
                shifted
                        ? builder.node(
                                name + "/shifted", "Add", x, floatOnce(SHIFT, (float) -GELU_SHIFT))
                        : x;
        String sizes = shifted ? values : builder.node(name + "/sizes", "Abs", x);
        String largest =
                builder.node(
                        name + "/largest",
                        "Max",
                        rowMaximum(name, sizes),
                        floatOnce(TINY, Float.MIN_NORMAL * ALL_STEPS));
        String scale = builder.node(name + "/scale", "Div", largest, range);
        String steps1 = builder.node(name + "/steps", "Div", range, largest);
        String inSteps = builder.node(name + "/in_steps", "Mul", values, steps1);
        String integers =
                builder.node(
                        name + "/integers", "QuantizeLinear", inSteps, floatOnce(ONE, 1), zero);
        return new Quantized(integers, zero, scale, shifted);
    }

    private String rowMaximum(String name, String values) {
        if (source.opset() < OPSET_WITH_AXES_INPUT) {
            return builder.node(
                    name + "/maximum",
                    "ReduceMax",
                    List.of(values),
                    GraphBuilder.attribute("axes", List.of(-1L)));
        }
        if (constants.add(AXIS)) {
            builder.constant(AXIS, -1L);
        }
        return builder.node(name + "/maximum", "ReduceMax", values, AXIS);
    }

    /** The bias that is added to a product, and to nothing else. */
    private Optional<String> bias(String product) {
        if (source.uses(product) != 1) {
            return Optional.empty();
        }
        return source.nodes().stream()
                .filter(node -> node.getInputList().contains(product))
                .filter(node -> node.getOpType().equals("Add"))
                .map(node -> node.getInput(node.getInput(0).equals(product) ? 1 : 0))
                .filter(bias -> source.uses(bias) == 1)
                .filter(bias -> source.shape(bias).filter(shape -> shape.size() == 1).isPresent())
                .filter(bias -> source.producer(bias).isEmpty())
                .findFirst();
    }

    private TensorProto shifted(String bias, float[] shift) {
        float[] values = source.floats(bias).orElseThrow().values().clone();
        for (int j = 0; j < values.length; j++) {
            values[j] += shift[j];
        }
        return GraphBuilder.floats(bias, Tensor.of(values, values.length));
    }

    private boolean isTable(NodeProto node) {
        return node.getOpType().equals("Gather")
                && node.getAttributeList().stream()
                        .allMatch(
                                attribute ->
                                        attribute.getName().equals("axis") && attribute.getI() == 0)
                && source.uses(node.getInput(0)) == 1
                && source.shape(node.getInput(0))
                        .filter(shape -> shape.size() == 2 && shape.get(0) >= LEAST_ROWS)
                        .isPresent();
    }

    /** A table of embeddings: integers and a scale for each row, both looked up. */
    private void lookUp(NodeProto node) {
        tables++;
        String table = node.getInput(0);
        String output = node.getOutput(0);
        Tensor rows = source.floats(table).orElseThrow();
        int width = rows.size(1);
        byte[] integers = new byte[rows.values().length];
        float[] scales = new float[rows.size(0)];
        for (int row = 0; row < scales.length; row++) {
            float largest = Float.MIN_NORMAL;
            for (int i = row * width; i < (row + 1) * width; i++) {
                largest = Math.max(largest, Math.abs(rows.values()[i]));
            }
            scales[row] = largest / STEPS;
            for (int i = row * width; i < (row + 1) * width; i++) {
                integers[i] = (byte) Math.rint(rows.values()[i] / scales[row]);
            }
        }
        bytes(table + SUFFIX, TensorProto.DataType.INT8, integers, rows.shape());
        builder.constant(table + SUFFIX + "/scales", Tensor.of(scales, scales.length, 1));
        converted.add(table);
        String found =
                builder.node(output + SUFFIX + "/row", "Gather", table + SUFFIX, node.getInput(1));
        String asFloats =
                builder.node(
                        output + SUFFIX + "/floats",
                        "Cast",
                        List.of(found),
                        GraphBuilder.attribute("to", TensorProto.DataType.FLOAT_VALUE));
        String scale =
                builder.node(
                        output + SUFFIX + "/scale",
                        "Gather",
                        table + SUFFIX + "/scales",
                        node.getInput(1));
        builder.node(output, "Mul", asFloats, scale);
    }

    private void useNewBiases() {
        for (int i = 0; i < graph.getInitializerCount(); i++) {
            TensorProto changed = newBiases.get(graph.getInitializer(i).getName());
            if (changed != null) {
                graph.setInitializer(i, changed);
            }
        }
    }

    /** Takes out the matrices that nothing uses any more. */
    private void removeConverted() {
        Set<String> used = new HashSet<>();
        graph.getNodeList().forEach(node -> used.addAll(node.getInputList()));
        List<TensorProto> kept = new ArrayList<>(graph.getInitializerList());
        kept.removeIf(
                tensor -> converted.contains(tensor.getName()) && !used.contains(tensor.getName()));
        graph.clearInitializer().addAllInitializer(kept);
    }

    private String floatOnce(String name, float value) {
        if (constants.add(name)) {
            builder.constant(name, Tensor.of(new float[] {value}));
        }
        return name;
    }

    private String bytesOnce(String name, TensorProto.DataType type, int value) {
        if (constants.add(name)) {
            bytes(name, type, new byte[] {(byte) value});
        }
        return name;
    }

    private void bytes(String name, TensorProto.DataType type, byte[] values, long... shape) {
        TensorProto.Builder tensor =
                TensorProto.newBuilder()
                        .setName(name)
                        .setDataType(type.getNumber())
                        .setRawData(ByteString.copyFrom(values));
        for (long size : shape) {
            tensor.addDims(size);
        }
        graph.addInitializer(tensor);
    }
}
