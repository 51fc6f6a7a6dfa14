package io.labelstream.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.labelstream.serde.AttendedWord;
import io.labelstream.serde.LabelScore;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What people see while a demo runs: a line for each event, and a status line that is redrawn. */
final class DemoScreen {

    private static final String ERASE_LINE = "\r\033[K";
    private static final int MIN_TEXT = 20;

    private final Console console;
    private final Style style;
    private final boolean json;
    private final int verdictWidth;
    private boolean statusShown;

    /**
     * Draws nothing yet.
     *
     * @param json whether results are JSON, as they stand in the topic
     * @param verdictWidth columns for the model's answer
     */
    DemoScreen(Console console, boolean json, int verdictWidth) {
        this.console = console;
        this.style = new Style(console.colours());
        this.json = json;
        this.verdictWidth = verdictWidth;
    }

    /** A sentence on what is going on. */
    void say(String sentence) {
        eraseStatus();
        console.err().println(sentence);
    }

    /** A labelled event, as its value and as what was read from it. */
    void event(byte[] value, JsonNode event) {
        eraseStatus();
        if (json) {
            console.out().write(value, 0, value.length);
            console.out().write('\n');
            return;
        }
        JsonNode model = event.path("model");
        String name = model.path("name").asText() + " " + model.path("version").asText();
        Verdict verdict = verdict(event);
        String note =
                verdict.nearest()
                        + (verdict.further().isEmpty()
                                ? ""
                                : "  (also: " + verdict.furtherOnOneLine() + ")");
        int room = console.width() - verdictWidth - Columns.of(name + note) - 12;
        console.out()
                .printf(
                        Locale.ROOT,
                        "%s  %.2f  %s%s  %s%n",
                        verdict.head(style, verdictWidth),
                        event.path("score").asDouble(),
                        text(event, room),
                        style.dim(note),
                        style.dim(console.colours() ? name : "[" + name + "]"));
    }

    /** One text or both, on a terminal cut to so many columns. */
    private String text(JsonNode event, int room) {
        String text = event.path("text").asText();
        String pair = event.path("textPair").asText("");
        int shared = pair.isEmpty() ? room : (room - Style.BETWEEN_PAIR.length()) / 2;
        int shown = console.colours() ? Math.max(MIN_TEXT, shared) : Integer.MAX_VALUE;
        String first = style.marked(text, attention(event), shown);
        return pair.isEmpty()
                ? first
                : first + Style.BETWEEN_PAIR + style.marked(pair, List.of(), shown);
    }

    /** A dead letter. */
    void deadLetter(String reason, String message, String position) {
        if (!json) {
            eraseStatus();
            console.out()
                    .println(
                            style.dim(
                                    "dead letter  %s: %s (%s)"
                                            .formatted(
                                                    Style.printable(reason),
                                                    Style.printable(message),
                                                    position)));
        }
    }

    /** What was printed since is on its way; the status stands below it. */
    void status(DemoSummary now) {
        console.out().flush();
        if (console.live()) {
            console.err()
                    .printf(
                            Locale.ROOT,
                            "%s%d in, %d out, %d dead letters, %.0f texts/s",
                            ERASE_LINE,
                            now.recordsIn(),
                            now.labelled(),
                            now.deadLetters(),
                            now.textsPerSecond());
            console.err().flush();
            statusShown = true;
        }
    }

    /** The end: on standard output, but where that is for JSON only. */
    void summary(DemoSummary summary) {
        eraseStatus();
        console.out().flush();
        if (json) {
            summary.print(console.err(), new Style(false));
        } else {
            summary.print(console.out(), style);
        }
        console.out().flush();
    }

    private void eraseStatus() {
        if (statusShown) {
            console.err().print(ERASE_LINE);
            console.err().flush();
            statusShown = false;
        }
    }

    private static Verdict verdict(JsonNode event) {
        List<LabelScore> labels = new ArrayList<>();
        for (JsonNode label : event.path("labels")) {
            labels.add(
                    new LabelScore(
                            label.path("label").asText(), (float) label.path("score").asDouble()));
        }
        return new Verdict(
                event.path("label").asText(), labels, event.path("outOfScope").asBoolean());
    }

    private static List<AttendedWord> attention(JsonNode event) {
        List<AttendedWord> words = new ArrayList<>();
        for (JsonNode word : event.path("attention")) {
            words.add(
                    new AttendedWord(
                            word.path("word").asText(),
                            word.path("start").asInt(),
                            word.path("end").asInt(),
                            (float) word.path("weight").asDouble()));
        }
        return words;
    }
}
