package io.labelstream.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WordsTest {

    @TempDir Path folder;

    @Test
    void piecesOfAWordAreOneWord() {
        assertThat(words("Films don't suck-ish!"))
                .containsExactly("Films", "don't", "suck-ish", "!");
    }

    @Test
    void chineseCharactersStayApart() {
        assertThat(words("good中中 film")).containsExactly("good", "中", "中", "film");
    }

    @Test
    void offsetsPointIntoTheText() {
        String text = "\uD83D\uDE00 café, gut";
        for (WordWeight word : weights(text)) {
            assertThat(text.substring(word.start(), word.end())).isEqualTo(word.word());
        }
    }

    @Test
    void weightsSumToOne() {
        assertThat(weights("a good film, not bad").stream().mapToDouble(WordWeight::weight).sum())
                .isEqualTo(1, within(1e-6));
    }

    @Test
    void textWithoutWordsHasNone() {
        assertThat(weights("")).isEmpty();
    }

    private List<String> words(String text) {
        return weights(text).stream().map(WordWeight::word).toList();
    }

    private List<WordWeight> weights(String text) {
        try (TextTokenizer tokenizer = TextTokenizer.open(TinyBundle.write(folder))) {
            EncodedText encoded = tokenizer.encode(text, "", true);
            float[] attention = new float[encoded.tokens()];
            for (int i = 1; i < attention.length - 1; i++) {
                attention[i] = 1f / (attention.length - 2);
            }
            return Words.of(text, encoded, attention);
        }
    }
}
