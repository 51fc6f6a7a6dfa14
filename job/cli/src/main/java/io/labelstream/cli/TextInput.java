package io.labelstream.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.apache.commons.csv.DuplicateHeaderMode;

/**
 * Texts from a file: {@code .txt}, a text a line; {@code .csv} with the header {@code text} or
 * {@code text,text_pair}, further columns ignored; {@code .jsonl}, objects with {@code text} and
 * {@code text_pair}. Strictly UTF-8. Empty texts are skipped and counted. Used by one thread.
 */
public final class TextInput implements AutoCloseable {

    private static final String TEXT = "text";
    private static final String PAIR = "text_pair";
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final Utf8Lines lines;
    private final Source source;
    private final boolean mayHavePairs;
    private long skipped;

    /** Gives one text after another; null at the end. */
    private interface Source {
        InputText next() throws IOException;
    }

    private TextInput(Utf8Lines lines, Source source, boolean mayHavePairs) {
        this.lines = lines;
        this.source = source;
        this.mayHavePairs = mayHavePairs;
    }

    /**
     * Opens a file.
     *
     * @throws UsageException if there is no such file, or it is none of the kinds above
     */
    public static TextInput open(Path file) {
        String name = String.valueOf(file.getFileName());
        String kind = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        if (!List.of("txt", "csv", "jsonl").contains(kind)) {
            throw new UsageException(
                    "Input %s: expected a file that ends in .txt, .csv or .jsonl.".formatted(file));
        }
        if (!Files.isRegularFile(file)) {
            throw new UsageException("Input %s: no such file.".formatted(file));
        }
        InputStream in;
        try {
            in = Files.newInputStream(file);
        } catch (IOException e) {
            throw new UsageException("Input %s: cannot be read.".formatted(file), e);
        }
        Utf8Lines lines = new Utf8Lines(file.toString(), in);
        return switch (kind) {
            case "csv" -> new TextInput(lines, csv(file, lines), true);
            case "jsonl" -> new TextInput(lines, () -> json(lines), true);
            default -> new TextInput(lines, () -> plain(lines), false);
        };
    }

    /** Reads a text a line from a stream, which {@link #close} closes. */
    public static TextInput lines(String name, InputStream in) {
        Utf8Lines lines = new Utf8Lines(name, in);
        return new TextInput(lines, () -> plain(lines), false);
    }

    /**
     * The next text; nothing at the end.
     *
     * @throws FailureException if the file is not what its name says; names file and line
     */
    public Optional<InputText> next() throws IOException {
        InputText text = source.next();
        while (text != null && text.text().isBlank()) {
            skipped++;
            text = source.next();
        }
        return Optional.ofNullable(text);
    }

    /** Whether {@link #next} would find something to read without waiting for it. */
    boolean ready() throws IOException {
        return lines.ready();
    }

    /** Whether this kind of file can hold pairs. */
    boolean mayHavePairs() {
        return mayHavePairs;
    }

    /** How many empty texts were passed over so far. */
    public long skipped() {
        return skipped;
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }

    private static InputText plain(Utf8Lines lines) throws IOException {
        String line = lines.next();
        return line == null ? null : new InputText(line, "");
    }

    private static InputText json(Utf8Lines lines) throws IOException {
        String line = lines.next();
        while (line != null && line.isBlank()) {
            line = lines.next();
        }
        if (line == null) {
            return null;
        }
        JsonNode object;
        try {
            object = JSON.readTree(line);
        } catch (JsonProcessingException e) {
            // Its message quotes the line.
            throw lines.wrong("not valid JSON");
        }
        if (!object.isObject()) {
            throw lines.wrong("expected a JSON object");
        }
        JsonNode text = object.path(TEXT);
        JsonNode pair = object.path(PAIR);
        if (!text.isTextual()) {
            throw lines.wrong("expected a string 'text' in the object");
        }
        if (!pair.isMissingNode() && !pair.isNull() && !pair.isTextual()) {
            throw lines.wrong("expected 'text_pair' to be a string");
        }
        return new InputText(encodable(text.asText()), encodable(pair.asText("")));
    }

    /** JSON can escape half a character, which no UTF-8 can hold. */
    private static String encodable(String text) {
        boolean half =
                text.codePoints()
                        .anyMatch(
                                c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
        if (!half) {
            return text;
        }
        return text.codePoints()
                .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static Source csv(Path file, Utf8Lines lines) {
        CSVParser parser;
        try {
            parser =
                    CSVFormat.RFC4180
                            .builder()
                            .setHeader()
                            .setSkipHeaderRecord(true)
                            .setDuplicateHeaderMode(DuplicateHeaderMode.DISALLOW)
                            .setIgnoreEmptyLines(true)
                            .get()
                            .parse(new LineReader(lines));
        } catch (IOException | IllegalArgumentException e) {
            throw new UsageException(
                    "Input %s: its first line is no CSV header, or names a column twice."
                            .formatted(file));
        }
        if (!parser.getHeaderMap().containsKey(TEXT)) {
            throw new UsageException(
                    "Input %s: the header has no column 'text'. Expected 'text' or 'text,text_pair'."
                            .formatted(file));
        }
        boolean pairs = parser.getHeaderMap().containsKey(PAIR);
        int columns = parser.getHeaderNames().size();
        Iterator<CSVRecord> rows = parser.iterator();
        return () -> {
            try {
                if (!rows.hasNext()) {
                    return null;
                }
                CSVRecord row = rows.next();
                if (row.size() != columns) {
                    // Most often a text with a comma and without quotes: half of it would be lost.
                    throw lines.wrong(
                            "%d columns, but the header has %d; a text with a comma stands in quotes"
                                    .formatted(row.size(), columns));
                }
                return new InputText(row.get(TEXT), pairs ? row.get(PAIR) : "");
            } catch (UncheckedIOException | IllegalStateException e) {
                // Its message quotes the row.
                throw lines.wrong("not valid CSV");
            }
        };
    }

    /** Hands over lines as characters, for a CSV row may go over several. */
    private static final class LineReader extends Reader {

        private final Utf8Lines lines;
        private String line = "";
        private int position;

        LineReader(Utf8Lines lines) {
            this.lines = lines;
        }

        @Override
        public int read(char[] buffer, int offset, int length) throws IOException {
            if (position == line.length()) {
                String next = lines.next();
                if (next == null) {
                    return -1;
                }
                line = next + "\n";
                position = 0;
            }
            int count = Math.min(length, line.length() - position);
            line.getChars(position, position + count, buffer, offset);
            position += count;
            return count;
        }

        @Override
        public void close() throws IOException {
            lines.close();
        }
    }
}
