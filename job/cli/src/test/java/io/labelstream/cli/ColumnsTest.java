package io.labelstream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ColumnsTest {

    @Test
    void wideCharactersTakeTwoColumnsAndMarksNone() {
        assertThat(Columns.of("caf\u00E9")).isEqualTo(4);
        assertThat(Columns.of("cafe\u0301")).isEqualTo(4);
        assertThat(Columns.of("中文，ok")).isEqualTo(8);
        assertThat(Columns.of("\uD83D\uDE00")).isEqualTo(2);
    }

    @Test
    void cutsWhereTheNextCharacterWouldNotFit() {
        assertThat(Columns.end("中文", 4)).isEqualTo(2);
        assertThat(Columns.end("中文", 3)).isEqualTo(1);
        assertThat(Columns.end("a\uD83D\uDE00b", 2)).isEqualTo(1);
        assertThat(Columns.end("a\uD83D\uDE00b", 3)).isEqualTo(3);
        assertThat(Columns.end("", 0)).isZero();
    }
}
