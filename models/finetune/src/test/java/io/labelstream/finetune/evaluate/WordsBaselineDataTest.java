package io.labelstream.finetune.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.labelstream.finetune.LabelledCsv;
import io.labelstream.finetune.LabelledData;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordsBaselineDataTest {

    private static final String FOLDER = System.getenv("LABELSTREAM_DATA");

    /** Accuracy of a naive Bayes classifier on the same rows, measured apart from this project. */
    @ParameterizedTest
    @CsvSource({
        "mr, 0.780",
        "banking77, 0.834",
        "book_review, 0.835",
        "clinc150, 0.715",
        "crosswoz, 0.680"
    })
    void isNoWorseThanNaiveBayes(String set, double floor) {
        assumeTrue(FOLDER != null, "LABELSTREAM_DATA names no folder of data sets");
        LabelledData train = LabelledCsv.read(Path.of(FOLDER, set, "train.csv"));
        LabelledData test = LabelledCsv.read(Path.of(FOLDER, set, "test.csv"));
        List<String> labels =
                train.rows().stream()
                        .flatMap(row -> row.labels().stream())
                        .distinct()
                        .sorted()
                        .toList();

        BaselineFigures figures =
                BaselineFigures.of(
                        new WordsBaseline(labels, train.multiLabel()), train, test, labels);

        assertThat(figures.accuracy()).isGreaterThanOrEqualTo(floor);
    }
}
