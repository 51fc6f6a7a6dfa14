package io.labelstream.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bundles that are broken, or meant to break us: refused before the first text, with a reason. */
class HostileBundleTest {

    @TempDir Path outside;
    private Path folder;
    private SumBundle files;

    @BeforeEach
    void start() {
        folder = outside.resolve("bundle");
        files = new SumBundle(folder);
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.onnx", "tokenizer.json", "config.json"})
    void missingFile(String file) throws IOException {
        files.write();
        Files.delete(folder.resolve(file));

        refuses(file + " is missing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.onnx", "tokenizer.json", "config.json"})
    void fileThatIsNotTheOneThatWasPinned(String file) {
        files.ours =
                """
                {"files": {"%s": "%s"}}"""
                        .formatted(file, "0".repeat(64));
        files.write();

        refuses("labelstream.json pins 0000");
    }

    @Test
    void weightsThatAreNotThoseThatWerePinned() throws IOException {
        files.external = "model.onnx_data";
        files.ours = "{\"files\": {\"model.onnx_data\": \"%s\"}}".formatted("0".repeat(64));
        files.write();
        Files.write(folder.resolve("model.onnx_data"), TinyGraph.littleEndian(files.table()));

        refuses("model.onnx_data has sha256");
    }

    @Test
    void pinnedFileThatIsMissing() {
        files.ours = "{\"files\": {\"special.json\": \"00\", \"../bundle/model.onnx\": \"00\"}}";
        files.write();

        refuses("special.json is missing, but labelstream.json pins 00");
    }

    @Test
    void inputsOfAnotherKindOfModel() {
        files.furtherInput = "position_ids";
        files.write();
        refuses("inputs [input_ids, attention_mask, position_ids]; expected");
        files.furtherInput = null;
        files.maskName = "mask";
        files.write();
        refuses("inputs [input_ids, mask]; expected");
    }

    @Test
    void inputsOfAnotherType() {
        files.idType = TinyGraph.FLOAT;
        files.hidesTable = true;
        files.write();
        refuses("model.onnx");
    }

    @ParameterizedTest
    @CsvSource({"1, 16", "batch, 16", "1, tokens"})
    void fixedShapes(String rows, String tokens) {
        files.inputShape = new String[] {rows, tokens};
        files.write();
        refuses("without --no-dynamic-axes");
    }

    @Test
    void outputsOfAnotherKindOfModel() {
        files.scoreName = "last_hidden_state";
        files.write();
        refuses("outputs [last_hidden_state]; expected 'logits'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT64", "INT32"})
    void scoresOfAnotherType(String type) {
        files.scoreType = DataType.valueOf(type);
        files.write();
        refuses("expected a tensor of one of");
    }

    @Test
    void labelCountThatDoesNotMatch() {
        files.labels = 4;
        files.write();
        refuses("has shape [-1, 4], but config.json names 3 labels");
        // A shape that only a run tells.
        files.hidesLabels = true;
        files.write();
        refuses("has shape [2, 4], but config.json names 3 labels");
    }

    @Test
    void vocabularyLargerThanTheEmbedding() {
        files.rows = 9;
        files.write();
        refuses("ids up to 9, but by the model's embedding the model has 9 ids");
        // A table that cannot be seen from outside: then the first run tells.
        files.hidesTable = true;
        files.write();
        refuses("ids from 0 to 9");
    }

    @Test
    void vocabularyLargerThanTheConfigurations() {
        files.config = SumBundle.PLAIN_CONFIG.replace("\"vocab_size\": 10", "\"vocab_size\": 9");
        files.write();
        refuses("ids up to 9, but by vocab_size in config.json the model has 9 ids");
    }

    @Test
    void addedTokenBehindTheEmbedding() {
        files.tokenizer = files.tokenizer.replace("{\"id\": 9, ", "{\"id\": 4000000, ");
        files.write();
        refuses("ids up to 4000000");
    }

    @Test
    void paddingIdBehindTheEmbedding() {
        files.config =
                SumBundle.PLAIN_CONFIG.replace("\"pad_token_id\": 0", "\"pad_token_id\": 10");
        files.write();
        refuses("ids up to 10");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../secret", "sub/../../secret", "..", "", "/etc/hostname", "./data"})
    void weightsOutsideTheBundle(String location) throws IOException {
        Files.writeString(outside.resolve("secret"), "x".repeat(120));
        files.external = location;
        files.write();
        refuses("points outside the bundle");
        files.external = null;
        files.externalConstant = location;
        files.write();
        refuses("points outside the bundle");
    }

    @Test
    void weightsBehindALink() throws IOException {
        Path secret = outside.resolve("secret");
        Files.write(secret, TinyGraph.littleEndian(files.table()));
        files.external = "data";
        files.write();
        refuses("keeps weights in 'data', which is missing");

        Files.createSymbolicLink(folder.resolve("data"), secret);
        refuses("is reached by a symbolic link");
        Files.delete(folder.resolve("data"));

        Files.createLink(folder.resolve("data"), secret);
        refuses("has more than one hard link");
        Files.delete(folder.resolve("data"));

        Files.createDirectory(folder.resolve("data"));
        refuses("is no plain file");

        files.external = "sub/data";
        files.write();
        Files.createDirectory(outside.resolve("other"));
        Files.copy(secret, outside.resolve("other/data"));
        Files.createSymbolicLink(folder.resolve("sub"), outside.resolve("other"));
        refuses("is reached by a symbolic link");
    }

    @Test
    void weightsBesideTheModelThatAreTooFew() throws IOException {
        files.external = "data";
        files.write();
        Files.write(folder.resolve("data"), new byte[16]);
        refuses("cannot be loaded");
    }

    @Test
    void modelCutOffAnywhere() throws IOException {
        Path model = files.write().folder.resolve("model.onnx");
        byte[] whole = Files.readAllBytes(model);
        for (int length = 0; length < whole.length; length += 7) {
            Files.write(model, Arrays.copyOf(whole, length));
            refuses("model.onnx");
        }
    }

    @Test
    void modelThatIsNoise() throws IOException {
        Path model = files.write().folder.resolve("model.onnx");
        Random random = new Random(5);
        for (int i = 0; i < 200; i++) {
            byte[] noise = new byte[1 + random.nextInt(300)];
            random.nextBytes(noise);
            Files.write(model, noise);
            refuses("model.onnx");
        }
        Files.writeString(model, "version https://git-lfs.github.com/spec/v1\noid sha256:0\n");
        refuses("no whole ONNX model");
    }

    @Test
    void modelWithABitThatFlipped() throws IOException {
        Path model = files.write().folder.resolve("model.onnx");
        byte[] whole = Files.readAllBytes(model);
        Random random = new Random(7);
        int refused = 0;
        for (int i = 0; i < 400; i++) {
            byte[] damaged = whole.clone();
            damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            Files.write(model, damaged);
            try {
                ClassifierSession.open(ModelBundle.load(folder), SessionSettings.cpu()).close();
            } catch (BundleException e) {
                refused++;
            }
        }
        // The others changed a weight, which only a pinned sha256 can tell.
        assertThat(refused).isBetween(100, 399);
    }

    @Test
    void graphsNestedTooDeeply() throws IOException {
        // ModelProto.graph, then again and again node, attribute, graph: each a byte of its own.
        byte[] inner = {};
        for (int i = 0; i < 40; i++) {
            inner = field(1, field(5, field(6, inner)));
        }
        files.write();
        Files.write(folder.resolve("model.onnx"), field(7, inner));
        refuses("nested too deeply");
    }

    @Test
    void weightsThatAreNoNumbers() {
        files.scale = Float.NaN;
        files.write();
        refuses("scores that are no finite numbers");
        files.scale = Float.POSITIVE_INFINITY;
        files.write();
        refuses("scores that are no finite numbers");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "not json | not readable as JSON",
                "[] | expected a JSON object",
                "{} {} | not readable as JSON",
                "{\"id2label\": {\"0\": \"a\", \"2\": \"b\"}} | no label for id 1",
                "{\"id2label\": {\"0\": \"a\", \"00\": \"b\"}} | no label for id 1",
                "{\"id2label\": {\"0\": \"a\", \"x\": \"b\"}} | no whole number",
                "{\"id2label\": {\"0\": \"a\", \"1\": {}}} | no label for id 1",
                "{\"id2label\": {\"-1\": \"a\"}} | no label for id 0",
                "{\"id2label\": {}} | at least one label",
                "{\"id2label\": [\"a\"]} | at least one label",
                "{\"num_labels\": 1e30} | num_labels in config.json is 1.0E30",
                "{\"num_labels\": 0} | num_labels in config.json is 0",
                "{\"num_labels\": \"3\"} | num_labels in config.json is \"3\"",
                "{\"vocab_size\": 9.5, \"num_labels\": 3} | vocab_size in config.json is 9.5",
                "{\"vocab_size\": 1e999, \"num_labels\": 3} | vocab_size in config.json is",
                "{\"pad_token_id\": -1, \"num_labels\": 3} | pad_token_id in config.json is -1",
                "{\"max_position_embeddings\": {}, \"num_labels\": 3} | max_position_embeddings",
                "{\"max_position_embeddings\": 2, \"num_labels\": 3} | model takes 3 to 2 tokens",
                "{\"problem_type\": \"ner\", \"num_labels\": 3} | problem_type in config.json is \"ner\""
            })
    void configurationThatMakesNoSense(String json, String why) {
        files.config = json;
        files.write();
        refuses(why);
    }

    @Test
    void jsonNestedWithoutEnd() {
        files.config = "{\"a\": " + "[".repeat(100_000);
        files.write();
        refuses("not readable as JSON");
        files.config = SumBundle.PLAIN_CONFIG;
        files.tokenizer = "{\"model\": " + "[".repeat(100_000);
        files.write();
        refuses("tokenizer.json cannot be loaded");
        files.tokenizer = "{\"model\": {\"vocab\": {\"a\": " + "9".repeat(2000) + "}}}";
        files.write();
        refuses("tokenizer.json cannot be loaded");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"model\": {\"vocab\": {\"a\": \"b\"}}}",
                "{\"model\": {\"type\": \"WordPiece\", \"vocab\": []}}",
                "{\"model\": null}",
                "[]",
                ""
            })
    void tokenizerThatIsNone(String json) {
        files.tokenizer = json;
        files.write();
        refuses("tokenizer.json cannot be loaded");
    }

    @Test
    void tokenizerWithTypesOfAnotherFamily() {
        // As XLNet has it: the last token has a type of its own.
        files.tokenizer =
                files.tokenizer.replace(
                        "{\"SpecialToken\": {\"id\": \"[SEP]\", \"type_id\": 1}}",
                        "{\"SpecialToken\": {\"id\": \"[SEP]\", \"type_id\": 2}}");
        files.write();
        refuses("token types");
    }

    @Test
    void limitsThatMakeNoSense() {
        files.tokenizerConfig = "{\"model_max_length\": 1}";
        files.write();
        refuses("the longest text is 1, but the model takes 3 to 64 tokens");
        files.tokenizerConfig = null;
        files.ours = "{\"max_length\": \"long\"}";
        files.write();
        refuses("max_length in labelstream.json is \"long\"");
        files.ours = "{\"max_length\": 65}";
        files.write();
        refuses("max_length is 65, but the model takes 3 to 64 tokens");
    }

    @Test
    void intactBundleIsNotRefused() {
        ModelBundle bundle = files.load();
        try (TextClassifier classifier = TextClassifier.open(bundle, SessionSettings.cpu())) {
            assertThat(classifier.session().hasAttention()).isFalse();
        }
    }

    private void refuses(String why) {
        assertThatThrownBy(
                        () ->
                                TextClassifier.open(ModelBundle.load(folder), SessionSettings.cpu())
                                        .close())
                .isInstanceOf(BundleException.class)
                .hasMessageContaining(why)
                .hasMessageContaining("undle");
    }

    private static byte[] field(int number, byte[] content) {
        byte[] length = varint(content.length);
        byte[] field =
                Arrays.copyOf(
                        new byte[] {(byte) ((number << 3) | 2)},
                        1 + length.length + content.length);
        System.arraycopy(length, 0, field, 1, length.length);
        System.arraycopy(content, 0, field, 1 + length.length, content.length);
        return field;
    }

    private static byte[] varint(int value) {
        return value < 128
                ? new byte[] {(byte) value}
                : new byte[] {(byte) ((value & 127) | 128), (byte) (value >> 7)};
    }
}
