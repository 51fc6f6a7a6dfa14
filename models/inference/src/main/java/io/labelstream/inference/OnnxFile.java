package io.labelstream.inference;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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
    private static final int EXTERNAL = 1;
    private static final long UNKNOWN = -1;
    private static final Set<String> PER_TENSOR_QUANTIZERS =
            Set.of("DynamicQuantizeLinear", "DynamicQuantizeMatMul", "DynamicQuantizeLSTM");

    private final Set<String> externalFiles = new TreeSet<>();
    private final Set<String> operators = new HashSet<>();
    private final Map<String, Long> rowsByTensor = new HashMap<>();
    private final List<String> tablesOfIds = new ArrayList<>();
    private final Map<String, List<Long>> outputs = new HashMap<>();
    private final CodedInputStream in;
    private boolean hasGraph;
    private int wireType;
    private int depth;

    private OnnxFile(CodedInputStream in) {
        this.in = in;
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
            if (size > Integer.MAX_VALUE) {
                throw new BundleException(
                        "Bundle %s: %s has %d bytes; an ONNX file holds at most 2 GB. Export with the weights as external data."
                                .formatted(bundle, name, size));
            }
            return read(bundle, name, CodedInputStream.newInstance(stream), (int) size);
        } catch (IOException e) {
            throw new BundleException(
                    "Bundle %s: %s cannot be read: %s".formatted(bundle, name, e), e);
        }
    }

    /** Reads a model that is in memory already. */
    static OnnxFile read(String bundle, String name, byte[] bytes) {
        try {
            return read(bundle, name, CodedInputStream.newInstance(bytes), bytes.length);
        } catch (IOException e) {
            throw new IllegalStateException("Bytes in memory can be read", e);
        }
    }

    private static OnnxFile read(String bundle, String name, CodedInputStream in, int size)
            throws IOException {
        OnnxFile model = new OnnxFile(in);
        try {
            // With it no length inside can reach behind the end of the file.
            in.pushLimit(size);
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

    /** Locations of weights outside the file, as the file gives them, unchecked. */
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
        List<Long> shape = outputs.getOrDefault(output, List.of());
        return shape.isEmpty() || shape.get(shape.size() - 1) <= 0
                ? OptionalLong.empty()
                : OptionalLong.of(shape.get(shape.size() - 1));
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
        return in.readString();
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
            case 25 -> message(f -> f == 7 && node());
            default -> false;
        };
    }

    private boolean graph(int field) throws IOException {
        return switch (field) {
            case 1 -> node();
            case 5 -> tensor();
            case 12 -> output();
            case 15 -> message(this::sparse);
            default -> false;
        };
    }

    private boolean node() throws IOException {
        Node node = new Node();
        message(node);
        operators.add(node.type);
        if (node.type.equals("Gather")
                && node.inputs.size() == 2
                && node.inputs.get(1).equals(ModelSignature.IDS)) {
            tablesOfIds.add(node.inputs.get(0));
        }
        return true;
    }

    private boolean attribute(int field) throws IOException {
        return switch (field) {
            case 5, 10 -> tensor();
            case 6, 11 -> message(this::graph);
            case 22, 23 -> message(this::sparse);
            default -> false;
        };
    }

    private boolean sparse(int field) throws IOException {
        return (field == 1 || field == 2) && tensor();
    }

    private boolean tensor() throws IOException {
        Tensor tensor = new Tensor();
        message(tensor);
        if (tensor.external) {
            externalFiles.add(tensor.location);
        }
        if (!tensor.name.isEmpty() && !tensor.shape.isEmpty()) {
            rowsByTensor.put(tensor.name, tensor.shape.get(0));
        }
        return true;
    }

    private boolean output() throws IOException {
        Output output = new Output();
        message(output);
        outputs.put(output.name, output.shape);
        return true;
    }

    private final class Node implements FieldReader {
        private final List<String> inputs = new ArrayList<>();
        private String type = "";

        @Override
        public boolean read(int field) throws IOException {
            switch (field) {
                case 1 -> inputs.add(text());
                case 4 -> type = text();
                case 5 -> message(OnnxFile.this::attribute);
                default -> {
                    return false;
                }
            }
            return true;
        }
    }

    private final class Tensor implements FieldReader {
        private final List<Long> shape = new ArrayList<>();
        private String name = "";
        private String location = "";
        private String key = "";
        private String value = "";
        private boolean external;

        @Override
        public boolean read(int field) throws IOException {
            switch (field) {
                case 1 -> dimension();
                case 8 -> name = text();
                case 13 -> {
                    message(this::entry);
                    location = key.equals("location") ? value : location;
                }
                case 14 -> {
                    expect(WireFormat.WIRETYPE_VARINT);
                    external = in.readEnum() == EXTERNAL;
                }
                default -> {
                    return false;
                }
            }
            return true;
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

        private boolean entry(int field) throws IOException {
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
        private final List<Long> shape = new ArrayList<>();
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
                        shape.set(shape.size() - 1, in.readInt64());
                        return true;
                    });
        }
    }
}
