package io.labelstream.cli;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Lines of a file that must be UTF-8; where it is not, the error names the line, which Java's own
 * reader cannot, as it decodes ahead. A byte order mark is dropped. Used by one thread.
 */
final class Utf8Lines implements AutoCloseable {

    /** A line that never ends must not take all memory. */
    static final int MAX_LINE_BYTES = 16 << 20;

    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private final String name;
    private final BufferedInputStream in;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private long number;

    /**
     * Reads from a stream, which {@link #close} closes.
     *
     * @param name the file's name, for messages
     */
    Utf8Lines(String name, InputStream in) {
        this.name = name;
        this.in = new BufferedInputStream(in, 1 << 16);
    }

    /**
     * The next line, without its line break; null at the end.
     *
     * @throws FailureException if the line is not UTF-8 or too long
     */
    String next() throws IOException {
        bytes.reset();
        int b = in.read();
        if (b < 0) {
            return null;
        }
        number++;
        for (; b >= 0 && b != '\n'; b = in.read()) {
            if (bytes.size() == MAX_LINE_BYTES) {
                throw wrong("longer than %d MiB".formatted(MAX_LINE_BYTES >> 20));
            }
            bytes.write(b);
        }
        String line = decode();
        int start = number == 1 && !line.isEmpty() && line.charAt(0) == BYTE_ORDER_MARK ? 1 : 0;
        int end = line.endsWith("\r") ? line.length() - 1 : line.length();
        return line.substring(Math.min(start, end), end);
    }

    private String decode() {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw wrong("not valid UTF-8");
        }
    }

    /** Number of the line that {@link #next} returned last, from 1. */
    long number() {
        return number;
    }

    /** Whether {@link #next} would find bytes without waiting for them. */
    boolean ready() throws IOException {
        return in.available() > 0;
    }

    /** An error in the line that was read last. The message must not quote it. */
    FailureException wrong(String what) {
        return new FailureException("%s, line %d: %s.".formatted(name, number, what));
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
