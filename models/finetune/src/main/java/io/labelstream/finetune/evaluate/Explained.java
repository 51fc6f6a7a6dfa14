package io.labelstream.finetune.evaluate;

import io.labelstream.finetune.FineTuneException;
import io.labelstream.inference.EncodedText;
import io.labelstream.inference.InferenceException;
import io.labelstream.inference.TextClassifier;
import io.labelstream.inference.WordWeight;
import io.labelstream.inference.Words;
import java.util.ArrayList;
import java.util.List;

/**
 * An answer, and which words carried it.
 *
 * @param words of the first text, in its order; empty from a model that does not say
 */
record Explained(Answer answer, List<WordWeight> words) {

    Explained {
        words = List.copyOf(words);
    }

    /**
     * Answers spread evenly over the data, some right and some wrong.
     *
     * @param each how many of either kind, where there are as many
     */
    static List<Answer> sample(List<Answer> answers, int each) {
        List<Answer> sample = new ArrayList<>();
        for (boolean right : new boolean[] {true, false}) {
            List<Answer> kind = answers.stream().filter(answer -> answer.right() == right).toList();
            int count = Math.min(each, kind.size());
            for (int i = 0; i < count; i++) {
                sample.add(kind.get((int) ((long) i * kind.size() / count)));
            }
        }
        return sample;
    }

    /** Runs the model on answers once more, for its attention. */
    static List<Explained> of(TextClassifier classifier, List<Answer> answers) {
        List<Explained> explained = new ArrayList<>();
        try {
            for (Answer answer : answers) {
                String text = answer.row().text();
                EncodedText encoded =
                        classifier.tokenizer().encode(text, answer.row().pair(), true);
                float[] attention = classifier.run(List.of(encoded), true).get(0).attention();
                explained.add(
                        new Explained(
                                answer,
                                attention.length == 0
                                        ? List.of()
                                        : Words.of(text, encoded, attention)));
            }
        } catch (InferenceException e) {
            throw new FineTuneException("The texts cannot be explained: " + e.getMessage(), e);
        }
        return explained;
    }
}
