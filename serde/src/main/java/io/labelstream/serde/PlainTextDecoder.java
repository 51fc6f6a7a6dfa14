package io.labelstream.serde;

/** Input format {@code text}: the value is the text, in UTF-8; a byte order mark is dropped. */
public final class PlainTextDecoder implements TextDecoder {

    @Override
    public TextEvent decode(byte[] value) throws RefusedMessageException {
        int start = StrictUtf8.startsWithMark(value) ? StrictUtf8.MARK_LENGTH : 0;
        return TextEvent.of(StrictUtf8.decode(value, start, value.length - start));
    }
}
