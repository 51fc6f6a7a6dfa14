package io.labelstream.serde;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SurrogatesTest {

    @ParameterizedTest
    @CsvSource({
        "a\uD83D, a\uFFFD",
        "\uD83Da, \uFFFDa",
        "\uDE00, \uFFFD",
        "\uDE00\uD83D, \uFFFD\uFFFD",
        "\uD83D\uD83D\uDE00, \uFFFD\uD83D\uDE00",
        "\uD83D\uDE00\uDE00, \uD83D\uDE00\uFFFD"
    })
    void halfACharacterIsReplacedAndWholeOnesAreNot(String text, String expected) {
        assertThat(Surrogates.replaceLone(text)).isEqualTo(expected).hasSameSizeAs(text);
    }

    @Test
    void textWithoutThemIsTheSame() {
        assertThat(Surrogates.replaceLone("caf\u00E9")).isSameAs("caf\u00E9");
    }
}
