package io.labelstream.finetune;

import java.nio.file.Path;
import java.util.List;

/**
 * The rows of a labelled file.
 *
 * @param file where they stood
 * @param pairs whether a row is a pair of texts
 * @param rows at least one, in the order of the file
 */
public record LabelledData(Path file, boolean pairs, List<LabelledText> rows) {

    public LabelledData {
        rows = List.copyOf(rows);
    }

    /** Whether some row has several labels. */
    public boolean multiLabel() {
        return rows.stream().anyMatch(row -> row.labels().size() > 1);
    }
}
