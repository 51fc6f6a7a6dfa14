package io.labelstream.endtoend.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The table of results in {@code docs/RELIABILITY.md}. A row begins with the scenario's id; its
 * last two columns are the last result and its date.
 */
final class ReliabilityPage {

    private ReliabilityPage() {}

    /**
     * Writes a result into the row of its scenario.
     *
     * @throws IOException if the page has no such row
     */
    static void enter(Path page, ScenarioResult result) throws IOException {
        List<String> lines = new ArrayList<>(Files.readAllLines(page));
        String beginning = "| " + result.id() + " |";
        int row = 0;
        while (row < lines.size() && !lines.get(row).startsWith(beginning)) {
            row++;
        }
        if (row == lines.size()) {
            throw new IOException("%s has no row of %s".formatted(page, result.id()));
        }
        lines.set(
                row,
                "| %s | %s | %s | %s, %d s%s | %s |"
                        .formatted(
                                result.id(),
                                result.promise(),
                                "`src/test/faults --scenario " + result.id() + "`",
                                result.verdict().name().toLowerCase(Locale.ROOT),
                                result.time().toSeconds(),
                                result.notes().isEmpty()
                                        ? ""
                                        : ": " + result.notes().replace("|", "\\|"),
                                LocalDate.now(ZoneOffset.UTC)));
        Files.write(page, lines);
    }
}
