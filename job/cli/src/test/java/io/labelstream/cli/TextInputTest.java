package io.labelstream.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextInputTest {

    @TempDir Path folder;

    @Test
    void readsATextALine() throws Exception {
        assertThat(read("a.txt", "\uFEFFone\r\ntwo, \"three\"\n\n  \nfour"))
                .containsExactly(text("one"), text("two, \"three\""), text("four"));
    }

    @Test
    void countsEmptyTexts() throws Exception {
        try (TextInput input = TextInput.open(file("a.txt", "\n\nx\n \n"))) {
            while (input.next().isPresent()) {
                // To the end.
            }
            assertThat(input.skipped()).isEqualTo(3);
        }
    }

    @Test
    void readsCsvWithFurtherColumnsAndQuotedLineBreaks() throws Exception {
        assertThat(read("a.csv", "id,text,text_pair\n1,\"a, \"\"b\"\"\nc\",d\r\n2,e,\n"))
                .containsExactly(new InputText("a, \"b\"\nc", "d"), text("e"));
    }

    @Test
    void readsJsonLinesAndReplacesHalfCharacters() throws Exception {
        assertThat(
                        read(
                                "a.jsonl",
                                "{\"text\":\"a\",\"text_pair\":\"b\",\"n\":1}\n\n{\"text\":\"\\ud83d!\\ud83d\\ude00\",\"text_pair\":null}\n"))
                .containsExactly(new InputText("a", "b"), text("\uFFFD!\uD83D\uDE00"));
    }

    @Test
    void namesTheLineThatIsWrongAndQuotesNothingOfIt() {
        wrong(
                "a.jsonl",
                "{\"text\":\"x\"}\n{\"text\":7}\n",
                "a.jsonl, line 2: expected a string 'text' in the object.");
        wrong("b.jsonl", "{\"text\":\"secret\n", "b.jsonl, line 1: not valid JSON.");
        wrong("c.jsonl", "[]\n", "c.jsonl, line 1: expected a JSON object.");
        wrong(
                "d.jsonl",
                "{\"text\":\"x\",\"text_pair\":[]}\n",
                "d.jsonl, line 1: expected 'text_pair' to be a string.");
        wrong(
                "e.csv",
                "text,text_pair\nx,y\nsecret\n",
                "e.csv, line 3: 1 columns, but the header has 2; a text with a comma stands in quotes.");
        wrong(
                "e2.csv",
                "text\nat first, secret\n",
                "e2.csv, line 2: 2 columns, but the header has 1; a text with a comma stands in quotes.");
        wrong("f.csv", "text\n\"secret\n", "f.csv, line 2: not valid CSV.");
    }

    @Test
    void refusesAHeaderThatNamesAColumnTwice() {
        assertThatThrownBy(() -> TextInput.open(file("h.csv", "text,text\nx,y\n")))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("names a column twice");
    }

    @Test
    void refusesWhatIsNoInput() {
        assertThatThrownBy(() -> TextInput.open(folder.resolve("a.pdf")))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining(".txt, .csv or .jsonl");
        assertThatThrownBy(() -> TextInput.open(folder.resolve("none.txt")))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("no such file");
        assertThatThrownBy(() -> TextInput.open(file("g.csv", "label,body\n")))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("no column 'text'");
    }

    private void wrong(String name, String content, String message) {
        assertThatThrownBy(() -> read(name, content))
                .isInstanceOf(FailureException.class)
                .hasMessageEndingWith(message)
                .hasMessageNotContaining("secret");
    }

    private List<InputText> read(String name, String content) throws Exception {
        List<InputText> texts = new ArrayList<>();
        try (TextInput input = TextInput.open(file(name, content))) {
            for (Optional<InputText> text = input.next(); text.isPresent(); text = input.next()) {
                texts.add(text.get());
            }
        }
        return texts;
    }

    private Path file(String name, String content) throws Exception {
        return Files.write(folder.resolve(name), content.getBytes(StandardCharsets.UTF_8));
    }

    private static InputText text(String text) {
        return new InputText(text, "");
    }
}
