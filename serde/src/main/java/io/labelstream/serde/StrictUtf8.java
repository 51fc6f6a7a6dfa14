package io.labelstream.serde;

import java.nio.charset.StandardCharsets;

/** Decodes UTF-8 and refuses what is none, where {@code new String} would put in U+FFFD unseen. */
public final class StrictUtf8 {

    /** Bytes of a byte order mark. */
    public static final int MARK_LENGTH = 3;

    private StrictUtf8() {}

    /** Whether bytes begin with a byte order mark. */
    public static boolean startsWithMark(byte[] bytes) {
        return bytes.length >= MARK_LENGTH
                && bytes[0] == (byte) 0xEF
                && bytes[1] == (byte) 0xBB
                && bytes[2] == (byte) 0xBF;
    }

    /**
     * Decodes a range of bytes.
     *
     * @throws RefusedMessageException {@code BAD_ENCODING} if they are not UTF-8
     */
    public static String decode(byte[] bytes, int offset, int length)
            throws RefusedMessageException {
        check(bytes, offset, length);
        return new String(bytes, offset, length, StandardCharsets.UTF_8);
    }

    /**
     * Checks a range of bytes.
     *
     * @throws RefusedMessageException {@code BAD_ENCODING} if they are not UTF-8
     */
    public static void check(byte[] bytes, int offset, int length) throws RefusedMessageException {
        if (!isValid(bytes, offset, offset + length)) {
            throw new RefusedMessageException(DeadLetter.Reason.BAD_ENCODING, "not valid UTF-8");
        }
    }

    /**
     * Whether a range of bytes is UTF-8 as Unicode defines it (table 3-7 of the standard): no
     * overlong forms, no surrogates, nothing above U+10FFFF, nothing cut short.
     *
     * @param to behind the last byte
     */
    public static boolean isValid(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to) {
            int lead = bytes[i++];
            if (lead >= 0) {
                continue;
            }
            int continuations = continuations(lead & 0xFF);
            if (continuations < 1 || i + continuations > to || !isSecond(lead & 0xFF, bytes[i])) {
                return false;
            }
            for (int last = i + continuations; i < last; i++) {
                if ((bytes[i] & 0xC0) != 0x80) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Bytes that follow a leading one; 0 where none leads so. */
    private static int continuations(int lead) {
        if (lead < 0xC2 || lead > 0xF4) {
            return 0;
        }
        return lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
    }

    /** Whether a byte may stand second, where the leading one allows fewer than 80 to BF. */
    private static boolean isSecond(int lead, byte second) {
        int value = second & 0xFF;
        return switch (lead) {
            case 0xE0 -> value >= 0xA0;
            case 0xED -> value <= 0x9F;
            case 0xF0 -> value >= 0x90;
            case 0xF4 -> value <= 0x8F;
            default -> true;
        };
    }
}
