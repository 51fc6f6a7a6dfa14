package io.labelstream.finetune.quantize;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import io.labelstream.finetune.GraphBuilder;
import io.labelstream.finetune.Tensor;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;

/** Graphs of a few nodes: a float input {@code x [rows, width]}, an output {@code y}. */
final class TinyGraph {

    static final int WIDTH = 256;

    private TinyGraph() {}

    static ModelProto of(Consumer<GraphBuilder> nodes) {
        GraphProto.Builder graph = GraphProto.newBuilder().setName("tiny").addInput(input());
        GraphBuilder builder = new GraphBuilder(graph);
        nodes.accept(builder);
        builder.output("y", "rows", Integer.toString(WIDTH));
        return ModelProto.newBuilder()
                .setIrVersion(6)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(11))
                .setGraph(graph)
                .build();
    }

    static SourceGraph read(ModelProto model) {
        return SourceGraph.read("tiny", model.toByteArray());
    }

    static Tensor random(long seed, double size, long... shape) {
        Random random = new Random(seed);
        Tensor tensor = Tensor.zeros(shape);
        for (int i = 0; i < tensor.values().length; i++) {
            tensor.values()[i] = (float) (size * random.nextGaussian());
        }
        return tensor;
    }

    static float[][] run(ModelProto model, Tensor x) throws Exception {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions();
                OrtSession session = environment.createSession(model.toByteArray(), options);
                OnnxTensor input =
                        OnnxTensor.createTensor(
                                environment, FloatBuffer.wrap(x.values()), x.shape());
                OrtSession.Result result = session.run(Map.of("x", input))) {
            return (float[][]) result.get(0).getValue();
        }
    }

    private static ValueInfoProto input() {
        return ValueInfoProto.newBuilder()
                .setName("x")
                .setType(
                        TypeProto.newBuilder()
                                .setTensorType(
                                        TypeProto.Tensor.newBuilder()
                                                .setElemType(TensorProto.DataType.FLOAT_VALUE)
                                                .setShape(
                                                        TensorShapeProto.newBuilder()
                                                                .addDim(
                                                                        TensorShapeProto.Dimension
                                                                                .newBuilder()
                                                                                .setDimParam(
                                                                                        "rows"))
                                                                .addDim(
                                                                        TensorShapeProto.Dimension
                                                                                .newBuilder()
                                                                                .setDimValue(
                                                                                        WIDTH)))))
                .build();
    }
}
