package io.labelstream.finetune.quantize;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The LayerNorms that an exporter spelled out, spelled so that ONNX Runtime does not fuse them: its
 * fused operator takes more than twice as long as the parts do on the CPU. {@code d^2} becomes
 * {@code d * d} and {@code d / s} becomes {@code d * (1 / s)}; the sums are the same.
 */
final class SpelledNorms {

    /**
     * The library sums a row by 16 floats from the first aligned one on. Rows of another width
     * would begin at different places, and a sum would depend on the row's place in the batch.
     */
    private static final int ALIGNED_WIDTH = 16;

    private final Set<String> squares = new HashSet<>();
    private final Set<String> quotients = new HashSet<>();

    private SpelledNorms(SourceGraph source) {
        for (NodeProto node : source.nodes()) {
            if (node.getOpType().equals("Div") && hasAlignedWidth(source, node.getOutput(0))) {
                square(source, node)
                        .ifPresent(
                                square -> {
                                    squares.add(square);
                                    quotients.add(node.getOutput(0));
                                });
            }
        }
    }

    static SpelledNorms of(SourceGraph source) {
        return new SpelledNorms(source);
    }

    int count() {
        return quotients.size();
    }

    /** The nodes that take a node's place: mostly itself. */
    List<NodeProto> replacing(NodeProto node) {
        String output = node.getOutputCount() == 0 ? "" : node.getOutput(0);
        if (squares.contains(output)) {
            return List.of(node.toBuilder().setOpType("Mul").setInput(1, node.getInput(0)).build());
        }
        if (quotients.contains(output)) {
            String inverse = output + "/inverse";
            return List.of(
                    NodeProto.newBuilder()
                            .setName(inverse)
                            .setOpType("Reciprocal")
                            .addInput(node.getInput(1))
                            .addOutput(inverse)
                            .build(),
                    node.toBuilder().setOpType("Mul").setInput(1, inverse).build());
        }
        return List.of(node);
    }

    /** The square in {@code d / sqrt(mean(d^2) + epsilon)}, where d is x less its mean. */
    private static Optional<String> square(SourceGraph source, NodeProto quotient) {
        String deviation = quotient.getInput(0);
        return made(source, quotient.getInput(1), "Sqrt")
                .flatMap(root -> made(source, root.getInput(0), "Add"))
                .flatMap(
                        sum ->
                                made(source, sum.getInput(0), "ReduceMean")
                                        .or(() -> made(source, sum.getInput(1), "ReduceMean")))
                .flatMap(mean -> made(source, mean.getInput(0), "Pow"))
                .filter(square -> square.getInput(0).equals(deviation))
                .filter(square -> source.isNumber(square.getInput(1), 2))
                .filter(
                        square ->
                                made(source, deviation, "Sub")
                                        .filter(
                                                sub ->
                                                        source.isMadeBy(
                                                                sub.getInput(1), "ReduceMean"))
                                        .isPresent())
                .map(square -> square.getOutput(0));
    }

    private static Optional<NodeProto> made(SourceGraph source, String value, String operator) {
        return source.producer(value).filter(node -> node.getOpType().equals(operator));
    }

    /** Width, as the weight says that the quotient is multiplied with. */
    private static boolean hasAlignedWidth(SourceGraph source, String quotient) {
        return source.nodes().stream()
                .filter(node -> node.getOpType().equals("Mul"))
                .filter(node -> node.getInputList().contains(quotient))
                .map(node -> node.getInput(node.getInput(0).equals(quotient) ? 1 : 0))
                .flatMap(weight -> source.shape(weight).stream())
                .anyMatch(shape -> shape.size() == 1 && shape.get(0) % ALIGNED_WIDTH == 0);
    }
}
