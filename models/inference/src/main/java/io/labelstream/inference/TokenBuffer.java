package io.labelstream.inference;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.LongBuffer;

/**
 * One input of the model, in a direct buffer that is filled again and again, with 64 or 32 bits a
 * token as the model asks. Owned by one thread.
 */
final class TokenBuffer {

    private static final int ROOM_AT_START = 1024;

    private final boolean wide;
    private LongBuffer longs;
    private IntBuffer ints;

    TokenBuffer(boolean wide) {
        this.wide = wide;
        allocate(ROOM_AT_START);
    }

    /** Empties the buffer and makes room. */
    void clear(int cells) {
        int room = wide ? longs.capacity() : ints.capacity();
        if (cells > room) {
            allocate(Math.max(cells, 2 * room));
        }
        if (wide) {
            longs.clear();
        } else {
            ints.clear();
        }
    }

    void put(int value) {
        if (wide) {
            longs.put(value);
        } else {
            ints.put(value);
        }
    }

    /** Ends filling. */
    void flip() {
        if (wide) {
            longs.flip();
        } else {
            ints.flip();
        }
    }

    /** What was put, for tests. */
    int[] values() {
        int[] values = new int[wide ? longs.limit() : ints.limit()];
        for (int i = 0; i < values.length; i++) {
            values[i] = wide ? (int) longs.get(i) : ints.get(i);
        }
        return values;
    }

    /** A tensor over this buffer, without a copy; to be closed before the next filling. */
    OnnxTensor tensor(OrtEnvironment environment, long[] shape) throws OrtException {
        return wide
                ? OnnxTensor.createTensor(environment, longs, shape)
                : OnnxTensor.createTensor(environment, ints, shape);
    }

    private void allocate(int cells) {
        int bytes = Math.multiplyExact(cells, wide ? Long.BYTES : Integer.BYTES);
        ByteBuffer buffer = ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
        if (wide) {
            longs = buffer.asLongBuffer();
        } else {
            ints = buffer.asIntBuffer();
        }
    }
}
