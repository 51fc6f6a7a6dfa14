package io.labelstream.finetune;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads and writes tensors in the safetensors format: eight bytes with the length of a JSON header
 * (little endian), the header with type, shape and place of each tensor, then the values. Only
 * 32-bit floats, all that a delta needs.
 */
final class SafeTensors {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String METADATA = "__metadata__";
    private static final String FLOAT = "F32";
    private static final int ALIGNMENT = 8;

    private SafeTensors() {}

    /** Writes tensors in the order given: the same tensors give the same bytes. */
    static void write(Path file, Map<String, Tensor> tensors) throws IOException {
        ObjectNode header = JSON.createObjectNode();
        header.putObject(METADATA).put("format", "labelstream-delta");
        int end = 0;
        for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
            int start = end;
            end = Math.addExact(start, entry.getValue().values().length * Float.BYTES);
            ObjectNode description = header.putObject(entry.getKey());
            description.put("dtype", FLOAT);
            Arrays.stream(entry.getValue().shape()).forEach(description.putArray("shape")::add);
            description.putArray("data_offsets").add(start).add(end);
        }
        byte[] json = JSON.writeValueAsBytes(header);
        int padded = (json.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        ByteBuffer buffer =
                ByteBuffer.allocate(Long.BYTES + padded + end).order(ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(padded).put(json);
        buffer.put(" ".repeat(padded - json.length).getBytes(StandardCharsets.US_ASCII));
        for (Tensor tensor : tensors.values()) {
            for (float value : tensor.values()) {
                buffer.putFloat(value);
            }
        }
        Files.write(file, buffer.array());
    }

    /**
     * Reads all tensors, in the order of the header.
     *
     * @throws FineTuneException if the file is damaged or holds something else than 32-bit floats
     */
    static Map<String, Tensor> read(Path file) throws IOException {
        ByteBuffer buffer =
                ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        if (buffer.remaining() < Long.BYTES) {
            throw damaged(file, "it ends within the first eight bytes");
        }
        long headerBytes = buffer.getLong();
        if (headerBytes < 2 || headerBytes > buffer.remaining()) {
            throw damaged(file, "its header cannot have " + headerBytes + " bytes");
        }
        byte[] json = new byte[(int) headerBytes];
        buffer.get(json);
        ByteBuffer data = buffer.slice().order(ByteOrder.LITTLE_ENDIAN);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : header(file, json).properties()) {
            if (!entry.getKey().equals(METADATA)) {
                tensors.put(entry.getKey(), tensor(file, entry.getKey(), entry.getValue(), data));
            }
        }
        return tensors;
    }

    private static JsonNode header(Path file, byte[] json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw damaged(file, "its header is not JSON");
        }
    }

    private static Tensor tensor(Path file, String name, JsonNode description, ByteBuffer data) {
        String type = description.path("dtype").asText();
        if (!type.equals(FLOAT)) {
            throw damaged(file, "tensor " + name + " is of type " + type + ", expected " + FLOAT);
        }
        long[] shape = new long[description.path("shape").size()];
        long cells = 1;
        for (int i = 0; i < shape.length; i++) {
            shape[i] = description.path("shape").path(i).asLong(-1);
            cells *= Math.max(shape[i], 0);
        }
        long start = description.path("data_offsets").path(0).asLong(-1);
        long end = description.path("data_offsets").path(1).asLong(-1);
        if (start < 0 || end > data.capacity() || end - start != cells * Float.BYTES) {
            throw damaged(file, "tensor " + name + " does not lie within it");
        }
        float[] values = new float[(int) cells];
        data.slice((int) start, (int) (end - start))
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(values);
        return new Tensor(shape, values);
    }

    private static FineTuneException damaged(Path file, String what) {
        return new FineTuneException(
                "%s is not a safetensors file that can be used: %s.".formatted(file, what));
    }
}
