package io.labelstream.finetune.evaluate;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.labelstream.finetune.FineTuneException;
import io.labelstream.finetune.FloatTensor;
import io.labelstream.inference.ModelBundle;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * The table of word piece embeddings in a bundle's model: what its {@code Gather} of {@code
 * input_ids} takes rows from.
 */
final class WordEmbeddings {

    private static final String IDS = "input_ids";

    private final int size;
    private final float[] values;

    private WordEmbeddings(int size, float[] values) {
        this.size = size;
        this.values = values;
    }

    /**
     * Reads a bundle's table.
     *
     * @throws FineTuneException if there is none in 32-bit floats
     */
    static WordEmbeddings of(ModelBundle bundle) {
        GraphProto graph = graph(bundle);
        TensorProto table =
                table(graph)
                        .orElseThrow(
                                () ->
                                        new FineTuneException(
                                                "Model %s: no table of word embeddings in 32-bit floats was found in %s. Leave %s out of --baselines, or evaluate the model before it was quantized."
                                                        .formatted(
                                                                bundle.name(),
                                                                bundle.modelFile(),
                                                                EmbeddingsBaseline.KEY)));
        return new WordEmbeddings(
                Math.toIntExact(table.getDims(1)), FloatTensor.of(table).values());
    }

    private static GraphProto graph(ModelBundle bundle) {
        try (InputStream in =
                new BufferedInputStream(
                        Files.newInputStream(bundle.folder().resolve(bundle.modelFile())))) {
            return ModelProto.parseFrom(in).getGraph();
        } catch (IOException e) {
            throw new FineTuneException(
                    "Model %s: %s cannot be read: %s"
                            .formatted(bundle.name(), bundle.modelFile(), e.getMessage()),
                    e);
        }
    }

    private static Optional<TensorProto> table(GraphProto graph) {
        Set<String> ids = new HashSet<>(Set.of(IDS));
        for (NodeProto node : graph.getNodeList()) {
            if (node.getOpType().equals("Cast") && ids.contains(node.getInput(0))) {
                ids.add(node.getOutput(0));
            }
            if (node.getOpType().equals("Gather") && ids.contains(node.getInput(1))) {
                return graph.getInitializerList().stream()
                        .filter(tensor -> tensor.getName().equals(node.getInput(0)))
                        .filter(WordEmbeddings::isTable)
                        .findFirst();
            }
        }
        return Optional.empty();
    }

    private static boolean isTable(TensorProto tensor) {
        return tensor.getDataType() == TensorProto.DataType.FLOAT.getNumber()
                && tensor.getDimsCount() == 2
                && FloatTensor.values(tensor) == tensor.getDims(0) * tensor.getDims(1);
    }

    /** Values of an embedding. */
    int size() {
        return size;
    }

    /**
     * Adds an embedding.
     *
     * @param sum shape {@code [size]}
     * @param id of a token
     */
    void addTo(double[] sum, int id) {
        for (int i = 0; i < size; i++) {
            sum[i] += values[id * size + i];
        }
    }
}
