package io.labelstream.inference;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The names of fusions belong to the version of ONNX Runtime, which says nothing of one that it
 * does not know: what it makes of a graph is looked at.
 */
class SlowFusionsTest {

    /** The operator's name as the file spells it: field 4 of a node, 18 bytes long. */
    private static final String FUSED = "\"\u0012LayerNormalization";

    private static final String FUSED_GELU = "\"\bBiasGelu";

    @TempDir Path folder;

    @Test
    void normAndGeluThatAreSpelledOutStayApart() throws Exception {
        byte[] graph = layer(TinyGraph.FLOAT, 32);

        assertThat(staysInParts(graph)).isTrue();
        assertThat(optimized(graph)).doesNotContain(FUSED, FUSED_GELU).contains("ReduceMean");
    }

    @Test
    void rowsThatBeginAtOddPlacesAreFused() throws Exception {
        byte[] graph = layer(TinyGraph.FLOAT, 24);

        assertThat(staysInParts(graph)).isFalse();
        assertThat(optimized(graph)).contains(FUSED, FUSED_GELU);
    }

    @Test
    void halfFloatsMayBeFused() {
        assertThat(staysInParts(layer(TinyGraph.FLOAT16, 32))).isFalse();
    }

    @Test
    void scaleThatIsNotSeenMayBeOdd() {
        TinyGraph graph = new TinyGraph();
        String rows = graph.input("rows", TinyGraph.FLOAT, "row", "32");
        String scale = graph.op("Identity", graph.vector(TinyGraph.FLOAT, 32));
        String quotient = graph.op("Div", rows, graph.number(2));
        graph.output("out", graph.op("Mul", quotient, scale), TinyGraph.FLOAT, "row", "32");

        assertThat(staysInParts(graph.bytes())).isFalse();
    }

    @Test
    void oneOddNormIsEnough() throws Exception {
        TinyGraph graph = new TinyGraph();
        String narrow = graph.input("narrow", TinyGraph.FLOAT, "row", "24");
        String wide = graph.input("wide", TinyGraph.FLOAT, "row", "32");
        graph.output("a", norm(graph, narrow, TinyGraph.FLOAT, 24), TinyGraph.FLOAT, "row", "24");
        graph.output("b", norm(graph, wide, TinyGraph.FLOAT, 32), TinyGraph.FLOAT, "row", "32");

        assertThat(staysInParts(graph.bytes())).isFalse();
        assertThat(optimized(graph.bytes())).contains(FUSED);
    }

    /** A norm, a bias and GELU. */
    private static byte[] layer(DataType type, int width) {
        TinyGraph graph = new TinyGraph();
        String rows = graph.input("rows", type, "row", Integer.toString(width));
        String norm = norm(graph, rows, type, width);
        String inner = graph.op("Add", norm, graph.vector(type, width));
        String share = graph.op("Div", inner, graph.number(type, (float) Math.sqrt(2)));
        String rising = graph.op("Add", graph.op("Erf", share), graph.number(type, 1));
        String gelu = graph.op("Mul", graph.op("Mul", inner, rising), graph.number(type, 0.5f));
        graph.output("out", gelu, type, "row", Integer.toString(width));
        return graph.bytes();
    }

    /** As PyTorch exports it up to opset 16. */
    private static String norm(TinyGraph graph, String rows, DataType type, int width) {
        String deviation = graph.op("Sub", rows, mean(graph, rows));
        String variance = mean(graph, graph.op("Pow", deviation, graph.number(type, 2)));
        String sum = graph.op("Add", variance, graph.number(type, 1e-3f));
        String quotient = graph.op("Div", deviation, graph.op("Sqrt", sum));
        String scale = graph.vector(type, width);
        String shift = graph.vector(type, width);
        return graph.op("Add", graph.op("Mul", quotient, scale), shift);
    }

    private static String mean(TinyGraph graph, String rows) {
        return graph.reduceMean(rows, -1);
    }

    private static boolean staysInParts(byte[] graph) {
        return OnnxFile.read("tiny", ModelBundle.MODEL_FILE, graph).spellsAlignedNorms();
    }

    /** What ONNX Runtime makes of a graph, as the bytes of a model. */
    private String optimized(byte[] graph) throws OrtException, IOException {
        OnnxFile onnx = OnnxFile.read("tiny", ModelBundle.MODEL_FILE, graph);
        Path file = folder.resolve("optimized.onnx");
        try (OrtSession.SessionOptions options =
                ClassifierSession.sessionOptions(SessionSettings.cpu(), false, onnx)) {
            options.setOptimizedModelFilePath(file.toString());
            OrtEnvironment.getEnvironment().createSession(graph, options).close();
        }
        return Files.readString(file, StandardCharsets.ISO_8859_1);
    }
}
