package io.labelstream.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import io.labelstream.inference.EncodedText;
import io.labelstream.inference.TextTokenizer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BertEncoderTest {

    private static final List<String> TEXTS =
            List.of(
                    "A quiet film that stays with you for days.",
                    "no",
                    "",
                    "Two hours of explosions, and not one of them as loud as the script is empty; I left early.",
                    "Caf\u00e9 na\u00efve \u4e2d\u6587 \uD83D\uDE00 don't re-enter");

    private final EncoderGraph graph = EncoderGraph.of(PretrainedEncoder.MINILM_L6);

    @Test
    void computesWhatTheOnnxGraphComputes() throws Exception {
        TokenBatch batch = batch();
        float[] expected = onnxHiddenState(batch);
        float[] found;
        try (NDManager manager = PyTorch.newManager()) {
            BertEncoder encoder = new BertEncoder(manager, graph);
            try (NDManager step = manager.newSubManager()) {
                Weights weights = new Weights(Map.of(), encoder.frozen(), 1);
                found = encoder.forward(step, batch, weights, 0).toFloatArray();
            }
        }

        assertThat(found).hasSameSizeAs(expected);
        for (int cell = 0; cell < batch.ids().length; cell++) {
            if (batch.paddingBias()[cell] == 0) {
                for (int i = cell * graph.hidden(); i < (cell + 1) * graph.hidden(); i++) {
                    assertThat(Math.abs(found[i] - expected[i])).isLessThan(1e-4f);
                }
            }
        }
    }

    @Test
    void readsTheShapeOfTheEncoderFromItsGraph() {
        assertThat(graph.layers()).isEqualTo(6);
        assertThat(graph.hidden()).isEqualTo(384);
        assertThat(graph.intermediate()).isEqualTo(1536);
        assertThat(graph.vocabulary()).isEqualTo(30522);
        assertThat(graph.positions()).isEqualTo(512);
        assertThat(graph.types()).isEqualTo(2);
    }

    private TokenBatch batch() {
        try (TextTokenizer tokenizer = EncoderTokenizer.open(graph, 64)) {
            List<EncodedText> texts =
                    TEXTS.stream().map(text -> tokenizer.encode(text, "")).toList();
            return TokenBatch.of(texts);
        }
    }

    private static float[] onnxHiddenState(TokenBatch batch) throws Exception {
        long[] shape = {batch.rows(), batch.tokens()};
        long[] mask = new long[batch.ids().length];
        for (int i = 0; i < mask.length; i++) {
            mask[i] = batch.paddingBias()[i] == 0 ? 1 : 0;
        }
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession session =
                        environment.createSession(PretrainedEncoder.MINILM_L6.modelBytes());
                OnnxTensor ids =
                        OnnxTensor.createTensor(environment, LongBuffer.wrap(batch.ids()), shape);
                OnnxTensor masks =
                        OnnxTensor.createTensor(environment, LongBuffer.wrap(mask), shape);
                OnnxTensor types =
                        OnnxTensor.createTensor(
                                environment, LongBuffer.wrap(batch.types()), shape);
                OrtSession.Result result =
                        session.run(
                                Map.of(
                                        "input_ids", ids,
                                        "attention_mask", masks,
                                        "token_type_ids", types))) {
            FloatBuffer values = ((OnnxTensor) result.get(0)).getFloatBuffer();
            float[] hidden = new float[values.remaining()];
            values.get(hidden);
            return hidden;
        }
    }
}
