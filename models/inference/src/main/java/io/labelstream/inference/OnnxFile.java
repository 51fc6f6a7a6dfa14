package io.labelstream.inference;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/**
 * What can be said of a model without running it, read from its protobuf: field by field, the
 * weights skipped, so that a model of any size takes milliseconds and little memory.
 *
 * <p>Field numbers are those of {@code onnx.proto3}, which never change.
 */
final class OnnxFile {

    private static final int DEEPEST_MESSAGE = 64;
    private static final int MOST_DIMENSIONS = 64;
    private static final int LONGEST_TEXT = 4096;
    private static final long UNKNOWN = -1;
    private static final String LOCATION = "location";

    /** {@code TensorProto.DataType.FLOAT}. */
    private static final int FLOAT = 1;

    /**
     * Floats of 64 bytes, a multiple of every register. The library sums a row by registers from
     * the first aligned float on: rows of another width would begin at different places, and a sum
     * could depend on the row's place in the batch.
     */
    private static final int ALIGNED_WIDTH = 16;

    private static final Set<String> PER_TENSOR_QUANTIZERS =
            Set.of("DynamicQuantizeLinear", "DynamicQuantizeMatMul", "DynamicQuantizeLSTM");

    private final Set<String> externalFiles = new TreeSet<>();
    private final Set<String> operators = new HashSet<>();
    private final Map<String, Long> rowsByTensor = new HashMap<>();
    private final List<String> tablesOfIds = new ArrayList<>();
    private final Set<String> tables = new HashSet<>();
    private final Set<String> quotients = new HashSet<>();
    private final Set<String> normScales = new HashSet<>();
    private final Map<String, Boolean> alignedVectors = new HashMap<>();
    private final Set<String> withNaN = new TreeSet<>();
    private final Set<String> withInfinity = new TreeSet<>();
    private final Map<String, Long> lastDimensions = new HashMap<>();
    private final CodedInputStream in;
    private final Optional<ByteBuffer> bytes;
    private boolean hasGraph;
    private int wireType;
    private int depth;

    private OnnxFile(CodedInputStream in, Optional<ByteBuffer> bytes) {
        this.in = in;
        this.bytes = bytes;
    }

    /**
     * Reads a model.
     *
     * @param bundle its name, for messages
     * @throws BundleException if the file is no whole ONNX model
     */
    static OnnxFile read(String bundle, Path file) {
        String name = file.getFileName().toString();
        try (var stream = Files.newInputStream(file)) {
            long size = Files.size(file);
            if (size > ModelBundle.MOST_BYTES) {
                throw new BundleException(
                        "Bundle %s: %s has %d bytes; an ONNX file holds at most 2 GB. Export with the weights as external data."
                                .formatted(bundle, name, size));
            }
            CodedInputStream in = CodedInputStream.newInstance(stream);
            return read(bundle, name, new OnnxFile(in, Optional.empty()), (int) size);
        } catch (IOException e) {
            throw PassingBundleException.of(
                    "Bundle %s: %s cannot be read: %s".formatted(bundle, name, e), e);
        }
    }

    /** Reads a model that is in memory already, and looks at its weights, too. */
    static OnnxFile read(String bundle, String name, byte[] bytes) {
        try {
            CodedInputStream in = CodedInputStream.newInstance(bytes);
            ByteBuffer weights = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            return read(bundle, name, new OnnxFile(in, Optional.of(weights)), bytes.length);
        } catch (IOException e) {
            throw new IllegalStateException("Bytes in memory can be read", e);
        }
    }

    private static OnnxFile read(String bundle, String name, OnnxFile model, int size)
            throws IOException {
        try {
            // With it no length inside can reach behind the end of the file.
            model.in.pushLimit(size);
            model.fields(model::model);
            if (!model.hasGraph) {
                throw new InvalidProtocolBufferException("It holds no graph.");
            }
            return model;
        } catch (InvalidProtocolBufferException e) {
            throw new BundleException(
                    "Bundle %s: %s is no whole ONNX model and cannot be loaded: %s Export or copy it again."
                            .formatted(bundle, name, e.getMessage()),
                    e);
        }
    }

    /**
     * Every location of weights outside the file, as the file gives them, unchecked. Also those of
     * tensors that are not flagged as lying outside: where a message that may stand once stands
     * twice, readers merge the two, so that the flag of one goes with the location of the other.
     */
    Set<String> externalFiles() {
        return externalFiles;
    }

    /**
     * Whether it quantizes activations over a whole batch, so that a text's scores depend on those
     * it shares a batch with.
     */
    boolean quantizesPerTensor() {
        return operators.stream().anyMatch(PER_TENSOR_QUANTIZERS::contains);
    }

    /** Rows of the smallest table that is read by token id; empty where none is seen. */
    OptionalLong embeddingRows() {
        return tablesOfIds.stream()
                .filter(rowsByTensor::containsKey)
                .mapToLong(rowsByTensor::get)
                .min();
    }

    /** The last dimension of an output; empty where it is absent or not fixed. */
    OptionalLong lastDimension(String output) {
        long last = lastDimensions.getOrDefault(output, UNKNOWN);
        return last <= 0 ? OptionalLong.empty() : OptionalLong.of(last);
    }

    /**
     * The name of a weight that holds NaN, or, if it is read row by row, an infinite value: the
     * first run does not see each row. Elsewhere an infinite value is no damage, for masks hold it.
     * Empty where there is none, or only the file was read; weights outside the file are not looked
     * at.
     */
    Optional<String> damagedWeight() {
        return withNaN.stream()
                .findFirst()
                .or(() -> withInfinity.stream().filter(tables::contains).findFirst());
    }

    /**
     * Whether it spells LayerNorms out, and they can run so with a text's scores still not
     * depending on its place in the batch: whatever multiplies a quotient, as a LayerNorm's scale
     * does, is a vector of floats and of an aligned width. False where one is not seen to be.
     */
    boolean spellsAlignedNorms() {
        return !normScales.isEmpty()
                && normScales.stream().allMatch(name -> alignedVectors.getOrDefault(name, false));
    }

    private interface FieldReader {
        /** Reads the field, or returns false for it to be skipped. */
        boolean read(int field) throws IOException;
    }

    private void fields(FieldReader reader) throws IOException {
        while (!in.isAtEnd()) {
            int tag = in.readTag();
            wireType = WireFormat.getTagWireType(tag);
            if (!reader.read(WireFormat.getTagFieldNumber(tag)) && !in.skipField(tag)) {
                throw new InvalidProtocolBufferException("It holds a group without a start.");
            }
        }
    }

    private boolean message(FieldReader reader) throws IOException {
        expect(WireFormat.WIRETYPE_LENGTH_DELIMITED);
        if (++depth > DEEPEST_MESSAGE) {
            throw new InvalidProtocolBufferException("Its graphs are nested too deeply.");
        }
        int outer = in.pushLimit(in.readRawVarint32());
        fields(reader);
        in.popLimit(outer);
        depth--;
        return true;
    }

    private String text() throws IOException {
        expect(WireFormat.WIRETYPE_LENGTH_DELIMITED);
        int length = in.readRawVarint32();
        if (length > LONGEST_TEXT) {
            throw new InvalidProtocolBufferException(
                    "It holds a name of %d bytes.".formatted(length));
        }
        return new String(in.readRawBytes(length), StandardCharsets.UTF_8);
    }

    private void expect(int type) throws IOException {
        if (wireType != type) {
            throw new InvalidProtocolBufferException("It holds a field of a wrong type.");
        }
    }

    private boolean model(int field) throws IOException {
        return switch (field) {
            case 7 -> {
                hasGraph = true;
                yield message(this::graph);
            }
            // Training graphs and functions may refer to external data, too.
            case 20 -> message(f -> (f == 1 || f == 2) && message(this::graph));
            case 25 -> message(f -> f == 7 ? node() : f == 11 && message(this::attribute));
            default -> false;
        };
    }

    private boolean graph(int field) throws IOException {
        return switch (field) {
            case 1 -> node();
            case 5 -> tensor(true);
            case 12 -> output();
            case 15 -> message(this::sparse);
            default -> false;
        };
    }

    private boolean node() throws IOException {
        Node node = new Node();
        message(node);
        operators.add(node.type);
        if (node.type.equals("Div")) {
            quotients.add(node.output);
        } else if (node.type.equals("Mul") && quotients.contains(node.first)) {
            normScales.add(node.second);
        } else if (node.type.equals("Mul") && quotients.contains(node.second)) {
            normScales.add(node.first);
        }
        if (node.type.equals("Gather") && node.inputs == 2) {
            tables.add(node.first);
            if (node.second.equals(ModelSignature.IDS)) {
                tablesOfIds.add(node.first);
            }
        }
        return true;
    }

    private boolean attribute(int field) throws IOException {
        return switch (field) {
            case 5, 10 -> tensor(false);
            case 6, 11 -> message(this::graph);
            case 22, 23 -> message(this::sparse);
            default -> false;
        };
    }

    private boolean sparse(int field) throws IOException {
        return (field == 1 || field == 2) && tensor(false);
    }

    private boolean tensor(boolean initializer) throws IOException {
        Tensor tensor = new Tensor();
        message(tensor);
        if (!tensor.name.isEmpty() && tensor.shape.count > 0) {
            rowsByTensor.put(tensor.name, tensor.shape.first);
        }
        if (initializer && tensor.shape.count == 1) {
            alignedVectors.put(
                    tensor.name, tensor.type == FLOAT && tensor.shape.first % ALIGNED_WIDTH == 0);
        }
        if (initializer && bytes.isPresent()) {
            int type = tensor.type;
            FloatBits.Kind kind =
                    FloatBits.worst(bytes.get(), type, tensor.dataFrom, tensor.dataTo);
            if (kind == FloatBits.Kind.NAN) {
                withNaN.add(tensor.name);
            } else if (kind == FloatBits.Kind.INFINITE) {
                withInfinity.add(tensor.name);
            }
        }
        return true;
    }

    private boolean output() throws IOException {
        Output output = new Output();
        message(output);
        lastDimensions.put(output.name, output.shape.last);
        return true;
    }

    /** How many dimensions there are, with the first and the last: of the others none is kept. */
    private static final class Shape {
        private int count;
        private long first = UNKNOWN;
        private long last = UNKNOWN;

        void add(long dimension) throws InvalidProtocolBufferException {
            if (++count > MOST_DIMENSIONS) {
                throw new InvalidProtocolBufferException(
                        "It holds a tensor of more than %d dimensions.".formatted(MOST_DIMENSIONS));
            }
            first = count == 1 ? dimension : first;
            last = dimension;
        }
    }

    /** An operator, the first two of its inputs, and its output (the last of several). */
    private final class Node implements FieldReader {
        private int inputs;
        private String first = "";
        private String second = "";
        private String output = "";
        private String type = "";

        @Override
        public boolean read(int field) throws IOException {
            switch (field) {
                case 1 -> input(text());
                case 2 -> output = text();
                case 4 -> type = text();
                case 5 -> message(OnnxFile.this::attribute);
                default -> {
                    return false;
                }
            }
            return true;
        }

        private void input(String name) {
            inputs++;
            first = inputs == 1 ? name : first;
            second = inputs == 2 ? name : second;
        }
    }

    private final class Tensor implements FieldReader {
        private final Shape shape = new Shape();
        private String name = "";
        private int type;
        private int dataFrom;
        private int dataTo;

        @Override
        public boolean read(int field) throws IOException {
            switch (field) {
                case 1 -> dimension();
                case 2 -> {
                    expect(WireFormat.WIRETYPE_VARINT);
                    type = in.readInt32();
                }
                case 8 -> name = text();
                case 4, 9 -> {
                    if (wireType != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
                        return false;
                    }
                    data();
                }
                case 13 -> {
                    Entry entry = new Entry();
                    message(entry);
                    if (entry.key.equals(LOCATION)) {
                        externalFiles.add(entry.value);
                    }
                }
                default -> {
                    return false;
                }
            }
            return true;
        }

        /** Where the weights lie in the file, raw or as packed floats; they are not copied. */
        private void data() throws IOException {
            int length = in.readRawVarint32();
            dataFrom = in.getTotalBytesRead();
            in.skipRawBytes(length);
            dataTo = in.getTotalBytesRead();
        }

        /** One dimension, or all of them packed: writers differ. */
        private void dimension() throws IOException {
            if (wireType == WireFormat.WIRETYPE_VARINT) {
                shape.add(in.readInt64());
                return;
            }
            expect(WireFormat.WIRETYPE_LENGTH_DELIMITED);
            int outer = in.pushLimit(in.readRawVarint32());
            while (!in.isAtEnd()) {
                shape.add(in.readInt64());
            }
            in.popLimit(outer);
        }
    }

    /** A key with its value, of what is said of weights outside the file. */
    private final class Entry implements FieldReader {
        private String key = "";
        private String value = "";

        @Override
        public boolean read(int field) throws IOException {
            switch (field) {
                case 1 -> key = text();
                case 2 -> value = text();
                default -> {
                    return false;
                }
            }
            return true;
        }
    }

    /** An output's name, and its shape out of ValueInfoProto.type.tensor_type.shape.dim. */
    private final class Output implements FieldReader {
        private final Shape shape = new Shape();
        private String name = "";

        @Override
        public boolean read(int field) throws IOException {
            if (field == 1) {
                name = text();
                return true;
            }
            return field == 2
                    && message(t -> t == 1 && message(f -> f == 2 && message(this::dimension)));
        }

        private boolean dimension(int field) throws IOException {
            if (field != 1) {
                return false;
            }
            shape.add(UNKNOWN);
            return message(
                    f -> {
                        if (f != 1) {
                            return false;
                        }
                        expect(WireFormat.WIRETYPE_VARINT);
                        shape.last = in.readInt64();
                        return true;
                    });
        }
    }
}
