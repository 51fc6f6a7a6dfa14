package io.labelstream.finetune.quantize;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import io.labelstream.finetune.FloatTensor;
import io.labelstream.finetune.GraphBuilder;
import io.labelstream.finetune.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Rewrites a model to 16-bit floats, for GPUs. Inputs and outputs keep their types. In 32 bits stay
 * what 16 cannot hold: the statistics of LayerNorms (squares, means and roots of small numbers),
 * and masks with constants beyond 65,504 together with what they are added to, up to the softmax.
 */
final class HalfModel {

    /** Operators whose result is no float, whatever their inputs. */
    private static final Set<String> NO_FLOATS =
            Set.of(
                    "Shape",
                    "Size",
                    "Equal",
                    "Greater",
                    "GreaterOrEqual",
                    "Less",
                    "LessOrEqual",
                    "And",
                    "Or",
                    "Not",
                    "IsNaN",
                    "IsInf",
                    "ArgMax",
                    "ArgMin",
                    "NonZero");

    private static final Set<String> STATISTICS =
            Set.of(
                    "ReduceMean",
                    "ReduceSum",
                    "ReduceSumSquare",
                    "ReduceL2",
                    "Pow",
                    "Sqrt",
                    "Reciprocal",
                    "LayerNormalization",
                    "CumSum");

    /** Operators through which a value stays one that 16 bits may not hold. */
    private static final Set<String> KEEPING =
            Set.of(
                    "Add",
                    "Sub",
                    "Mul",
                    "Where",
                    "Expand",
                    "Unsqueeze",
                    "Squeeze",
                    "Reshape",
                    "Slice",
                    "Concat",
                    "Transpose",
                    "Identity",
                    "Max",
                    "Min");

    private static final float LARGEST = 65504;
    private static final int FLOAT = TensorProto.DataType.FLOAT_VALUE;
    private static final int HALF = TensorProto.DataType.FLOAT16_VALUE;

    private final SourceGraph source;
    private final GraphProto.Builder graph;
    private final GraphBuilder builder;

    /** Type of each float value that a node makes, FLOAT or HALF. */
    private final Map<String, Integer> made = new HashMap<>();

    private final Set<String> constants = new HashSet<>();
    private final Set<String> wide = new HashSet<>();
    private final Set<String> outputs = new HashSet<>();
    private final Set<String> present = new HashSet<>();
    private int inFloats;
    private int inHalves;

    private HalfModel(SourceGraph source) {
        this.source = source;
        this.graph = source.model().getGraph().toBuilder().clearNode().clearInitializer();
        // Their types are no longer true.
        this.graph.clearValueInfo();
        this.builder = new GraphBuilder(graph);
        source.model().getGraph().getOutputList().forEach(output -> outputs.add(output.getName()));
    }

    /** Rewrites a model. */
    static Converted of(SourceGraph source) {
        return new HalfModel(source).converted();
    }

    private Converted converted() {
        for (TensorProto tensor : source.model().getGraph().getInitializerList()) {
            constant(tensor.getName(), tensor);
        }
        for (ValueInfoProto input : source.model().getGraph().getInputList()) {
            if (input.getType().getTensorType().getElemType() == FLOAT) {
                made.put(input.getName(), FLOAT);
            }
        }
        for (NodeProto node : source.nodes()) {
            if (node.getOpType().equals("Constant")
                    && source.shape(node.getOutput(0)).isPresent()) {
                constant(node.getOutput(0), node.getAttribute(0).getT());
            } else {
                convert(node);
            }
        }
        return new Converted(
                source.model().toBuilder().setGraph(graph).build(),
                "%d operators in fp16; in fp32 stay %d of LayerNorms and masks"
                        .formatted(inHalves, inFloats));
    }

    private void constant(String name, TensorProto tensor) {
        if (!SourceGraph.isFloat(tensor)) {
            graph.addInitializer(tensor.toBuilder().setName(name));
            return;
        }
        constants.add(name);
        for (float value : FloatTensor.of(tensor).values()) {
            if (Math.abs(value) > LARGEST) {
                wide.add(name);
            }
        }
    }

    private void convert(NodeProto node) {
        boolean hasFloats = node.getInputList().stream().anyMatch(this::isFloat);
        boolean makesFloats =
                switch (node.getOpType()) {
                    case "Cast" -> to(node) == FLOAT;
                    case "ConstantOfShape" -> makesFloats(node);
                    default -> hasFloats && !NO_FLOATS.contains(node.getOpType());
                };
        boolean isWide = node.getInputList().stream().anyMatch(wide::contains);
        boolean single = isWide || isStatistic(node) || wantsWideInput(node);
        int type = single ? FLOAT : HALF;
        NodeProto.Builder changed = node.toBuilder();
        for (int i = 0; i < node.getInputCount(); i++) {
            if (isFloat(node.getInput(i))) {
                changed.setInput(i, as(node.getInput(i), type));
            }
        }
        if (!makesFloats) {
            graph.addNode(changed);
            return;
        }
        inFloats += single ? 1 : 0;
        inHalves += single ? 0 : 1;
        if (node.getOpType().equals("Cast")) {
            changed.clearAttribute().addAttribute(GraphBuilder.attribute("to", type));
        } else if (node.getOpType().equals("ConstantOfShape")) {
            // Rare, and small: made in 32 bits and cast where it is used.
            type = FLOAT;
        }
        for (int i = 0; i < node.getOutputCount(); i++) {
            String output = node.getOutput(i);
            if (isWide && KEEPING.contains(node.getOpType())) {
                wide.add(output);
            }
            if (outputs.contains(output) && type == HALF) {
                String half = output + "/half";
                changed.setOutput(i, half).setName(half);
                made.put(half, HALF);
                graph.addNode(changed);
                cast(half, output, FLOAT);
                made.put(output, FLOAT);
                return;
            }
            made.put(output, type);
        }
        graph.addNode(changed);
    }

    private boolean isFloat(String value) {
        return constants.contains(value) || made.containsKey(value);
    }

    /** Whether a node belongs to the statistics of a LayerNorm. */
    private boolean isStatistic(NodeProto node) {
        if (STATISTICS.contains(node.getOpType())) {
            return true;
        }
        return Set.of("Sub", "Add", "Div", "Mul").contains(node.getOpType())
                && node.getInputList().stream()
                        .anyMatch(
                                input ->
                                        source.isMadeBy(input, "ReduceMean")
                                                || source.isMadeBy(input, "Sqrt"));
    }

    /** A mask's float is made where it is multiplied with a constant beyond 16 bits. */
    private boolean wantsWideInput(NodeProto node) {
        return node.getOpType().equals("Cast")
                && to(node) == FLOAT
                && node.getInputList().stream().noneMatch(this::isFloat);
    }

    private static int to(NodeProto cast) {
        return (int)
                cast.getAttributeList().stream()
                        .filter(attribute -> attribute.getName().equals("to"))
                        .mapToLong(AttributeProto::getI)
                        .findFirst()
                        .orElse(0);
    }

    private static boolean makesFloats(NodeProto constantOfShape) {
        return constantOfShape.getAttributeCount() == 0
                || SourceGraph.isFloat(constantOfShape.getAttribute(0).getT());
    }

    /** The name of a float value in a type; a constant or a cast is added where it needs one. */
    private String as(String value, int type) {
        String name = value + (type == HALF ? "/as_half" : "/as_float");
        if (constants.contains(value)) {
            if (present.add(name)) {
                Tensor tensor = source.floats(value).orElseThrow();
                graph.addInitializer(
                        type == FLOAT ? GraphBuilder.floats(name, tensor) : halves(name, tensor));
            }
            return name;
        }
        if (made.get(value) == type) {
            return value;
        }
        if (present.add(name)) {
            cast(value, name, type);
        }
        return name;
    }

    private void cast(String value, String name, int type) {
        builder.node(name, "Cast", List.of(value), GraphBuilder.attribute("to", type));
    }

    private static TensorProto halves(String name, Tensor tensor) {
        ByteBuffer bytes =
                ByteBuffer.allocate(tensor.values().length * Short.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN);
        for (float value : tensor.values()) {
            bytes.putShort(Half.of(value));
        }
        TensorProto.Builder proto =
                TensorProto.newBuilder()
                        .setName(name)
                        .setDataType(HALF)
                        .setRawData(ByteString.copyFrom(bytes.flip()));
        for (long size : tensor.shape()) {
            proto.addDims(size);
        }
        return proto.build();
    }
}
