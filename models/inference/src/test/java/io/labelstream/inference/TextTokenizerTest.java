package io.labelstream.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextTokenizerTest {

    @TempDir Path folder;
    private ModelBundle bundle;
    private TextTokenizer tokenizer;

    @BeforeEach
    void open() {
        bundle = TinyBundle.write(folder);
        tokenizer = TextTokenizer.open(bundle);
    }

    @AfterEach
    void close() {
        tokenizer.close();
    }

    @Test
    void addsSpecialTokensAndNeitherPadsNorCutsAsTheFileSays() {
        // tokenizer.json says: pad to 8, cut at 8.
        assertThat(tokenizer.encode("a good film", "").ids()).startsWith(2).endsWith(3).hasSize(5);
        assertThat(tokenizer.encode("good ".repeat(20), "").ids()).hasSize(22);
    }

    @Test
    void cutsAtTheModelsLimitAndSaysSo() {
        EncodedText fits = tokenizer.encode("good ".repeat(62), "");
        EncodedText cut = tokenizer.encode("good ".repeat(63), "");

        assertThat(fits.tokens()).isEqualTo(64);
        assertThat(fits.truncated()).isFalse();
        assertThat(cut.tokens()).isEqualTo(64);
        assertThat(cut.truncated()).isTrue();
    }

    @Test
    void startsTheSecondTextOfAPairWhereItsTypeBegins() {
        EncodedText pair = tokenizer.encode("good film", "bad food");

        assertThat(pair.tokens()).isEqualTo(7);
        assertThat(pair.pairStart()).isEqualTo(4);
        assertThat(tokenizer.encode("good film", "").pairStart()).isEqualTo(4);
    }

    @Test
    void spansCountUtf16Units() {
        String text = "\uD83D\uDE00 good \uD83D\uDE00\uD83D\uDE00 films";
        EncodedText encoded = tokenizer.encode(text, "", true);

        // [CLS] emoji good emojis film ##s [SEP]
        assertThat(encoded.spans())
                .containsExactly(-1, -1, 0, 2, 3, 7, 8, 12, 13, 17, 17, 18, -1, -1);
        assertThat(text.substring(13, 18)).isEqualTo("films");
    }

    @Test
    void spansOfTheSecondTextAreLeftOut() {
        assertThat(tokenizer.encode("good", "bad", true).spans())
                .containsExactly(-1, -1, 0, 4, -1, -1, -1, -1, -1, -1);
    }

    @Test
    void oneLoneSurrogateDoesNotCostTheOtherEmoji() {
        String lone = "good \uD83D film \uD83D\uDE00 \uDE00";
        String replaced = "good \uFFFD film \uD83D\uDE00 \uFFFD";

        assertThat(TextTokenizer.replaceLoneSurrogates(lone)).isEqualTo(replaced);
        assertThat(TextTokenizer.replaceLoneSurrogates("\uDE00\uD83D")).isEqualTo("\uFFFD\uFFFD");
        assertThat(TextTokenizer.replaceLoneSurrogates(replaced)).isSameAs(replaced);
        assertThat(tokenizer.encode(lone, "").ids())
                .isEqualTo(tokenizer.encode(replaced, "").ids());
    }

    @Test
    void capsCharactersBeforeItTokenizes() {
        String megabyte = "!".repeat(16 << 20);
        long start = System.nanoTime();
        EncodedText encoded = tokenizer.encode(megabyte, "");
        Duration took = Duration.ofNanos(System.nanoTime() - start);

        assertThat(encoded.truncated()).isTrue();
        // Uncapped it takes a minute and gigabytes.
        assertThat(took).isLessThan(Duration.ofSeconds(5));
    }

    /** The fastest of several, as the first ones are spent on Java's compiler. */
    @ParameterizedTest
    @ValueSource(strings = {"!", "a"})
    void megabyteOfPunctuationOrOneWordTakesLessThanFiftyMilliseconds(String character) {
        String megabyte = character.repeat(1 << 20);
        Duration fastest = Duration.ofDays(1);
        for (int i = 0; i < 20; i++) {
            long start = System.nanoTime();
            assertThat(tokenizer.encode(megabyte, "").truncated()).isTrue();
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            fastest = took.compareTo(fastest) < 0 ? took : fastest;
        }

        assertThat(fastest).isLessThan(Duration.ofMillis(50));
    }

    @Test
    void capDoesNotSplitAnEmoji() {
        try (TextTokenizer capped = TextTokenizer.open(bundle, 64, 6)) {
            EncodedText encoded = capped.encode("good \uD83D\uDE00 film", "", true);

            assertThat(encoded.truncated()).isTrue();
            assertThat(encoded.ids()).hasSize(3);
        }
    }

    @Test
    void rejectsTokenizerWithoutItsUnknownToken() throws IOException {
        Path file = folder.resolve(ModelBundle.TOKENIZER_FILE);
        Files.writeString(file, Files.readString(file).replace("\"[UNK]\": 1", "\"[unk]\": 1"));
        ModelBundle broken = ModelBundle.load(folder);

        assertThatThrownBy(() -> TextTokenizer.open(broken))
                .isInstanceOf(BundleException.class)
                .hasMessageContaining("tokenizer");
    }

    @Test
    void rejectsLimitAboveTheModels() {
        assertThatThrownBy(() -> TextTokenizer.open(bundle, 65, 100))
                .isInstanceOf(BundleException.class)
                .hasMessageContaining("3 to 64");
    }
}
