package io.labelstream.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import io.labelstream.inference.EncodedText;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BatchesTest {

    private final List<LabelledTokens> rows = new ArrayList<>();

    BatchesTest() {
        Random random = new Random(3);
        for (int i = 0; i < 2_001; i++) {
            int tokens = 3 + random.nextInt(60);
            rows.add(
                    new LabelledTokens(
                            new EncodedText(new int[tokens], tokens, false, new int[0]), i));
        }
    }

    @Test
    void holdEachRowOnce() {
        List<List<LabelledTokens>> batches = Batches.shuffled(rows, 32, new Random(1));

        assertThat(batches.stream().flatMap(List::stream))
                .containsExactlyInAnyOrderElementsOf(rows);
        assertThat(batches).allSatisfy(batch -> assertThat(batch).hasSizeBetween(1, 32));
    }

    @Test
    void comeInPartsThatFitAPass() {
        List<LabelledTokens> batch = rows.subList(0, 32);
        int longest = batch.stream().mapToInt(row -> row.text().tokens()).max().orElseThrow();

        List<List<LabelledTokens>> parts = Batches.parts(batch, 4 * longest + 1);

        assertThat(parts).hasSize(8).allSatisfy(part -> assertThat(part).hasSize(4));
        assertThat(parts.stream().flatMap(List::stream)).containsExactlyElementsOf(batch);
        assertThat(Batches.parts(batch, 1)).hasSize(32);
        assertThat(Batches.parts(batch, 32 * longest)).containsExactly(batch);
    }

    @Test
    void areAsManyAsCounted() {
        for (int size : new int[] {1, 7, 32}) {
            assertThat(Batches.shuffled(rows, size, new Random(1)))
                    .hasSize(Batches.count(rows.size(), size));
        }
    }

    @Test
    void wasteLittleOnPadding() {
        int padded = 0;
        for (List<LabelledTokens> batch : Batches.shuffled(rows, 32, new Random(1))) {
            int longest = batch.stream().mapToInt(row -> row.text().tokens()).max().orElseThrow();
            padded += longest * batch.size();
        }
        int tokens = rows.stream().mapToInt(row -> row.text().tokens()).sum();

        assertThat(padded).isLessThan(tokens * 11 / 10);
    }

    @Test
    void comeInAnotherOrderEachEpochAndTheSameForASeed() {
        Random random = new Random(1);
        List<List<LabelledTokens>> first = Batches.shuffled(rows, 32, random);

        assertThat(Batches.shuffled(rows, 32, random)).isNotEqualTo(first);
        assertThat(Batches.shuffled(rows, 32, new Random(1))).isEqualTo(first);
    }
}
