package io.labelstream.serde.avro;

import io.labelstream.serde.DeadLetter;
import io.labelstream.serde.RefusedMessageException;
import io.labelstream.serde.StrictUtf8;
import java.util.Arrays;

/**
 * A place in a value in Avro's binary form, from where it is read on. What the bytes claim is
 * checked: lengths against the bytes that are left, numbers against their type, nesting and empty
 * items against limits, so the time that a value takes is bounded by its own size and {@link
 * #MAX_EMPTY_STEPS}. Whatever does not fit is refused as {@code SCHEMA}.
 *
 * <p>For one value and one thread.
 */
final class AvroBytes {

    /** How many records, arrays and maps may stand within one another. */
    static final int MAX_DEPTH = 200;

    /**
     * How many items and fields of a value may have no bytes. An array can announce 2^63 nulls in
     * ten bytes.
     */
    static final int MAX_EMPTY_STEPS = 1_000_000;

    private static final int LAST_SHIFT_OF_INT = 28;
    private static final int LAST_BYTE_OF_INT = 0x0F;
    private static final int LAST_SHIFT_OF_LONG = 63;
    private static final int LAST_BYTE_OF_LONG = 1;

    private final byte[] bytes;
    private int position;
    private int depth;
    private int emptySteps;

    AvroBytes(byte[] bytes, int from) {
        this.bytes = bytes;
        this.position = from;
    }

    int position() {
        return position;
    }

    boolean readBoolean() throws RefusedMessageException {
        byte value = readByte();
        if (value != 0 && value != 1) {
            throw refused("a boolean is neither 0 nor 1");
        }
        return value == 1;
    }

    int readInt() throws RefusedMessageException {
        return (int) readZigZag(LAST_SHIFT_OF_INT, LAST_BYTE_OF_INT);
    }

    long readLong() throws RefusedMessageException {
        return readZigZag(LAST_SHIFT_OF_LONG, LAST_BYTE_OF_LONG);
    }

    /** Which branch of a union, or which symbol of an enum, of so many. */
    int readIndex(int size) throws RefusedMessageException {
        int index = readInt();
        if (index < 0 || index >= size) {
            throw refused("an index of a union or an enum is out of range");
        }
        return index;
    }

    /**
     * Reads a string.
     *
     * @throws RefusedMessageException also {@code BAD_ENCODING}
     */
    String readString() throws RefusedMessageException {
        int length = readLength();
        String text = StrictUtf8.decode(bytes, position, length);
        position += length;
        return text;
    }

    /** Which of the keys comes next; -1 for another. */
    int readKey(byte[][] keys) throws RefusedMessageException {
        int length = readLength();
        int from = position;
        position += length;
        for (int i = 0; i < keys.length; i++) {
            if (Arrays.equals(bytes, from, position, keys[i], 0, keys[i].length)) {
                return i;
            }
        }
        return -1;
    }

    /**
     * How many items the next block of an array or map has; 0 behind the last block. A negative
     * number stands for as many items, and {@link #readBlockEnd} follows.
     *
     * @return never {@code Long.MIN_VALUE}, which has no positive counterpart
     */
    long readCount() throws RefusedMessageException {
        long count = readLong();
        if (count == Long.MIN_VALUE) {
            throw refused("a block of an array or a map has no possible size");
        }
        return count;
    }

    /** Where a block ends that gives its size in bytes. */
    int readBlockEnd() throws RefusedMessageException {
        int length = readLength();
        return position + length;
    }

    /** Skips bytes or a string. */
    void skipBytes() throws RefusedMessageException {
        int length = readLength();
        position += length;
    }

    void skip(int length) throws RefusedMessageException {
        if (length > bytes.length - position) {
            throw cutShort();
        }
        position += length;
    }

    /** Goes into a record, an array or a map. */
    void descend() throws RefusedMessageException {
        if (++depth > MAX_DEPTH) {
            throw refused("more than " + MAX_DEPTH + " records stand within one another");
        }
    }

    void ascend() {
        depth--;
    }

    /** Counts an item or a field that was read, if it had no bytes. */
    void countStep(int positionBefore) throws RefusedMessageException {
        if (position == positionBefore && ++emptySteps > MAX_EMPTY_STEPS) {
            throw refused("more than " + MAX_EMPTY_STEPS + " items have no bytes");
        }
    }

    /** Checks that a block is as long as it said. */
    void checkBlockEnd(int end) throws RefusedMessageException {
        if (position != end) {
            throw refused("a block of an array or a map has another size than it says");
        }
    }

    /** Checks that nothing is left. */
    void checkEnd() throws RefusedMessageException {
        if (position != bytes.length) {
            throw refused("bytes follow the value");
        }
    }

    private int readLength() throws RefusedMessageException {
        long length = readLong();
        if (length < 0 || length > bytes.length - position) {
            throw refused("a length is negative or reaches beyond the value");
        }
        return (int) length;
    }

    private long readZigZag(int lastShift, int lastByte) throws RefusedMessageException {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = readByte();
            if (shift == lastShift && (next < 0 || next > lastByte)) {
                throw refused("a number is larger than its type");
            }
            value |= (next & 0x7FL) << shift;
            if (next >= 0) {
                return (value >>> 1) ^ -(value & 1);
            }
        }
    }

    private byte readByte() throws RefusedMessageException {
        if (position >= bytes.length) {
            throw cutShort();
        }
        return bytes[position++];
    }

    private static RefusedMessageException cutShort() {
        return refused("the value ends too early");
    }

    private static RefusedMessageException refused(String what) {
        return new RefusedMessageException(
                DeadLetter.Reason.SCHEMA, "not of the schema in Avro's binary form: " + what);
    }
}
