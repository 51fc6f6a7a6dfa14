package io.labelstream.finetune.evaluate;

import io.labelstream.finetune.LabelledData;
import java.util.List;

/**
 * A bag of words with a linear model.
 *
 * @param labels all there are
 * @param multiLabel whether a row may have several
 */
record WordsBaseline(List<String> labels, boolean multiLabel) implements Baseline {

    static final String KEY = "words";

    @Override
    public String key() {
        return KEY;
    }

    @Override
    public String title() {
        return "bag of words and word pairs, linear model";
    }

    @Override
    public Trained train(LabelledData train) {
        WordFeatures features = WordFeatures.of(train.rows());
        return LinearModel.train(train.rows(), features::of, labels, multiLabel);
    }
}
