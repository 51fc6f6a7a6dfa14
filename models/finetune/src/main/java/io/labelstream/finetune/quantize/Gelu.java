package io.labelstream.finetune.quantize;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.Optional;

/** Finds where a graph computes {@code x * (1 + erf(x / sqrt 2)) / 2}, which is above -0.17. */
final class Gelu {

    private static final float HALF = 0.5f;

    private Gelu() {}

    /** Whether a value is the result of a GELU, as an operator or spelled out by an exporter. */
    static boolean makes(SourceGraph source, String value) {
        if (source.isMadeBy(value, "Gelu")) {
            return true;
        }
        Optional<NodeProto> last = source.producer(value).filter(Gelu::isMul);
        if (last.isEmpty()) {
            return false;
        }
        // (x * (1 + erf)) * 0.5, or x * ((1 + erf) * 0.5), or (x * 0.5) * (1 + erf).
        String first = last.get().getInput(0);
        String second = last.get().getInput(1);
        if (isHalf(source, first) || isHalf(source, second)) {
            String product = isHalf(source, first) ? second : first;
            return source.producer(product)
                    .filter(Gelu::isMul)
                    .filter(mul -> isOf(source, mul.getInput(0), mul.getInput(1)))
                    .isPresent();
        }
        return isHalvedOf(source, first, second) || isHalvedOf(source, second, first);
    }

    private static boolean isHalvedOf(SourceGraph source, String halved, String other) {
        Optional<String> inner =
                source.producer(halved)
                        .filter(Gelu::isMul)
                        .filter(
                                mul ->
                                        isHalf(source, mul.getInput(0))
                                                || isHalf(source, mul.getInput(1)))
                        .map(mul -> mul.getInput(isHalf(source, mul.getInput(0)) ? 1 : 0));
        return inner.filter(value -> isOf(source, value, other)).isPresent();
    }

    /** Whether one of two values is x, and the other 1 + erf(x / sqrt 2). */
    private static boolean isOf(SourceGraph source, String a, String b) {
        return isOnePlusErf(source, a, b) || isOnePlusErf(source, b, a);
    }

    private static boolean isOnePlusErf(SourceGraph source, String sum, String x) {
        Optional<NodeProto> add =
                source.producer(sum).filter(node -> node.getOpType().equals("Add"));
        if (add.isEmpty()) {
            return false;
        }
        boolean erfFirst = source.isMadeBy(add.get().getInput(0), "Erf");
        String erf = add.get().getInput(erfFirst ? 0 : 1);
        return source.isNumber(add.get().getInput(erfFirst ? 1 : 0), 1)
                && source.producer(erf)
                        .filter(node -> node.getOpType().equals("Erf"))
                        .flatMap(node -> source.producer(node.getInput(0)))
                        .filter(
                                node ->
                                        node.getOpType().equals("Div")
                                                && source.isNumber(node.getInput(1), Math.sqrt(2)))
                        .filter(node -> node.getInput(0).equals(x))
                        .isPresent();
    }

    private static boolean isMul(NodeProto node) {
        return node.getOpType().equals("Mul");
    }

    private static boolean isHalf(SourceGraph source, String value) {
        return source.isNumber(value, HALF);
    }
}
