package io.labelstream.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.labelstream.inference.EncodedText;
import io.labelstream.inference.ModelBundle;
import io.labelstream.inference.ModelOutput;
import io.labelstream.inference.SessionSettings;
import io.labelstream.inference.TextClassifier;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GraphAssemblerTest {

    private static final List<String> TEXTS =
            List.of(
                    "Warm, funny and true.",
                    "bad",
                    "",
                    "It ends, at last, after three long hours.");

    private final EncoderGraph graph = EncoderGraph.of(PretrainedEncoder.MINILM_L6);

    @Test
    void givesTheSameBytesEveryTime() {
        String first = Sha256.of(GraphAssembler.assemble(graph, Deltas.random(graph)));
        String second =
                Sha256.of(
                        GraphAssembler.assemble(
                                EncoderGraph.of(PretrainedEncoder.MINILM_L6),
                                Deltas.random(graph)));

        assertThat(second).isEqualTo(first);
    }

    @ParameterizedTest
    @CsvSource({
        "minilm-l6, attention",
        "minilm-l6, cls",
        "minilm-l6, mean",
        "minilm-l6, pair-attention",
        "bge-small-en, attention",
        "bge-small-zh, attention"
    })
    void answersAsTheTrainedModelDoesAndTheSameAlone(
            String encoder, String headName, @TempDir Path folder) throws Exception {
        EncoderGraph graph = EncoderGraph.of(Encoder.of(encoder));
        Head head = Head.of(headName);
        Delta delta = Deltas.random(graph, head);
        BundleWriter.write(folder, graph, delta);
        ModelBundle bundle = ModelBundle.load(folder);

        assertThat(bundle.name()).isEqualTo("random");
        assertThat(bundle.version()).isEqualTo("1");
        assertThat(bundle.labels()).containsExactly("bad", "fair", "good");
        assertThat(bundle.maxTokens()).isEqualTo(64);
        try (TextClassifier classifier = TextClassifier.open(bundle, SessionSettings.cpu());
                NDManager manager = PyTorch.newManager()) {
            List<EncodedText> texts =
                    Stream.concat(
                                    TEXTS.stream().map(text -> encode(classifier, text, "")),
                                    TEXTS.stream().map(text -> encode(classifier, "a pair", text)))
                            .toList();
            List<ModelOutput> outputs = classifier.session().run(texts, true);
            BertClassifier trained =
                    new BertClassifier(manager, graph, head, Deltas.LORA, delta.tensors());
            TokenBatch batch = TokenBatch.of(texts);
            try (NDManager step = manager.newSubManager()) {
                NDList expected = trained.forward(step, batch, 0);
                float[] logits = expected.get(0).toFloatArray();
                float[] attention =
                        expected.size() < 2 ? new float[0] : expected.get(1).toFloatArray();
                assertThat(classifier.session().hasAttention()).isEqualTo(expected.size() == 2);
                for (int row = 0; row < texts.size(); row++) {
                    assertClose(outputs.get(row).logits(), logits, row * 3);
                    assertClose(outputs.get(row).attention(), attention, row * batch.tokens());
                    ModelOutput alone =
                            classifier.session().run(texts.subList(row, row + 1), true).get(0);
                    assertThat(alone.logits()).containsExactly(outputs.get(row).logits());
                    assertThat(alone.attention()).containsExactly(outputs.get(row).attention());
                }
            }
        }
    }

    @Test
    void refusesAModelThatIsNotThePinnedOne(@TempDir Path folder) {
        Delta delta = Deltas.random(graph);
        Delta pinned =
                new Delta(
                        delta.settings().withFiles(Map.of(ModelBundle.MODEL_FILE, "0".repeat(64))),
                        delta.tensors());

        assertThatThrownBy(() -> BundleWriter.write(folder, graph, pinned))
                .isInstanceOf(FineTuneException.class)
                .hasMessageContaining("Delta random: the assembled model.onnx has sha256")
                .hasMessageContaining("pins 0000");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void refusesADeltaOfAnotherEncoder() {
        Delta delta = Deltas.random(graph);
        Map<String, Tensor> tensors = new LinkedHashMap<>(delta.tensors());
        tensors.put("encoder.layer.6.output.dense.bias", Tensor.zeros(384));

        assertThatThrownBy(
                        () -> GraphAssembler.assemble(graph, new Delta(delta.settings(), tensors)))
                .isInstanceOf(FineTuneException.class)
                .hasMessageContaining("has no weight 'encoder.layer.6.output.dense.bias'");
    }

    @Test
    void refusesADeltaOfAnotherWidth() {
        Delta delta = Deltas.random(graph);
        Map<String, Tensor> tensors = new LinkedHashMap<>(delta.tensors());
        tensors.put("encoder.layer.0.output.dense.bias", Tensor.zeros(512));

        assertThatThrownBy(
                        () -> GraphAssembler.assemble(graph, new Delta(delta.settings(), tensors)))
                .isInstanceOf(FineTuneException.class)
                .hasMessageContaining("Tensor[512]")
                .hasMessageContaining("Tensor[384]");
    }

    private static EncodedText encode(TextClassifier classifier, String text, String pair) {
        return classifier.tokenizer().encode(text, pair);
    }

    private static void assertClose(float[] found, float[] expected, int from) {
        for (int i = 0; i < found.length; i++) {
            assertThat(Math.abs(found[i] - expected[from + i])).isLessThan(1e-3f);
        }
    }
}
