package io.labelstream.shipped;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.labelstream.inference.Classification;
import io.labelstream.inference.EncodedText;
import io.labelstream.inference.ModelBundle;
import io.labelstream.inference.ModelOutput;
import io.labelstream.inference.SessionSettings;
import io.labelstream.inference.TextClassifier;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Holds the shipped models to the figures that their cards promise, on rows they never saw. */
class ShippedFiguresTest {

    /** Shares of rows, each from 0 to 1. */
    private record Figures(double accuracy, double inScopeAccuracy, double outOfScopeRecall) {}

    @Test
    void sentimentEn() throws Exception {
        assertThat(measure("sentiment-en", "mr").accuracy()).isGreaterThanOrEqualTo(0.87);
    }

    @Test
    void sentimentZh() throws Exception {
        assertThat(measure("sentiment-zh", "book_review").accuracy()).isGreaterThanOrEqualTo(0.87);
    }

    @Test
    void intentEn() throws Exception {
        Figures figures = measure("intent-en", "clinc150");

        assertThat(figures.inScopeAccuracy()).isGreaterThanOrEqualTo(0.962);
        assertThat(figures.outOfScopeRecall()).isGreaterThanOrEqualTo(0.60);
    }

    private static Figures measure(String name, String dataSet) throws Exception {
        String data = System.getenv("LABELSTREAM_DATA");
        assumeTrue(
                data != null,
                "LABELSTREAM_DATA is not set; it names a folder that holds "
                        + dataSet
                        + "/test.csv");
        ModelBundle bundle = Shipped.bundle(name);
        List<String[]> rows = Shipped.rows(Path.of(data, dataSet, "test.csv"));
        String none = bundle.decision().outOfScope().map(rule -> rule.label()).orElse("");
        int right = 0;
        int inScope = 0;
        int inScopeRight = 0;
        int verdicts = 0;
        try (TextClassifier classifier = TextClassifier.open(bundle, SessionSettings.cpu())) {
            List<EncodedText> texts =
                    rows.stream().map(row -> classifier.tokenizer().encode(row[0], "")).toList();
            List<ModelOutput> outputs = classifier.run(texts, false);
            for (int i = 0; i < rows.size(); i++) {
                String truth = rows.get(i)[1];
                Classification found = Classification.of(bundle, outputs.get(i).logits(), 0);
                boolean hit = !found.outOfScope() && found.best().label().equals(truth);
                right += hit ? 1 : 0;
                if (truth.equals(none)) {
                    verdicts += found.outOfScope() ? 1 : 0;
                } else {
                    inScope++;
                    inScopeRight += hit ? 1 : 0;
                }
            }
        }
        return new Figures(
                (double) right / rows.size(),
                (double) inScopeRight / inScope,
                (double) verdicts / Math.max(1, rows.size() - inScope));
    }
}
