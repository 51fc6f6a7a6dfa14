package io.labelstream.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.labelstream.cli.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextSetTest {

    @TempDir private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"reviews", "intents"})
    void shipsTwoThousandTextsOfEachSet(String name) throws IOException {
        TextSet texts = TextSet.shipped(name);
        assertThat(texts.texts()).hasSize(2000).doesNotHaveDuplicates().noneMatch(String::isBlank);
    }

    @Test
    void refusesASetThatDoesNotShip() {
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> TextSet.shipped("tweets"))
                .withMessageContaining("tweets")
                .withMessageContaining("reviews, intents");
    }

    @Test
    void readsAUsersOwnTexts() throws IOException {
        Path file =
                Files.writeString(folder.resolve("mine.csv"), "text,label\nfirst,a\n\"b,c\",d\n");
        assertThat(TextSet.of(file)).isEqualTo(new TextSet("mine", List.of("first", "b,c")));
    }

    @Test
    void refusesPairsAndEmptyFiles() throws IOException {
        Path pairs = Files.writeString(folder.resolve("pairs.csv"), "text,text_pair\na,b\n");
        Path empty = Files.writeString(folder.resolve("empty.txt"), "\n\n");
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> TextSet.of(pairs))
                .withMessageContaining("pairs.csv")
                .withMessageContaining("single");
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> TextSet.of(empty))
                .withMessageContaining("no texts");
    }

    @Test
    void takesAnEvenlySpreadPartOfManyTexts() {
        List<String> many = IntStream.range(0, 10).mapToObj(Integer::toString).toList();
        assertThat(TextSet.spread(many, 4)).containsExactly("0", "2", "5", "7");
        assertThat(TextSet.spread(many, 10)).isEqualTo(many);
    }

    @Test
    void beginsAgainWhereTheTextsAreUsedUp() {
        TextSet texts = new TextSet("two", List.of("a", "b"));
        assertThat(texts.text(0) + texts.text(1) + texts.text(2) + texts.text(5)).isEqualTo("abab");
    }
}
