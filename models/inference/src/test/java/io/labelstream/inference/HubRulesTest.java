package io.labelstream.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What Hugging Face's libraries read out of a folder, rule by rule. Expected scores follow by hand
 * from {@link SumBundle}'s rule: {@code good} has the logits 1.3, -2.6, 3.9.
 */
class HubRulesTest {

    private static final Offset<Double> CLOSE = within(1e-4);

    @TempDir Path folder;
    private SumBundle files;

    @BeforeEach
    void start() {
        files = new SumBundle(folder);
    }

    @Test
    void takesTheFileThatOptimumTakes() throws IOException {
        files.modelFile = "onnx/model_fp16.onnx";
        assertThat(files.load().modelFile()).isEqualTo("onnx/model_fp16.onnx");
        files.modelFile = "onnx/model.onnx";
        assertThat(files.load().modelFile()).isEqualTo("onnx/model.onnx");
        files.modelFile = "model.onnx";
        assertThat(files.load().modelFile()).isEqualTo("model.onnx");

        assertThat(ModelBundle.load(folder, "model_fp16.onnx").modelFile())
                .isEqualTo("onnx/model_fp16.onnx");
        assertThat(ModelBundle.load(folder, "onnx/model.onnx").modelFile())
                .isEqualTo("onnx/model.onnx");
    }

    @Test
    void modelInTheOnnxFolderRuns() throws InferenceException {
        files.modelFile = "onnx/model.onnx";
        assertThat(files.load().fileDigests())
                .containsOnlyKeys("onnx/model.onnx", "tokenizer.json", "config.json");
        assertThat(logits("good", "")[0]).isEqualTo(1.3f, within(1e-5f));
    }

    @Test
    void asksWhichOfSeveralModels() {
        files.modelFile = "onnx/model_int8.onnx";
        files.write();
        files.modelFile = "model_optimized.onnx";
        files.write();

        refuses(
                "has no model.onnx, but 2 other models: model_optimized.onnx, onnx/model_int8.onnx");
        assertThatThrownBy(() -> ModelBundle.load(folder, "model_q4.onnx"))
                .isInstanceOf(BundleException.class)
                .hasMessageContaining("no model file model_q4.onnx")
                .hasMessageContaining("onnx/model_int8.onnx");
        refuses("model.file in a job's settings, --model-file on the command line");
        for (String file : List.of("../model_int8.onnx", "a\0b")) {
            assertThatThrownBy(() -> ModelBundle.load(folder, file))
                    .isInstanceOf(BundleException.class);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "INT64, FLOAT, 1e-6",
        "INT32, FLOAT, 1e-6",
        "INT64, FLOAT16, 2e-3",
        "INT32, BFLOAT16, 4e-2"
    })
    void readsIdsAndGivesScoresInThePrecisionOfTheGraph(
            DataType ids, DataType scores, float tolerance) throws InferenceException {
        files.idType = ids;
        files.scoreType = scores;
        ModelBundle bundle = files.load();
        try (TextClassifier classifier = TextClassifier.open(bundle, SessionSettings.cpu())) {
            List<ModelOutput> outputs =
                    classifier.run(
                            List.of(
                                    classifier.tokenizer().encode("good", ""),
                                    classifier.tokenizer().encode("a bad film", "")),
                            false);

            assertThat(outputs.get(0).logits())
                    .containsExactly(new float[] {1.3f, -2.6f, 3.9f}, within(tolerance));
            // 2 4 6 7 3: 3 + 5 + 7 + 8 + 4 tenths.
            assertThat(outputs.get(1).logits())
                    .containsExactly(new float[] {2.7f, -5.4f, 8.1f}, within(tolerance));
        }
    }

    @Test
    void scoresBySoftmaxUnlessTold() throws InferenceException {
        double sum = Math.exp(1.3) + Math.exp(-2.6) + Math.exp(3.9);

        Classification answer = classify("good", 0);

        assertThat(answer.labels()).hasSize(1);
        assertThat(answer.best().label()).isEqualTo("two");
        assertThat((double) answer.best().score()).isEqualTo(Math.exp(3.9) / sum, CLOSE);
        assertThat(classify("good", 3).labels())
                .extracting(ScoredLabel::label)
                .containsExactly("two", "zero", "one");
    }

    @Test
    void multiLabelModelJudgesEachLabelForItself() throws InferenceException {
        configure("\"problem_type\": \"multi_label_classification\"");

        Classification answer = classify("good", 0);

        assertThat(answer.labels()).extracting(ScoredLabel::label).containsExactly("two", "zero");
        assertThat((double) answer.labels().get(1).score())
                .isEqualTo(1 / (1 + Math.exp(-1.3)), CLOSE);
        assertThat(classify("good", 3).labels()).hasSize(3);
    }

    @Test
    void singleLogitIsASigmoidEvenForASingleLabelProblem() throws InferenceException {
        files.labels = 1;
        files.config =
                """
                {"id2label": {"0": "spam"}, "problem_type": "single_label_classification"}""";

        assertThat((double) classify("good", 0).best().score())
                .isEqualTo(1 / (1 + Math.exp(-1.3)), CLOSE);
    }

    @Test
    void regressionGivesTheLogit() throws InferenceException {
        files.labels = 1;
        files.config =
                """
                {"num_labels": 1, "problem_type": "regression"}""";

        Classification answer = classify("good", 0);

        assertThat(answer.best().label()).isEqualTo("LABEL_0");
        assertThat((double) answer.best().score()).isEqualTo(1.3, CLOSE);
        assertThat(answer.outOfScope()).isFalse();
    }

    @Test
    void settingsThatThePipelineNeverAsksForChangeNothing() throws InferenceException {
        double before = classify("good", 0).best().score();
        configure("\"function_to_apply\": \"sigmoid\", \"return_all_scores\": false");

        assertThat(classify("good", 0).labels()).hasSize(1);
        assertThat((double) classify("good", 0).best().score()).isEqualTo(before);
    }

    @Test
    void oldConfigurationAsksForAllScoresInTheOrderOfIds() throws InferenceException {
        configure("\"return_all_scores\": true");

        Classification answer = classify("good", 0);

        assertThat(answer.best().label()).isEqualTo("two");
        assertThat(answer.labels())
                .extracting(ScoredLabel::label)
                .containsExactly("zero", "one", "two");
        assertThat(answer.labels().get(2)).isEqualTo(answer.best());
        assertThat(classify("good", 2).labels())
                .extracting(ScoredLabel::label)
                .containsExactly("two", "zero");
        // Which labels apply is another question.
        assertThat(Classification.of(files.load(), logits("good", ""), 0).labels())
                .containsExactly(answer.best());
    }

    @Test
    void multiLabelModelMayGiveAllScoresToo() throws InferenceException {
        configure("\"problem_type\": \"multi_label_classification\", \"return_all_scores\": true");

        assertThat(classify("good", 0).labels())
                .extracting(ScoredLabel::label)
                .containsExactly("zero", "one", "two");
    }

    @Test
    void anotherOutputThatIsCalledAttentionIsNotRead() throws InferenceException {
        // As wide as there are labels, and so as the longer of the texts of the first run.
        files.otherAttention = true;
        try (TextClassifier classifier = TextClassifier.open(files.load(), SessionSettings.cpu())) {
            assertThat(classifier.session().hasAttention()).isFalse();
        }
        assertThat(logits("good", "")[0]).isEqualTo(1.3f, within(1e-5f));
    }

    @Test
    void labelsWithoutNamesAreCountedByConfigurationElseByTheGraph() {
        files.config = "{\"num_labels\": 3}";
        assertThat(files.load().labels()).containsExactly("LABEL_0", "LABEL_1", "LABEL_2");
        files.config = "{\"id2label\": null}";
        files.scoreShape = new String[] {"batch", "3"};
        assertThat(files.load().labels()).containsExactly("LABEL_0", "LABEL_1", "LABEL_2");
        files.scoreShape = new String[] {"batch", "labels"};
        assertThat(files.load().labels()).containsExactly("LABEL_0", "LABEL_1");
    }

    @Test
    void idsOfLabelsAreNumbersHoweverWritten() {
        files.config =
                """
                {"id2label": {" 2": "c", "00": "a", "1": 7}}""";
        assertThat(files.load().labels()).containsExactly("a", "7", "c");
    }

    @ParameterizedTest
    @CsvSource({
        // model_max_length, max_position_embeddings, tokens
        "1000000000000000019884624838656, 64, 64",
        "1e30, 8192, 512",
        "9223372036854775807, 1024, 512",
        "2147483648, 64, 64",
        "null, 8192, 512",
        "8192, 8192, 8192",
        "48, 64, 48",
        "512, 64, 64",
        "4096, null, 4096",
        "1e30, null, 512"
    })
    void longestTextIsWhatTokenizerAndPositionsAllow(
            String ofTokenizer, String positions, int tokens) {
        files.tokenizerConfig = "{\"model_max_length\": %s}".formatted(ofTokenizer);
        files.config = "{\"max_position_embeddings\": %s, \"num_labels\": 3}".formatted(positions);
        assertThat(files.load().maxTokens()).isEqualTo(tokens);
    }

    @Test
    void ourOwnFileLimitsTextsWithinThePositions() {
        files.tokenizerConfig = "{\"model_max_length\": 20}";
        files.ours = "{\"max_length\": 40}";
        assertThat(files.load().maxTokens()).isEqualTo(40);
    }

    @ParameterizedTest
    @ValueSource(strings = {"roberta", "xlm-roberta", "camembert", "longformer", "mpnet"})
    void positionsBehindThePaddingIdAreFewer(String family) {
        files.config =
                """
                {"model_type": "%s", "max_position_embeddings": 64, "num_labels": 3}"""
                        .formatted(family);
        assertThat(files.load().maxTokens()).isEqualTo(62);
        assertThat(files.load().padId()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bert", "deberta", "deberta-v2", "distilbert", "electra", "modernbert"})
    void otherPositionsAreTakenAsTheyAre(String family) {
        files.config =
                """
                {"model_type": "%s", "max_position_embeddings": 64, "num_labels": 3}"""
                        .formatted(family);
        assertThat(files.load().maxTokens()).isEqualTo(64);
        assertThat(files.load().padId()).isZero();
    }

    @Test
    void tokenizersOwnTruncationAndPaddingAreOverruled() {
        files.tokenizer =
                files.tokenizer
                        .replace(
                                "\"truncation\": null",
                                "\"truncation\": {\"max_length\": 4, \"strategy\": \"OnlyFirst\", \"stride\": 2, \"direction\": \"Right\"}")
                        .replace(
                                "\"padding\": null",
                                "\"padding\": {\"strategy\": {\"Fixed\": 128}, \"direction\": \"Left\", \"pad_to_multiple_of\": 8, \"pad_id\": 0, \"pad_type_id\": 0, \"pad_token\": \"[PAD]\"}");
        try (TextTokenizer tokenizer = TextTokenizer.open(files.load())) {
            assertThat(tokenizer.encode("good ".repeat(10), "").tokens()).isEqualTo(12);
            assertThat(tokenizer.encode("good ".repeat(100), "").tokens()).isEqualTo(64);
        }
    }

    @Test
    void cutsTheLongerTextOfAPairFirst() {
        files.ours = "{\"max_length\": 11}";
        try (TextTokenizer tokenizer = TextTokenizer.open(files.load())) {
            // Three special tokens, so eight are left: 2 + 6, 4 + 4.
            assertThat(tokenizer.encode("good bad", "film ".repeat(9)).ids())
                    .containsExactly(2, 5, 6, 3, 7, 7, 7, 7, 7, 7, 3);
            assertThat(tokenizer.encode("good ".repeat(9), "film ".repeat(7)).ids())
                    .containsExactly(2, 5, 5, 5, 5, 3, 7, 7, 7, 7, 3);
            assertThat(tokenizer.encode("good ".repeat(9), "film").ids())
                    .containsExactly(2, 5, 5, 5, 5, 5, 5, 5, 3, 7, 3);
        }
    }

    @Test
    void limitTooSmallForAPairHarmsNoSingleText() {
        files.ours = "{\"max_length\": 3}";
        assertThat(ids("good bad", "")).containsExactly(2, 5, 3);
        files.tokenizer = TinyTokenizers.byteLevel();
        files.config = "{\"num_labels\": 3}";
        files.rows = 29;
        // Four special tokens do not fit into three.
        assertThat(ids("good bad", "")).containsExactly(0, 16, 2);
    }

    @Test
    void cutsTheStartWhereTheTokenizerSaysSo() {
        files.ours = "{\"max_length\": 5}";
        files.tokenizerConfig = "{\"truncation_side\": \"left\"}";
        assertThat(ids("a good bad film", "")).containsExactly(2, 5, 6, 7, 3);
        assertThat(ids("a good bad", "film film")).containsExactly(2, 6, 3, 7, 3);

        String cutsLeft =
                files.tokenizer.replace(
                        "\"truncation\": null",
                        "\"truncation\": {\"max_length\": 4, \"strategy\": \"LongestFirst\", \"stride\": 0, \"direction\": \"Left\"}");
        files.tokenizer = cutsLeft;
        files.tokenizerConfig = null;
        assertThat(ids("a good bad film", "")).containsExactly(2, 5, 6, 7, 3);
        files.tokenizerConfig = "{\"truncation_side\": \"right\"}";
        assertThat(ids("a good bad film", "")).containsExactly(2, 4, 5, 6, 3);
        files.tokenizerConfig = "{\"truncation_side\": \"up\"}";
        files.write();
        refuses("truncation_side in tokenizer_config.json is \"up\"");
    }

    @Test
    void spansOfATextThatLostItsStartPointIntoTheWholeText() {
        files.tokenizerConfig = "{\"truncation_side\": \"left\"}";
        String text = "a good \uD83D\uDE00 bad film";
        try (TextTokenizer tokenizer = TextTokenizer.open(files.load(), 64, 10)) {
            // The cap of ten would split the emoji, so it goes as a whole.
            EncodedText encoded = tokenizer.encode(text, "", true);

            assertThat(encoded.ids()).containsExactly(2, 6, 7, 3);
            assertThat(encoded.truncated()).isTrue();
            assertThat(text.substring(encoded.spans()[2], encoded.spans()[3])).isEqualTo("bad");
            assertThat(text.substring(encoded.spans()[4], encoded.spans()[5])).isEqualTo("film");
        }
    }

    @Test
    void shorterTextsAreFilledUpWithTheConfiguredId() throws InferenceException {
        files.countsPadding = true;
        files.config = SumBundle.PLAIN_CONFIG.replace("\"pad_token_id\": 0", "\"pad_token_id\": 7");
        try (TextClassifier classifier = TextClassifier.open(files.load(), SessionSettings.cpu())) {
            List<ModelOutput> outputs =
                    classifier
                            .session()
                            .run(
                                    List.of(
                                            classifier.tokenizer().encode("good", ""),
                                            classifier.tokenizer().encode("a good a a", "")),
                                    false);

            // Three cells of padding, each counted once.
            assertThat(outputs.get(0).logits()[0]).isEqualTo(1.3f + 3, within(1e-5f));
        }
    }

    @Test
    void weightsBesideTheModelAreReadAndDigested() throws IOException, InferenceException {
        files.external = "model.onnx_data";
        files.modelFile = "onnx/model.onnx";
        files.write();
        Path data = folder.resolve("onnx/model.onnx_data");
        Files.write(data, TinyGraph.littleEndian(files.table()));

        ModelBundle bundle = ModelBundle.load(folder);
        assertThat(bundle.fileDigests()).containsKey("onnx/model.onnx_data");
        try (TextClassifier classifier = TextClassifier.open(bundle, SessionSettings.cpu())) {
            EncodedText text = classifier.tokenizer().encode("good", "");
            assertThat(classifier.session().run(List.of(text), false).get(0).logits())
                    .containsExactly(new float[] {1.3f, -2.6f, 3.9f}, within(1e-5f));
        }
        files.scale = 2;
        Files.write(data, TinyGraph.littleEndian(files.table()));
        assertThat(ModelBundle.load(folder).digest()).isNotEqualTo(bundle.digest());
        assertThatThrownBy(() -> ClassifierSession.open(bundle, SessionSettings.cpu()))
                .isInstanceOf(BundleException.class)
                .hasMessageContaining("onnx/model.onnx_data changed while the job was starting");
        Files.write(folder.resolve("onnx/other"), new byte[4]);
        assertThatThrownBy(() -> bundle.checkExternal(Set.of("model.onnx_data", "other")))
                .isInstanceOf(BundleException.class)
                .hasMessageContaining("onnx/model.onnx changed while the job was starting");
        assertThat(bundle.externalFiles()).containsExactly("onnx/model.onnx_data");
    }

    @Test
    void foreignModelThatQuantizesOverABatchIsToldApartAndRuns() throws InferenceException {
        assertThat(OnnxFile.read("sum", files.load().modelPath()).quantizesPerTensor()).isFalse();
        files.quantized = true;
        assertThat(OnnxFile.read("sum", files.load().modelPath()).quantizesPerTensor()).isTrue();
        assertThat(logits("good", "")[0]).isEqualTo(1.3f, within(1e-5f));
    }

    @Test
    void seesTheEmbeddingWithoutRunningTheModel() {
        OnnxFile onnx = OnnxFile.read("sum", files.load().modelPath());

        assertThat(onnx.embeddingRows()).hasValue(10);
        assertThat(onnx.lastDimension("logits")).isEmpty();
        assertThat(onnx.externalFiles()).isEmpty();
    }

    private int[] ids(String text, String pair) {
        try (TextTokenizer tokenizer = TextTokenizer.open(files.load())) {
            return tokenizer.encode(text, pair).ids();
        }
    }

    private float[] logits(String text, String pair) throws InferenceException {
        try (TextClassifier classifier = TextClassifier.open(files.load(), SessionSettings.cpu())) {
            EncodedText encoded = classifier.tokenizer().encode(text, pair);
            return classifier.session().run(List.of(encoded), false).get(0).logits();
        }
    }

    private Classification classify(String text, int topK) throws InferenceException {
        return Classification.answer(files.load(), logits(text, ""), topK);
    }

    private void configure(String more) {
        files.config = "{" + more + ", " + SumBundle.PLAIN_CONFIG.strip().substring(1);
    }

    private void refuses(String why) {
        assertThatThrownBy(() -> ModelBundle.load(folder))
                .isInstanceOf(BundleException.class)
                .hasMessageContaining(why);
    }
}
