package io.labelstream.finetune.evaluate;

import io.labelstream.finetune.LabelledData;
import io.labelstream.finetune.LabelledText;
import java.util.List;

/** A simpler way to classify, to see what a model is worth on the same data. */
interface Baseline {

    /** Its name as users write it. */
    String key();

    /** What it is, for people. */
    String title();

    /**
     * Trains it.
     *
     * @param train its labels are all among the model's
     * @throws io.labelstream.finetune.FineTuneException if the data cannot be used
     */
    Trained train(LabelledData train);

    /** A trained one. Used by one thread. */
    interface Trained extends AutoCloseable {

        /**
         * The labels found for each row, without a look at its true ones.
         *
         * @return a list for each row, in the same order
         */
        List<List<String>> find(List<LabelledText> rows);

        @Override
        default void close() {}
    }
}
