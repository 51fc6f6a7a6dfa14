package io.labelstream.finetune.quantize;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the products that make the values of attention: what a softmax's weights are multiplied
 * with. Errors in them reach the result undamped (RATIONALE.md has the measurement).
 */
final class AttentionValues {

    private static final Set<String> SHAPING = Set.of("Transpose", "Reshape", "Add", "Unsqueeze");

    private final Set<String> outputs;

    private AttentionValues(Set<String> outputs) {
        this.outputs = outputs;
    }

    static AttentionValues of(SourceGraph source) {
        Set<String> outputs = new HashSet<>();
        for (NodeProto node : source.nodes()) {
            if (node.getOpType().equals("MatMul") && isWeights(source, node.getInput(0))) {
                product(source, node.getInput(1)).ifPresent(outputs::add);
            }
        }
        return new AttentionValues(outputs);
    }

    /** Whether a product's output is such a value. */
    boolean contains(String output) {
        return outputs.contains(output);
    }

    /** Some exporters guard a softmax against rows without tokens. */
    private static boolean isWeights(SourceGraph source, String value) {
        return source.isMadeBy(value, "Softmax")
                || source.producer(value)
                        .filter(node -> node.getOpType().equals("Where"))
                        .filter(where -> source.isMadeBy(where.getInput(2), "Softmax"))
                        .isPresent();
    }

    private static Optional<String> product(SourceGraph source, String value) {
        Optional<NodeProto> node = source.producer(value);
        while (node.isPresent() && SHAPING.contains(node.get().getOpType())) {
            NodeProto shaping = node.get();
            boolean biasFirst =
                    shaping.getOpType().equals("Add")
                            && source.floats(shaping.getInput(0)).isPresent();
            node = source.producer(shaping.getInput(biasFirst ? 1 : 0));
        }
        return node.filter(made -> made.getOpType().equals("MatMul"))
                .filter(made -> source.shape(made.getInput(1)).isPresent())
                .map(made -> made.getOutput(0));
    }
}
