package io.labelstream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.labelstream.serde.AttendedWord;
import io.labelstream.streaming.preflight.Finding;
import java.util.List;
import org.junit.jupiter.api.Test;

class StyleTest {

    private final Style plain = new Style(false);

    @Test
    void letsNoTextSteerTheTerminal() {
        assertThat(Style.printable("a\033[31mb\r\nc\u009bd\u202ee\u2028f\uD83Dg\uD83D\uDE00"))
                .isEqualTo("a [31mb  c d e f\uFFFDg\uD83D\uDE00");
        assertThat(new Style(true).marked("\033[2J", List.of(), 99)).isEqualTo(" [2J");
    }

    @Test
    void marksWordsThatGotMoreThanTheirShare() {
        List<AttendedWord> words =
                List.of(
                        new AttendedWord("so", 0, 2, 0.1f),
                        new AttendedWord("very", 3, 7, 0.2f),
                        new AttendedWord("good", 8, 12, 0.7f));

        assertThat(plain.marked("so very good", words, 99)).isEqualTo("so very *good*");
        assertThat(new Style(true).marked("so very good", words, 99))
                .isEqualTo("so very \033[1;4mgood\033[0m");
    }

    @Test
    void cutsWithoutHalvingACharacter() {
        assertThat(plain.marked("ab\uD83D\uDE00cd", List.of(), 4)).isEqualTo("ab…");
        assertThat(plain.marked("ab\uD83D\uDE00cd", List.of(), 5)).isEqualTo("ab\uD83D\uDE00…");
        assertThat(plain.marked("书很好看", List.of(), 7)).isEqualTo("书很好…");
        assertThat(plain.marked("书很好看", List.of(), 8)).isEqualTo("书很好看");
    }

    @Test
    void statusOfACheckHasAColumnAndAColour() {
        assertThat(new Style(false).status(Finding.Status.OK, 8)).isEqualTo("ok      ");
        assertThat(new Style(true).status(Finding.Status.PROBLEM, 8))
                .isEqualTo("\033[31mproblem \033[0m");
    }
}
