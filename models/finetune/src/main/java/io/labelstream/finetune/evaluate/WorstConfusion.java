package io.labelstream.finetune.evaluate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A label that is often taken for another, with the texts where the model was surest of it.
 *
 * @param truth the true label, or {@link Confused#NONE}
 * @param found what was found instead, or {@link Confused#NONE}
 * @param rows in how many rows
 * @param texts some of them, with pair and score, surest first
 */
record WorstConfusion(String truth, String found, int rows, List<Example> texts) {

    private static final int TEXTS = 3;

    WorstConfusion {
        texts = List.copyOf(texts);
    }

    /**
     * A text that was confused.
     *
     * @param pair the second text; empty for none
     * @param line where it stands in the data
     * @param score of the model's best label
     */
    record Example(String text, String pair, long line, double score) {

        /** Says nothing of the text: it belongs to the user. */
        @Override
        public String toString() {
            return "Example[line=" + line + "]";
        }
    }

    /**
     * The most frequent confusions, counted as {@link Confusion} does.
     *
     * @param most how many to give
     */
    static List<WorstConfusion> of(List<Answer> answers, int most) {
        Map<Confused, List<Answer>> kinds = new LinkedHashMap<>();
        for (Answer answer : answers) {
            for (Confused kind : Confused.of(answer.row().labels(), answer.found())) {
                kinds.computeIfAbsent(kind, k -> new ArrayList<>()).add(answer);
            }
        }
        return kinds.entrySet().stream()
                .sorted(Comparator.comparingInt(entry -> -entry.getValue().size()))
                .limit(most)
                .map(entry -> of(entry.getKey(), entry.getValue()))
                .toList();
    }

    private static WorstConfusion of(Confused kind, List<Answer> answers) {
        List<Example> texts =
                answers.stream()
                        .sorted(Comparator.comparingDouble(answer -> -answer.best().score()))
                        .limit(TEXTS)
                        .map(
                                answer ->
                                        new Example(
                                                answer.row().text(),
                                                answer.row().pair(),
                                                answer.row().line(),
                                                answer.best().score()))
                        .toList();
        return new WorstConfusion(kind.truth(), kind.found(), answers.size(), texts);
    }
}
