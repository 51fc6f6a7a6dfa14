package io.labelstream.inference;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.platform.Fp16Conversions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.util.Set;

/**
 * One output of the model, in a direct buffer that it writes again and again; half precision is
 * widened on reading. Owned by one thread.
 */
final class ScoreBuffer {

    /** What models give scores in. */
    static final Set<OnnxJavaType> TYPES =
            Set.of(OnnxJavaType.FLOAT, OnnxJavaType.FLOAT16, OnnxJavaType.BFLOAT16);

    private static final int ROOM_AT_START = 1024;

    private final OnnxJavaType type;
    private FloatBuffer floats;
    private ShortBuffer halves;

    /**
     * Makes a buffer.
     *
     * @param type one of {@link #TYPES}
     */
    ScoreBuffer(OnnxJavaType type) {
        this.type = type;
        allocate(ROOM_AT_START);
    }

    /** A tensor for the model to write, without a copy; to be closed after the run. */
    OnnxTensor tensor(OrtEnvironment environment, long rows, long columns) throws OrtException {
        int cells = Math.toIntExact(rows * columns);
        int room = wide() ? floats.capacity() : halves.capacity();
        if (cells > room) {
            allocate(Math.max(cells, 2 * room));
        }
        long[] shape = {rows, columns};
        return wide()
                ? OnnxTensor.createTensor(environment, floats.clear().limit(cells), shape)
                : OnnxTensor.createTensor(environment, halves.clear().limit(cells), shape, type);
    }

    /** Reads as many values as the array holds, from an index on. */
    float[] read(int from, float[] into) {
        if (wide()) {
            floats.get(from, into);
            return into;
        }
        for (int i = 0; i < into.length; i++) {
            short half = halves.get(from + i);
            into[i] =
                    type == OnnxJavaType.FLOAT16
                            ? Fp16Conversions.fp16ToFloat(half)
                            : Fp16Conversions.bf16ToFloat(half);
        }
        return into;
    }

    private boolean wide() {
        return type == OnnxJavaType.FLOAT;
    }

    private void allocate(int cells) {
        int bytes = Math.multiplyExact(cells, wide() ? Float.BYTES : Short.BYTES);
        ByteBuffer buffer = ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
        if (wide()) {
            floats = buffer.asFloatBuffer();
        } else {
            halves = buffer.asShortBuffer();
        }
    }
}
