package io.labelstream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class DemoScreenTest {

    private static final int WIDTH = 100;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @Test
    void showsWhatElseApplies() throws Exception {
        assertThat(
                        shown(
                                false,
                                """
                                {"text": "so kind!", "label": "joy", "score": 0.8, "outOfScope": false,
                                 "labels": [{"label": "joy", "score": 0.8}, {"label": "love", "score": 0.6}],
                                 "model": {"name": "moods", "version": "1"}}
                                """))
                .isEqualTo("joy           0.80  so kind!  (also: love 0.60)  [moods 1]\n");
    }

    @Test
    void showsThatNoLabelFits() throws Exception {
        assertThat(
                        shown(
                                false,
                                """
                                {"text": "hm", "label": "joy", "score": 0.2, "outOfScope": true, "labels": [],
                                 "model": {"name": "moods", "version": "1"}}
                                """))
                .isEqualTo("out of scope  0.20  hm  (nearest: joy)  [moods 1]\n");
    }

    @Test
    void showsBothTextsOfAPairOnOneLineOfTheTerminal() throws Exception {
        String event =
                """
                {"text": "%s", "textPair": "%s", "label": "joy", "score": 0.2, "labels": [],
                 "model": {"name": "moods", "version": "1"}}
                """
                        .formatted("one ".repeat(90), "two ".repeat(90));

        assertThat(shown(false, event)).contains("one one   |  two two ");
        assertThat(shown(true, event).replaceAll("\033\\[[0-9;]*m", "").strip())
                .hasSizeLessThanOrEqualTo(WIDTH)
                .containsPattern("one.*…  \\|  two.*…");
    }

    private String shown(boolean colours, String event) throws Exception {
        out.reset();
        Console console =
                Console.of(
                        new ByteArrayInputStream(new byte[0]),
                        out,
                        new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
                        colours,
                        false,
                        WIDTH);
        DemoScreen screen = new DemoScreen(console, false, Verdict.OUT_OF_SCOPE.length());
        screen.event(new byte[0], new ObjectMapper().readTree(event));
        console.out().flush();
        return out.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
    }
}
