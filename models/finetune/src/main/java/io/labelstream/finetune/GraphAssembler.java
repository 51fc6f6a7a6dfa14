package io.labelstream.finetune;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Puts encoder and delta together into one ONNX graph: low-rank deltas are merged into the
 * matrices, so they cost nothing at inference, and the head takes the place of the encoder's
 * output. Plain Java arithmetic in a fixed order: the same bytes on every machine, so their sha256
 * can be pinned.
 */
final class GraphAssembler {

    private static final String HEAD = "head.";
    private static final String WEIGHT = ".weight";

    private GraphAssembler() {}

    /**
     * Assembles a model.
     *
     * @return an ONNX file: inputs {@code input_ids, attention_mask, token_type_ids} as the encoder
     *     has them, outputs {@code logits [batch, labels]} and {@code attention [batch, tokens]}
     * @throws FineTuneException if the delta does not belong to the encoder
     */
    static byte[] assemble(EncoderGraph encoder, Delta delta) {
        Map<String, Tensor> changed = new HashMap<>();
        Map<String, Tensor> head = new LinkedHashMap<>();
        Map<String, Tensor> tensors = delta.tensors();
        for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
            String name = entry.getKey();
            if (name.startsWith(HEAD)) {
                head.put(name, entry.getValue());
            } else if (name.endsWith(Lora.A)) {
                String module = name.substring(0, name.length() - Lora.A.length());
                Tensor b = tensors.get(module + Lora.B);
                if (b == null) {
                    throw new FineTuneException(
                            "The delta has %s but no %s%s.".formatted(name, module, Lora.B));
                }
                String weight = module + WEIGHT;
                changed.put(
                        encoder.initializer(weight),
                        delta.settings().lora().merge(encoder.weight(weight), entry.getValue(), b));
            } else if (!name.endsWith(Lora.B)) {
                changed.put(encoder.initializer(name), replacing(encoder, name, entry.getValue()));
            }
        }
        ModelProto.Builder model = encoder.model().toBuilder().setProducerName("labelstream");
        model.clearProducerVersion();
        GraphProto.Builder graph = model.getGraphBuilder();
        for (int i = 0; i < graph.getInitializerCount(); i++) {
            String name = graph.getInitializer(i).getName();
            if (changed.containsKey(name)) {
                graph.setInitializer(i, GraphBuilder.floats(name, changed.get(name)));
            }
        }
        String hidden = graph.getOutput(0).getName();
        graph.clearOutput();
        Head.of(delta.settings().head()).append(new GraphBuilder(graph), hidden, head);
        return model.build().toByteArray();
    }

    private static Tensor replacing(EncoderGraph encoder, String name, Tensor tensor) {
        Tensor replaced = encoder.weight(name);
        if (!tensor.hasShapeOf(replaced)) {
            throw new FineTuneException(
                    "The delta's %s has shape %s, but the encoder's has %s. Was it made for another encoder?"
                            .formatted(name, tensor, replaced));
        }
        return tensor;
    }
}
