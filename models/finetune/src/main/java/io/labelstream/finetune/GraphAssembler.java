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
        Map<String, Tensor> changed = changedInitializers(encoder, delta);
        ModelProto.Builder model =
                encoder.model().toBuilder().setProducerName("labelstream").clearProducerVersion();
        GraphProto.Builder graph = model.getGraphBuilder();
        for (int i = 0; i < graph.getInitializerCount(); i++) {
            String name = graph.getInitializer(i).getName();
            if (changed.containsKey(name)) {
                graph.setInitializer(i, GraphBuilder.floats(name, changed.get(name)));
            }
        }
        String hidden = encoder.hiddenState();
        graph.clearOutput();
        Head.of(delta.settings().head())
                .append(new GraphBuilder(graph), hidden, headWeights(delta));
        return model.build().toByteArray();
    }

    private static Map<String, Tensor> headWeights(Delta delta) {
        Map<String, Tensor> head = new LinkedHashMap<>(delta.tensors());
        head.keySet().removeIf(name -> !name.startsWith(HEAD));
        return head;
    }

    /** New values of the encoder's weights, by the names that the graph has for them. */
    private static Map<String, Tensor> changedInitializers(EncoderGraph encoder, Delta delta) {
        Map<String, Tensor> changed = new HashMap<>();
        delta.tensors()
                .forEach(
                        (name, tensor) -> {
                            if (name.endsWith(Lora.A)) {
                                String weight = module(name) + WEIGHT;
                                changed.put(
                                        encoder.initializer(weight),
                                        merged(encoder.weight(weight), delta, name));
                            } else if (!name.endsWith(Lora.B) && !name.startsWith(HEAD)) {
                                changed.put(
                                        encoder.initializer(name),
                                        replacing(encoder, name, tensor));
                            }
                        });
        return changed;
    }

    private static Tensor merged(Tensor matrix, Delta delta, String a) {
        String b = module(a) + Lora.B;
        if (!delta.tensors().containsKey(b)) {
            throw new FineTuneException("The delta has %s but no %s.".formatted(a, b));
        }
        return delta.settings()
                .lora()
                .merge(matrix, delta.tensors().get(a), delta.tensors().get(b));
    }

    private static String module(String a) {
        return a.substring(0, a.length() - Lora.A.length());
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
