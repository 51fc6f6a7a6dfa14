package io.labelstream.finetune;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the last hidden state in the graph of an encoder, or of a classifier that holds one. */
final class HiddenState {

    private static final String NAME = "last_hidden_state";
    private static final Pattern LAST_NORM =
            Pattern.compile("(?:bert\\.)?encoder\\.layer\\.(\\d+)\\.output\\.LayerNorm\\.bias");

    private HiddenState() {}

    /**
     * The name of the value, shape {@code [batch, tokens, hidden]}: by name where there is one of
     * the usual name, else what adds the bias of the last layer's LayerNorm.
     *
     * @throws FineTuneException if there is none
     */
    static String of(GraphProto graph) {
        String found = null;
        int last = -1;
        for (NodeProto node : graph.getNodeList()) {
            if (node.getOutputList().contains(NAME)) {
                return NAME;
            }
            for (String input : node.getInputList()) {
                Matcher norm = LAST_NORM.matcher(input);
                if (norm.matches() && Integer.parseInt(norm.group(1)) > last) {
                    last = Integer.parseInt(norm.group(1));
                    found = node.getOutput(0);
                }
            }
        }
        if (found == null) {
            throw new FineTuneException(
                    "The model has no value '%s' and no layer named as in a BERT. Expected a BERT as PyTorch exports it."
                            .formatted(NAME));
        }
        return found;
    }
}
