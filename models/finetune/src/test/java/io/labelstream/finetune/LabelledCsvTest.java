package io.labelstream.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabelledCsvTest {

    private static final String SECRET = "SECRET";

    @TempDir private Path folder;

    @Test
    void readsQuotedTextsAndRemembersWhereRowsBegin() throws Exception {
        List<LabelledText> rows =
                read("text,label\n\"one, \"\"two\"\"\nthree\",good\n\nfour,bad\n");

        assertThat(rows)
                .containsExactly(
                        new LabelledText("one, \"two\"\nthree", "", List.of("good"), 2),
                        new LabelledText("four", "", List.of("bad"), 5));
    }

    @Test
    void takesColumnsInAnyOrderAndABomAndWindowsLineEnds() throws Exception {
        assertThat(read("\uFEFFid,label,text\r\n1,good,fine\r\n"))
                .containsExactly(new LabelledText("fine", "", List.of("good"), 2));
    }

    @Test
    void readsTextsOutsideTheBasicPlane() throws Exception {
        assertThat(read("text,label\n\u597D\u770B \uD83D\uDE00,good\n"))
                .containsExactly(
                        new LabelledText("\u597D\u770B \uD83D\uDE00", "", List.of("good"), 2));
    }

    @Test
    void saysWhichColumnIsMissing() {
        assertRefused("text,lable\nSECRET,good\n", "line 1: the header has no column 'label'");
        assertRefused(
                "text,text,label\nSECRET,b,good\n", "line 1: the header has more than one column");
    }

    @Test
    void saysWhichLineHasNoTextOrLabel() {
        assertRefused("text,label\nSECRET,good\n ,good\n", "line 3: the text is empty");
        assertRefused("text,label\nSECRET,good\nSECRET,\n", "line 3: the label is empty");
    }

    @Test
    void saysWhichLineHasTooManyFields() {
        assertRefused(
                "text,label\nSECRET, and more,good\n", "line 2: 3 fields, but the header has 2");
    }

    @Test
    void saysWhichLineHasOpenQuotes() {
        assertRefused("text,label\nfine,good\n\"SECRET,good\n", "line 3: not readable as CSV");
        assertRefused("text,label\n\"SEC\"RET,good\n", "line 2: not readable as CSV");
    }

    @Test
    void saysWhichLineIsNotUtf8() {
        assertRefused(
                "text,label\nfine,good\nSECRET caf\u00e9,good\n",
                StandardCharsets.ISO_8859_1,
                "line 3: byte 31 of the file is not UTF-8");
    }

    @Test
    void readsPairs() throws Exception {
        Path file =
                Files.writeString(
                        folder.resolve("pairs.csv"), "text,text_pair,label\none,two,same\n");

        LabelledData data = LabelledCsv.read(file);

        assertThat(data.pairs()).isTrue();
        assertThat(data.rows()).containsExactly(new LabelledText("one", "two", List.of("same"), 2));
        assertRefused("text,text_pair,label\nSECRET,,same\n", "line 2: the text_pair is empty");
    }

    @Test
    void readsSeveralLabels() throws Exception {
        Path file = Files.writeString(folder.resolve("many.csv"), "text,label\none,b | a\ntwo,a\n");

        LabelledData data = LabelledCsv.read(file);

        assertThat(data.multiLabel()).isTrue();
        assertThat(data.rows().get(0).labels()).containsExactly("b", "a");
        assertRefused("text,label\nSECRET,good||long\n", "line 2: of its 3 labels");
        assertRefused("text,label\nSECRET,good|good\n", "line 2: of its 2 labels");
    }

    @Test
    void refusesFilesWithoutRows() {
        assertRefused("", "is empty");
        assertRefused("text,label\n", "has a header but no rows");
        assertThatThrownBy(() -> LabelledCsv.read(folder.resolve("none.csv")))
                .isInstanceOf(FineTuneException.class)
                .hasMessageContaining("none.csv: no such file");
    }

    private List<LabelledText> read(String content) throws Exception {
        return LabelledCsv.read(Files.writeString(folder.resolve("data.csv"), content)).rows();
    }

    private void assertRefused(String content, String message) {
        assertRefused(content, StandardCharsets.UTF_8, message);
    }

    /** Nothing that is thrown, on the way down to the last cause, may hold a text. */
    private void assertRefused(String content, Charset charset, String message) {
        assertThatThrownBy(
                        () ->
                                LabelledCsv.read(
                                        Files.write(
                                                folder.resolve("data.csv"),
                                                content.getBytes(charset))))
                .isInstanceOf(FineTuneException.class)
                .hasMessageContaining("data.csv")
                .hasMessageContaining(message)
                .satisfies(
                        thrown -> {
                            for (Throwable t = thrown; t != null; t = t.getCause()) {
                                assertThat(String.valueOf(t.getMessage())).doesNotContain(SECRET);
                            }
                        });
    }
}
