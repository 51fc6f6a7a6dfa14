package io.labelstream.finetune;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * Reads labelled texts from a CSV file: UTF-8, RFC 4180 quoting, a header with the columns {@code
 * text} and {@code label} in any order, for pairs of texts also {@code text_pair}; other columns
 * are ignored. Several labels of a row are joined by a bar. Strict, as a row that was read wrongly
 * trains a wrong model in silence. Errors name file and line, never a text.
 */
public final class LabelledCsv {

    private static final String TEXT = "text";
    private static final String LABEL = "label";
    private static final String PAIR = "text_pair";
    private static final String SEPARATOR = "\\|";
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private LabelledCsv() {}

    /**
     * Reads all rows.
     *
     * @throws FineTuneException if the file cannot be read or a row is not as expected
     */
    public static LabelledData read(Path file) {
        List<LabelledText> rows = new ArrayList<>();
        boolean pairs;
        long line = 1;
        try (CSVParser parser =
                CSVParser.builder()
                        .setReader(new StringReader(decoded(file)))
                        .setFormat(CSVFormat.RFC4180)
                        .get()) {
            Iterator<CSVRecord> records = parser.iterator();
            if (!records.hasNext()) {
                throw new FineTuneException(
                        "%s is empty. Expected a header with the columns %s and %s."
                                .formatted(file, TEXT, LABEL));
            }
            List<String> header = records.next().stream().map(String::strip).toList();
            Columns columns = Columns.of(file, header);
            pairs = columns.pair() >= 0;
            while (true) {
                line = parser.getCurrentLineNumber() + 1;
                if (!records.hasNext()) {
                    break;
                }
                CSVRecord row = records.next();
                if (row.size() > 1 || !row.get(0).isBlank()) {
                    rows.add(columns.row(file, line, row));
                }
            }
        } catch (IOException | UncheckedIOException e) {
            throw new FineTuneException(
                    "%s line %d: not readable as CSV. Expected RFC 4180 quoting: a field with a comma or a quote stands in quotes, quotes inside are doubled."
                            .formatted(file, line));
        }
        if (rows.isEmpty()) {
            throw new FineTuneException("%s has a header but no rows.".formatted(file));
        }
        return new LabelledData(file, pairs, rows);
    }

    /**
     * Where in a row things stand.
     *
     * @param count fields that each row must have
     * @param pair -1 where the file has no pairs
     */
    private record Columns(int count, int text, int pair, int label) {

        static Columns of(Path file, List<String> header) {
            return new Columns(
                    header.size(),
                    index(file, header, TEXT),
                    header.contains(PAIR) ? index(file, header, PAIR) : -1,
                    index(file, header, LABEL));
        }

        private static int index(Path file, List<String> header, String name) {
            int index = header.indexOf(name);
            if (index < 0 || index != header.lastIndexOf(name)) {
                throw new FineTuneException(
                        "%s line 1: the header has %s column '%s'. Expected a header with the columns %s and %s, for pairs also %s, once each."
                                .formatted(
                                        file,
                                        index < 0 ? "no" : "more than one",
                                        name,
                                        TEXT,
                                        LABEL,
                                        PAIR));
            }
            return index;
        }

        LabelledText row(Path file, long line, CSVRecord row) {
            if (row.size() != count) {
                throw new FineTuneException(
                        "%s line %d: %d fields, but the header has %d. Does a text hold a comma or a quote without standing in quotes?"
                                .formatted(file, line, row.size(), count));
            }
            return new LabelledText(
                    filled(file, line, TEXT, row.get(text)),
                    pair < 0 ? "" : filled(file, line, PAIR, row.get(pair)),
                    labels(file, line, filled(file, line, LABEL, row.get(label))),
                    line);
        }
    }

    private static List<String> labels(Path file, long line, String field) {
        List<String> labels = Arrays.stream(field.split(SEPARATOR, -1)).map(String::strip).toList();
        if (labels.stream().anyMatch(String::isEmpty)
                || labels.stream().distinct().count() < labels.size()) {
            throw new FineTuneException(
                    "%s line %d: of its %d labels, joined by bars, one is empty or stands there twice. Expected each label of a row once."
                            .formatted(file, line, labels.size()));
        }
        return labels;
    }

    private static String filled(Path file, long line, String name, String value) {
        if (value.isBlank()) {
            throw new FineTuneException(
                    "%s line %d: the %s is empty. Give it one, or leave the row out."
                            .formatted(file, line, name));
        }
        return value;
    }

    /**
     * The file's text. A byte that is not UTF-8 is an error, as replacing it would change a text.
     */
    private static String decoded(Path file) throws IOException {
        ByteBuffer bytes;
        try {
            bytes = ByteBuffer.wrap(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            throw new FineTuneException("%s: no such file.".formatted(file), e);
        } catch (IOException e) {
            throw new FineTuneException("%s cannot be read: %s".formatted(file, e), e);
        }
        CharsetDecoder decoder =
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT);
        CharBuffer text = CharBuffer.allocate(bytes.remaining());
        CoderResult result = decoder.decode(bytes, text, true);
        if (result.isError()) {
            throw new FineTuneException(
                    "%s line %d: byte %d of the file is not UTF-8. Convert the file to UTF-8."
                            .formatted(file, lineAt(bytes), bytes.position()));
        }
        text.flip();
        boolean marked = text.hasRemaining() && text.get(0) == BYTE_ORDER_MARK;
        return marked ? text.subSequence(1, text.length()).toString() : text.toString();
    }

    private static int lineAt(ByteBuffer bytes) {
        int line = 1;
        for (int i = 0; i < bytes.position(); i++) {
            line += bytes.get(i) == '\n' ? 1 : 0;
        }
        return line;
    }
}
