package io.labelstream.shipped;

import static org.assertj.core.api.Assertions.assertThat;

import io.labelstream.inference.ModelBundle;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;

/** What tests of the shipped models share. */
final class Shipped {

    private Shipped() {}

    /** Names of all bundles that this module's build assembled, sorted. */
    static List<String> names() {
        try (Stream<Path> folders = Files.list(Path.of(System.getProperty("bundles")))) {
            return folders.map(folder -> folder.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A bundle that this module's build assembled. */
    static ModelBundle bundle(String name) {
        return ModelBundle.load(Path.of(System.getProperty("bundles"), name));
    }

    /** Real texts, and the odd ones that real topics have, too. */
    static List<String> texts() throws IOException {
        List<String> odd =
                List.of(
                        "",
                        " ",
                        "!",
                        "\uD83D\uDE00\uD83D\uDE00 \uD83D\uDC4D",
                        "\u8FD9\u90E8\u7535\u5F71\u975E\u5E38\u597D\u770B",
                        "caf\u00e9 na\u00efve \u00fcber",
                        "[CLS] [SEP]",
                        "a".repeat(300));
        List<String> texts = Stream.concat(odd.stream(), fixture().stream()).toList();
        assertThat(texts).hasSizeGreaterThan(500);
        return texts;
    }

    private static List<String> fixture() throws IOException {
        try (Reader reader =
                new InputStreamReader(
                        Shipped.class.getResourceAsStream("/snips/texts.csv"),
                        StandardCharsets.UTF_8)) {
            return rows(reader).stream().map(row -> row[0]).toList();
        }
    }

    /** Text and label of each row of a CSV file. */
    static List<String[]> rows(Path file) throws IOException {
        try (Reader reader = Files.newBufferedReader(file)) {
            return rows(reader);
        }
    }

    private static List<String[]> rows(Reader reader) throws IOException {
        CSVFormat format = CSVFormat.RFC4180.builder().setHeader().setSkipHeaderRecord(true).get();
        try (CSVParser rows = CSVParser.builder().setReader(reader).setFormat(format).get()) {
            return rows.stream()
                    .map(row -> new String[] {row.get("text"), row.get("label")})
                    .toList();
        }
    }
}
