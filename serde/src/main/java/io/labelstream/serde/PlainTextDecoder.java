package io.labelstream.serde;

/** Input format {@code text}: the value is the text, in UTF-8; a byte order mark is dropped. */
public final class PlainTextDecoder implements TextDecoder {

    private static final int MARK_LENGTH = 3;

    private final StrictUtf8 utf8 = new StrictUtf8();

    @Override
    public TextEvent decode(byte[] value) throws UnreadableMessageException {
        int start = startsWithMark(value) ? MARK_LENGTH : 0;
        return TextEvent.of(utf8.decode(value, start, value.length - start));
    }

    private static boolean startsWithMark(byte[] value) {
        return value.length >= MARK_LENGTH
                && value[0] == (byte) 0xEF
                && value[1] == (byte) 0xBB
                && value[2] == (byte) 0xBF;
    }
}
