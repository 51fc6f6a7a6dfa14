package io.labelstream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.labelstream.inference.TinyBundle;
import io.labelstream.inference.TinyDecisions;
import io.labelstream.serde.LabelScore;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerdictTest {

    private static final LabelScore JOY = new LabelScore("joy", 0.75f);
    private static final LabelScore LOVE = new LabelScore("love", 0.5f);

    private final Style plain = new Style(false);

    @TempDir Path folder;

    @Test
    void showsTheBestLabelAndWhatElseApplies() {
        Verdict verdict = new Verdict("joy", List.of(JOY, LOVE), false);

        assertThat(verdict.head(plain, 5)).isEqualTo("joy  ");
        assertThat(verdict.nearest()).isEmpty();
        assertThat(verdict.further()).containsExactly(LOVE);
        assertThat(verdict.furtherOnOneLine()).isEqualTo("love 0.50");
    }

    @Test
    void saysOutOfScopeInPlaceOfALabelThatDoesNotFit() {
        Verdict verdict = new Verdict("joy", List.of(), true);

        assertThat(verdict.head(plain, 14)).isEqualTo("out of scope  ");
        assertThat(verdict.nearest()).isEqualTo("  (nearest: joy)");
        assertThat(verdict.further()).isEmpty();
    }

    @Test
    void coloursOnlyWhereATerminalWatches() {
        Verdict verdict = new Verdict("joy", List.of(JOY), true);

        assertThat(verdict.head(new Style(true), 0)).startsWith("\033[").endsWith("\033[0m");
        assertThat(verdict.head(plain, 0)).doesNotContain("\033");
    }

    @Test
    void makesRoomForOutOfScopeWhereTheModelMaySayIt() {
        assertThat(Verdict.width(TinyBundle.write(folder.resolve("a"))))
                .isEqualTo("negative".length());
        assertThat(Verdict.width(TinyDecisions.outOfScope(folder.resolve("b"), 0.9)))
                .isEqualTo("out of scope".length());
        assertThat(Verdict.width(TinyDecisions.multiLabel(folder.resolve("c"), 0.9, 0.9)))
                .isEqualTo("out of scope".length());
    }
}
