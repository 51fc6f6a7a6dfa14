package io.labelstream.finetune.evaluate;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.labelstream.finetune.LabelledData;
import java.util.List;

/**
 * How well a baseline does.
 *
 * @param name as users write it
 * @param about what it is, for people
 * @param trainSeconds what training took, with all that belongs to it
 * @param textsPerS from text to labels, on one thread, once warm
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record BaselineFigures(
        String name,
        String about,
        double accuracy,
        double macroF1,
        double microF1,
        double trainSeconds,
        double textsPerS) {

    /**
     * Trains and measures a baseline.
     *
     * @param labels all there are
     */
    static BaselineFigures of(
            Baseline baseline, LabelledData train, LabelledData data, List<String> labels) {
        long start = System.nanoTime();
        try (Baseline.Trained trained = baseline.train(train)) {
            double trainSeconds = seconds(start);
            trained.find(WarmUp.rows(data.rows()));
            long warm = System.nanoTime();
            List<List<String>> found = trained.find(data.rows());
            double findSeconds = seconds(warm);
            Confusion confusion = new Confusion(labels);
            for (int i = 0; i < found.size(); i++) {
                confusion.add(data.rows().get(i).labels(), found.get(i));
            }
            return new BaselineFigures(
                    baseline.key(),
                    baseline.title(),
                    confusion.accuracy(),
                    confusion.macroF1(),
                    confusion.microF1(),
                    trainSeconds,
                    found.size() / findSeconds);
        }
    }

    private static double seconds(long start) {
        return (System.nanoTime() - start) / 1e9;
    }
}
