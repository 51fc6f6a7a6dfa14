package io.labelstream.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingDataTest {

    @TempDir private Path folder;

    @Test
    void holdsOutATenthOfEachLabelAndTheSameForASeed() throws Exception {
        Path file = file("all.csv", "text,label\n" + rows("a", 50) + rows("b", 20));

        TrainingData data = TrainingData.read(List.of(file), null, 7);

        assertThat(data.validation()).hasSize(7);
        assertThat(data.validation().stream().filter(row -> row.labels().contains("b"))).hasSize(2);
        assertThat(data.train()).hasSize(63).doesNotContainAnyElementsOf(data.validation());
        assertThat(TrainingData.read(List.of(file), null, 7)).isEqualTo(data);
        assertThat(TrainingData.read(List.of(file), null, 8)).isNotEqualTo(data);
    }

    /** Sixty labels of eight rows each have no tenth of a label, but a tenth of all rows. */
    @Test
    void holdsOutATenthWhereLabelsAreMany() throws Exception {
        StringBuilder rows = new StringBuilder("text,label\n");
        for (int label = 0; label < 60; label++) {
            rows.append(rows("label" + label, 8));
        }

        TrainingData data = TrainingData.read(List.of(file("all.csv", rows.toString())), null, 7);

        assertThat(data.validation()).hasSize(48);
        assertThat(data.train()).hasSize(432);
    }

    @Test
    void neverHoldsOutTheLastRowOfALabel() throws Exception {
        Path few = file("few.csv", "text,label\nx,a\ny,b\n");
        Path rare = file("rare.csv", "text,label\n" + rows("a", 60) + "z,a|rare\n");

        TrainingData data = TrainingData.read(List.of(few), null, 7);
        assertThat(data.train()).hasSize(2).isEqualTo(data.validation());
        for (int seed = 0; seed < 50; seed++) {
            assertThat(TrainingData.read(List.of(rare), null, seed).train())
                    .anyMatch(row -> row.labels().contains("rare"));
        }
    }

    @Test
    void joinsFiles() throws Exception {
        Path one = file("one.csv", "text,label\nx,a\n");
        Path other = file("other.csv", "text,label\ny,b\n");

        TrainingData data = TrainingData.read(List.of(one, other), one, 7);

        assertThat(data.labels()).containsExactly("a", "b");
        assertThat(data.train()).hasSize(2);
        Path pairs = file("pairs.csv", "text,text_pair,label\nx,y,a\n");
        assertThatThrownBy(() -> TrainingData.read(List.of(one, pairs), null, 7))
                .isInstanceOf(FineTuneException.class)
                .hasMessageContaining("one.csv has no pairs of texts, but");
    }

    @Test
    void knowsPairsAndSeveralLabels() throws Exception {
        Path file = file("all.csv", "text,text_pair,label\nx,y,a|b\nx,z,b\n");

        TrainingData data = TrainingData.read(List.of(file), file, 7);

        assertThat(data.pairs()).isTrue();
        assertThat(data.multiLabel()).isTrue();
        assertThat(data.labels()).isEqualTo(List.of("a", "b"));
    }

    @Test
    void refusesFilesOfDifferentKinds() throws Exception {
        Path texts = file("texts.csv", "text,label\nx,a\ny,b\n");
        Path pairs = file("pairs.csv", "text,text_pair,label\nx,y,a\n");
        Path several = file("several.csv", "text,label\nx,a|b\n");
        Path unknown = file("unknown.csv", "text,label\nSECRET,c\n");

        assertRefused(texts, pairs, "texts.csv has no pairs of texts, but", "pairs.csv has");
        assertRefused(texts, several, "several.csv line 2 has 2 labels");
        assertRefused(texts, unknown, "unknown.csv line 2: this label is not in the training data");
        assertRefused(file("one.csv", "text,label\nx,a\n"), null, "all 1 rows have the same label");
    }

    private static void assertRefused(Path file, Path validation, String... messages) {
        assertThatThrownBy(() -> TrainingData.read(List.of(file), validation, 7))
                .isInstanceOf(FineTuneException.class)
                .hasMessageContainingAll(messages)
                .hasMessageNotContaining("SECRET");
    }

    private Path file(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    private static String rows(String label, int count) {
        StringBuilder rows = new StringBuilder();
        for (int row = 0; row < count; row++) {
            rows.append(label).append(row).append(',').append(label).append('\n');
        }
        return rows.toString();
    }
}
