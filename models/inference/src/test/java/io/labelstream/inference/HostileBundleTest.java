package io.labelstream.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
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

    @Test
    void fileThatCannotBeReadNowMayBeLater() {
        // A folder opens like a file, but gives an error when it is read, as a sick disk does.
        assertThatThrownBy(() -> ModelBundle.sha256(outside))
                .isInstanceOf(PassingBundleException.class)
                .hasMessageContaining("cannot be read");
        assertThatThrownBy(() -> ModelBundle.sha256(outside.resolve("missing")))
                .isExactlyInstanceOf(BundleException.class)
                .hasMessageContaining("cannot be read");
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
        for (String file : List.of("special.json", "../bundle/model.onnx", "a\\u0000b")) {
            files.ours = "{\"files\": {\"%s\": \"%s\"}}".formatted(file, "0".repeat(64));
            files.write();

            refuses(file + " is missing, but labelstream.json pins 0000");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "null",
                "\"model.onnx\"",
                "{\"model.onnx\": \"00\"}",
                "{\"model.onnx\": null}",
                "{\"model.onnx\": {\"sha256\": \"00\"}}"
            })
    void pinsThatMakeNoSense(String pins) {
        files.ours = "{\"files\": %s}".formatted(pins);
        files.write();
        refuses("expected an object that gives each file's name its sha256");
    }

    @Test
    void namesThatWouldForgeALog() {
        files.ours = "{\"name\": \"a\\nINFO all is well\"}";
        files.write();
        refuses("name in labelstream.json is \"a\\nINFO all is well\"; expected at most 200");
        files.ours = "{\"version\": \"%s\"}".formatted("1".repeat(201));
        files.write();
        refuses("version in labelstream.json is");
        files.ours =
                "{\"out_of_scope\": {\"label\": \"\\u001b[31m\\u202e\", \"measure\": \"energy\", \"threshold\": 1}}";
        files.write();
        refuses("label '\\u001b[31m\\u202e' of out_of_scope");
        files.ours = null;
        files.scoreName = "a\nb";
        files.write();
        refuses("outputs [a\\u000ab]; expected 'logits'");
    }

    @Test
    void messagesNameTenLabelsAndCountTheOthers() {
        assertThat(JsonFile.shown(IntStream.range(0, 12).mapToObj(i -> "l" + i).toList()))
                .isEqualTo("l0, l1, l2, l3, l4, l5, l6, l7, l8, l9 and 2 others");
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
        files.write();
        refuses("input 'input_ids' of model.onnx is");
        refuses("expected a tensor of one of [INT");
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
        String tokenizer = files.tokenizer;
        files.tokenizer = tokenizer.replace("{\"id\": 9, ", "{\"id\": 4000000, ");
        files.write();
        refuses("ids up to 4000000");
        files.tokenizer = tokenizer.replace("{\"id\": 9, ", "{\"id\": 2147483647, ");
        files.write();
        refuses("lists id 2147483647, which is above 100000000");
        files.tokenizer = tokenizer.replace("{\"id\": 9, ", "{\"id\": 18446744073709551616, ");
        files.write();
        refuses("an id of its added tokens is no whole number");
    }

    @Test
    void paddingIdBehindTheEmbedding() {
        files.config =
                SumBundle.PLAIN_CONFIG.replace("\"pad_token_id\": 0", "\"pad_token_id\": 10");
        files.write();
        refuses("ids up to 10");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../secret",
                "sub/../../secret",
                "..",
                "",
                "/etc/hostname",
                "./data",
                "a\0b",
                "a\nb/../.."
            })
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

        files.external = "data";
        files.modelFile = "onnx/model.onnx";
        files.write();
        Files.delete(folder.resolve("model.onnx"));
        Files.copy(secret, folder.resolve("onnx/data"));
        Files.move(folder.resolve("onnx"), outside.resolve("moved"));
        Files.createSymbolicLink(folder.resolve("onnx"), outside.resolve("moved"));
        refuses("is reached by a symbolic link");
    }

    @Test
    void weightsInAMessageThatStandsTwice() throws IOException {
        files.write();
        Path model = folder.resolve("model.onnx");
        Files.write(folder.resolve("data"), new byte[64]);
        // Readers merge the two values: flagged by the first, and where the second one says.
        byte[] here = join(location("data"), new byte[] {14 << 3, 1});
        byte[] attribute =
                join(
                        field(1, utf8("value")),
                        new byte[] {(byte) 0xa0, 1, 4},
                        field(5, here),
                        field(5, location("../secret")));
        byte[] node = join(field(2, utf8("c")), field(4, utf8("Constant")), field(5, attribute));
        Files.write(model, join(Files.readAllBytes(model), field(7, field(1, node))));
        refuses("keeps weights in '../secret', which points outside the bundle");
        // The same in the values of a sparse one.
        byte[] sparse = join(field(1, here), field(1, location("../secret")));
        files.write();
        Files.write(model, join(Files.readAllBytes(model), field(7, field(15, sparse))));
        refuses("keeps weights in '../secret', which points outside the bundle");
    }

    @Test
    void defaultValueOfAFunctionThatLiesOutside() throws IOException {
        Path model = files.write().folder.resolve("model.onnx");
        byte[] function = field(11, field(5, location("../secret")));
        byte[] functions = join(new byte[] {(byte) 0xca, 1}, varint(function.length), function);
        Files.write(model, join(Files.readAllBytes(model), functions));
        refuses("keeps weights in '../secret', which points outside the bundle");
    }

    @Test
    void tensorsAndNamesOfNoReasonableSize() throws IOException {
        Path model = files.write().folder.resolve("model.onnx");
        byte[] whole = Files.readAllBytes(model);
        Files.write(model, join(whole, field(7, field(5, field(1, new byte[65])))));
        refuses("more than 64 dimensions");
        Files.write(model, join(whole, field(7, field(1, field(4, new byte[5000])))));
        refuses("a name of 5000 bytes");
    }

    @Test
    void filesOfNoReasonableSize() throws IOException {
        files.write();
        try (RandomAccessFile config =
                new RandomAccessFile(folder.resolve("config.json").toFile(), "rw")) {
            config.setLength((256 << 20) + 1);
        }
        refuses("config.json has 268435457 bytes; expected at most 268435456");
        Path model = folder.resolve("model.onnx");
        try (RandomAccessFile file = new RandomAccessFile(model.toFile(), "rw")) {
            file.setLength(Integer.MAX_VALUE - 7);
        }
        assertThatThrownBy(() -> OnnxFile.read("sum", model))
                .isInstanceOf(BundleException.class)
                .hasMessageContaining("holds at most 2 GB");
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
        // Its last four bytes say which operators it uses: the runtime, not we, miss them.
        for (int length = 0; length < whole.length - 4; length += 7) {
            Files.write(model, Arrays.copyOf(whole, length));
            refuses("model.onnx is no whole ONNX model");
        }
        Files.write(model, Arrays.copyOf(whole, whole.length - 4));
        refuses("model.onnx cannot be loaded");
    }

    @Test
    void modelThatIsNoise() throws IOException {
        Path model = files.write().folder.resolve("model.onnx");
        Random random = new Random(5);
        for (int i = 0; i < 200; i++) {
            byte[] noise = new byte[1 + random.nextInt(300)];
            random.nextBytes(noise);
            Files.write(model, noise);
            refuses("model.onnx is no whole ONNX model");
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
        for (float value : new float[] {Float.NaN, Float.NEGATIVE_INFINITY}) {
            files.cell = value;
            files.write();
            refuses("weight 'table' of model.onnx holds values that are no finite numbers");
        }
    }

    @Test
    void weightsBesideTheModelThatAreNoNumbers() throws IOException {
        files.external = "data";
        files.scale = Float.NaN;
        files.write();
        Files.write(folder.resolve("data"), TinyGraph.littleEndian(files.table()));
        refuses("scores that are no finite numbers");
    }

    @Test
    void infinityOutsideOfTablesIsNoDamage() {
        TinyGraph graph = new TinyGraph();
        graph.op("Add", graph.floats("mask", new float[] {0, Float.NEGATIVE_INFINITY}, 2), "x");
        assertThat(OnnxFile.read("sum", "m.onnx", graph.bytes()).damagedWeight()).isEmpty();
        graph.floats("bias", new float[] {0, 1, Float.NaN}, 3);
        assertThat(OnnxFile.read("sum", "m.onnx", graph.bytes()).damagedWeight()).contains("bias");
    }

    @ParameterizedTest
    @CsvSource({
        "FLOAT16, 7bff, FINITE",
        "FLOAT16, fc00, INFINITE",
        "FLOAT16, 7e00, NAN",
        "BFLOAT16, ff7f, FINITE",
        "BFLOAT16, 7f80, INFINITE",
        "BFLOAT16, ffc0, NAN",
        "INT32, ffff, FINITE"
    })
    void halvesThatAreNoNumbers(DataType type, String half, FloatBits.Kind kind) {
        ByteBuffer bytes = ByteBuffer.allocate(6).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putShort(2, (short) Integer.parseInt(half, 16));
        assertThat(FloatBits.worst(bytes, type.getNumber(), 0, 6)).isEqualTo(kind);
        assertThat(FloatBits.worst(bytes, type.getNumber(), 4, 6)).isEqualTo(FloatBits.Kind.FINITE);
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
                .hasMessageContaining("undle")
                .satisfies(
                        e ->
                                assertThat(e.getMessage().chars())
                                        .hasSizeLessThan(1000)
                                        .noneMatch(Character::isISOControl));
    }

    /** An entry of TensorProto.external_data. */
    private static byte[] location(String location) {
        return field(13, join(field(1, utf8("location")), field(2, utf8(location))));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
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
