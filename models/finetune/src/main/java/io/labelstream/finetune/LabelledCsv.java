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
import java.util.Iterator;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * Reads labelled texts from a CSV file: UTF-8, RFC 4180 quoting, a header with the columns {@code
 * text} and {@code label} in any order, other columns ignored. Strict, as a row that was read
 * wrongly trains a wrong model in silence. Errors name file and line, never a text.
 */
final class LabelledCsv {

    private static final String TEXT = "text";
    private static final String LABEL = "label";
    private static final String PAIR = "text_pair";
    private static final char SEPARATOR = '|';
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private LabelledCsv() {}

    /**
     * Reads all rows.
     *
     * @return at least one, in the order of the file
     * @throws FineTuneException if the file cannot be read or a row is not as expected
     */
    static List<LabelledText> read(Path file) {
        List<LabelledText> rows = new ArrayList<>();
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
            if (header.contains(PAIR)) {
                throw new FineTuneException(
                        "%s line 1: pairs of texts (column '%s') cannot be learnt yet."
                                .formatted(file, PAIR));
            }
            int text = column(file, header, TEXT);
            int label = column(file, header, LABEL);
            while (true) {
                line = parser.getCurrentLineNumber() + 1;
                if (!records.hasNext()) {
                    break;
                }
                CSVRecord row = records.next();
                if (row.size() > 1 || !row.get(0).isBlank()) {
                    rows.add(row(file, line, row, header.size(), text, label));
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
        return rows;
    }

    private static int column(Path file, List<String> header, String name) {
        int index = header.indexOf(name);
        if (index < 0 || index != header.lastIndexOf(name)) {
            throw new FineTuneException(
                    "%s line 1: the header has %s column '%s'. Expected a header with the columns %s and %s, once each."
                            .formatted(
                                    file, index < 0 ? "no" : "more than one", name, TEXT, LABEL));
        }
        return index;
    }

    private static LabelledText row(
            Path file, long line, CSVRecord row, int columns, int text, int label) {
        if (row.size() != columns) {
            throw new FineTuneException(
                    "%s line %d: %d fields, but the header has %d. Does a text hold a comma or a quote without standing in quotes?"
                            .formatted(file, line, row.size(), columns));
        }
        String labels = filled(file, line, LABEL, row.get(label)).strip();
        if (labels.indexOf(SEPARATOR) >= 0) {
            throw new FineTuneException(
                    "%s line %d: several labels, joined by a bar, cannot be learnt yet. Expected one label a row."
                            .formatted(file, line));
        }
        return new LabelledText(filled(file, line, TEXT, row.get(text)), labels, line);
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
