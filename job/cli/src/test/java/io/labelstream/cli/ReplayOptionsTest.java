package io.labelstream.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.labelstream.serde.SourcePosition;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

/** How positions and times are written. */
class ReplayOptionsTest {

    private final PositionOption positions = new PositionOption();
    private final TimeOption times = new TimeOption();

    @Test
    void positionIsReadAsItIsPrinted() {
        SourcePosition position = new SourcePosition("a-1.b_C", 12, 1_234_567_890_123L);

        assertThat(positions.convert(position.toString())).isEqualTo(position);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "in",
                "in-1",
                "in@5",
                "-1@5",
                "in-1@",
                "in-x@5",
                "in--1@-5",
                "i n-1@5",
                "in-1@5 ",
                "in-9999999999@5",
                "in-1@9999999999999999999"
            })
    void refusesWhatIsNoPosition(String value) {
        assertThatThrownBy(() -> positions.convert(value))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("TOPIC-PARTITION@OFFSET");
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-23, 2026-11-23T00:00:00Z",
        "2026-11-23T10:15:00Z, 2026-11-23T10:15:00Z",
        "2026-11-23T10:15:00.250+08:00, 2026-11-23T02:15:00.250Z",
        "1700000000000, 2023-11-14T22:13:20Z"
    })
    void readsTimes(String written, String expected) {
        assertThat(times.convert(written)).isEqualTo(Instant.parse(expected));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "yesterday", "2026", "2026-13-01", "2026-11-23T10:15:00", "-1"})
    void refusesWhatIsNoTimeOrDependsOnTheMachine(String value) {
        assertThatThrownBy(() -> times.convert(value))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("2026-11-23T10:15:00Z");
    }
}
