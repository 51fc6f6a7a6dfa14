package io.labelstream.serde.avro;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes Avro's binary form to memory that is used again. For one thread. */
final class AvroBuffer {

    private static final int FIRST_SIZE = 1024;

    /** Larger ones are let go: one long text shall not cost memory ever after. */
    private static final int LARGEST_KEPT = 1024 * 1024;

    private static final int MAX_VARINT = 10;

    private byte[] bytes = new byte[FIRST_SIZE];
    private int size;

    /** Begins a value. */
    void clear() {
        size = 0;
        if (bytes.length > LARGEST_KEPT) {
            bytes = new byte[FIRST_SIZE];
        }
    }

    byte[] toByteArray() {
        return Arrays.copyOf(bytes, size);
    }

    /** Bytes as they are. */
    void writeRaw(byte[] raw) {
        reserve(raw.length);
        System.arraycopy(raw, 0, bytes, size, raw.length);
        size += raw.length;
    }

    void writeBoolean(boolean value) {
        reserve(1);
        bytes[size++] = (byte) (value ? 1 : 0);
    }

    /** A long or an int, which look alike; also a count, or the index of a union's branch. */
    void writeLong(long value) {
        reserve(MAX_VARINT);
        long zigZag = (value << 1) ^ (value >> 63);
        while ((zigZag & ~0x7FL) != 0) {
            bytes[size++] = (byte) ((zigZag & 0x7F) | 0x80);
            zigZag >>>= 7;
        }
        bytes[size++] = (byte) zigZag;
    }

    void writeFloat(float value) {
        reserve(Float.BYTES);
        int bits = Float.floatToRawIntBits(value);
        for (int shift = 0; shift < Float.SIZE; shift += Byte.SIZE) {
            bytes[size++] = (byte) (bits >>> shift);
        }
    }

    void writeString(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        writeLong(utf8.length);
        writeRaw(utf8);
    }

    private void reserve(int more) {
        if (more > bytes.length - size) {
            bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(size, more), grown()));
        }
    }

    private int grown() {
        return (int) Math.min(2L * bytes.length, Integer.MAX_VALUE - 8L);
    }
}
