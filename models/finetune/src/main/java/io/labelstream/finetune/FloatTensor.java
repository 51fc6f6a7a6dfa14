package io.labelstream.finetune;

import ai.onnx.proto.OnnxMl.TensorProto;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** 32-bit floats of an ONNX file, in both forms that it may keep them in. */
public final class FloatTensor {

    private FloatTensor() {}

    /**
     * Copies a tensor's values.
     *
     * @param proto of 32-bit floats, its values in the file itself
     * @throws IllegalArgumentException if its shape and its values do not fit
     */
    public static Tensor of(TensorProto proto) {
        long[] shape = proto.getDimsList().stream().mapToLong(Long::longValue).toArray();
        float[] values = new float[values(proto)];
        if (proto.hasRawData()) {
            ByteBuffer bytes = proto.getRawData().asReadOnlyByteBuffer();
            bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        } else {
            for (int i = 0; i < values.length; i++) {
                values[i] = proto.getFloatData(i);
            }
        }
        return new Tensor(shape, values);
    }

    /** How many values a tensor holds. */
    public static int values(TensorProto proto) {
        return proto.hasRawData()
                ? proto.getRawData().size() / Float.BYTES
                : proto.getFloatDataCount();
    }
}
