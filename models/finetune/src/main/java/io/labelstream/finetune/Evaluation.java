package io.labelstream.finetune;

import io.labelstream.inference.Classification;
import io.labelstream.inference.EncodedText;
import io.labelstream.inference.InferenceException;
import io.labelstream.inference.ModelBundle;
import io.labelstream.inference.ModelOutput;
import io.labelstream.inference.SessionSettings;
import io.labelstream.inference.TextClassifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A model measured on labelled texts, by the very code that classifies in production.
 *
 * @param textsPerSecond tokenizer and model, on one thread
 */
record Evaluation(Confusion confusion, double textsPerSecond) {

    /**
     * Measures a model.
     *
     * @throws FineTuneException if the data cannot be used or the model fails on it
     */
    static Evaluation of(ModelBundle bundle, Path data) {
        List<LabelledText> rows = LabelledCsv.read(data).rows();
        checkLabels(bundle, data, rows);
        try (TextClassifier classifier = TextClassifier.open(bundle, SessionSettings.cpu())) {
            long start = System.nanoTime();
            List<EncodedText> texts = new ArrayList<>(rows.size());
            rows.forEach(row -> texts.add(classifier.tokenizer().encode(row.text(), row.pair())));
            List<ModelOutput> outputs = classifier.run(texts, false);
            double seconds = (System.nanoTime() - start) / 1e9;
            Confusion confusion = new Confusion(bundle.labels());
            for (int i = 0; i < rows.size(); i++) {
                String found = Classification.of(bundle, outputs.get(i).logits(), 1).best().label();
                confusion.add(
                        bundle.labels().indexOf(rows.get(i).labels().get(0)),
                        bundle.labels().indexOf(found));
            }
            return new Evaluation(confusion, rows.size() / seconds);
        } catch (InferenceException e) {
            throw new FineTuneException(
                    "%s cannot be evaluated: %s".formatted(data, e.getMessage()), e);
        }
    }

    private static void checkLabels(ModelBundle bundle, Path data, List<LabelledText> rows) {
        for (LabelledText row : rows) {
            if (!bundle.labels().containsAll(row.labels())) {
                throw new FineTuneException(
                        "%s line %d: this label is none of model %s, which knows: %s."
                                .formatted(
                                        data,
                                        row.line(),
                                        bundle.name(),
                                        String.join(", ", bundle.labels())));
            }
        }
    }
}
