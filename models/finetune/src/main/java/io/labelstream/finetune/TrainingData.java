package io.labelstream.finetune;

import io.labelstream.inference.TextTokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * What a training learns from and what it validates on, checked.
 *
 * @param labels all there are, sorted
 * @param multiLabel whether a row may have several labels
 * @param pairs whether a row is a pair of texts
 * @param train the rows to learn from
 * @param validation the rows to choose the best epoch and to calibrate by
 */
record TrainingData(
        List<String> labels,
        boolean multiLabel,
        boolean pairs,
        List<LabelledText> train,
        List<LabelledText> validation) {

    /** One of so many rows is held out where there is no validation file. */
    private static final int HELD_OUT = 10;

    /**
     * Reads the files.
     *
     * @param files of training rows, at least one
     * @param validationFile null to hold out a tenth of the training rows, by label; where they are
     *     too few for that, they validate themselves
     * @param seed of the choice of rows that are held out
     * @throws FineTuneException if the files cannot be learnt from
     */
    static TrainingData read(List<Path> files, Path validationFile, long seed) {
        LabelledData data = joined(files);
        List<String> labels =
                data.rows().stream()
                        .flatMap(row -> row.labels().stream())
                        .distinct()
                        .sorted()
                        .toList();
        if (labels.size() < 2) {
            throw new FineTuneException(
                    "%s: all %d rows have the same label. A classifier needs at least two."
                            .formatted(data.file(), data.rows().size()));
        }
        if (validationFile != null) {
            LabelledData validation = LabelledCsv.read(validationFile);
            checkAlike(data, validation, labels);
            return new TrainingData(
                    labels, data.multiLabel(), data.pairs(), data.rows(), validation.rows());
        }
        List<LabelledText> held = heldOut(data.rows(), seed);
        if (held.isEmpty()) {
            return new TrainingData(
                    labels, data.multiLabel(), data.pairs(), data.rows(), data.rows());
        }
        List<LabelledText> train = new ArrayList<>(data.rows());
        train.removeAll(new LinkedHashSet<>(held));
        return new TrainingData(labels, data.multiLabel(), data.pairs(), train, held);
    }

    private static LabelledData joined(List<Path> files) {
        LabelledData first = LabelledCsv.read(files.get(0));
        List<LabelledText> rows = new ArrayList<>(first.rows());
        for (Path file : files.subList(1, files.size())) {
            LabelledData next = LabelledCsv.read(file);
            checkColumns(first, next);
            rows.addAll(next.rows());
        }
        return new LabelledData(first.file(), first.pairs(), rows);
    }

    private static void checkColumns(LabelledData data, LabelledData other) {
        if (data.pairs() != other.pairs()) {
            throw new FineTuneException(
                    "%s %s pairs of texts, but %s %s. Expected the same columns in all files."
                            .formatted(
                                    data.file(),
                                    data.pairs() ? "has" : "has no",
                                    other.file(),
                                    other.pairs() ? "has" : "has none"));
        }
    }

    private static void checkAlike(
            LabelledData data, LabelledData validation, List<String> labels) {
        checkColumns(data, validation);
        for (LabelledText row : validation.rows()) {
            if (!labels.containsAll(row.labels())) {
                throw new FineTuneException(
                        "%s line %d: this label is not in the training data. A model cannot learn a label that it never sees."
                                .formatted(validation.file(), row.line()));
            }
            if (row.labels().size() > 1 && !data.multiLabel()) {
                throw new FineTuneException(
                        "%s line %d has %d labels, but in %s every row has one. Expected both files to be of one kind."
                                .formatted(
                                        validation.file(),
                                        row.line(),
                                        row.labels().size(),
                                        data.file()));
            }
        }
    }

    /**
     * One row in ten, spread over the labels. No label loses its last row of training by it, so of
     * very few rows none may be left to hold out.
     */
    private static List<LabelledText> heldOut(List<LabelledText> rows, long seed) {
        Map<String, List<LabelledText>> byLabel = new LinkedHashMap<>();
        Map<String, Integer> left = new HashMap<>();
        List<LabelledText> shuffled = new ArrayList<>(rows);
        Collections.shuffle(shuffled, new Random(seed));
        for (LabelledText row : shuffled) {
            byLabel.computeIfAbsent(row.labels().get(0), label -> new ArrayList<>()).add(row);
            row.labels().forEach(label -> left.merge(label, 1, Integer::sum));
        }
        List<LabelledText> held = new ArrayList<>();
        int seen = 0;
        for (List<LabelledText> ofLabel : byLabel.values()) {
            for (LabelledText row : ofLabel) {
                seen++;
                boolean due = held.size() < seen / HELD_OUT;
                if (due && row.labels().stream().allMatch(label -> left.get(label) > 1)) {
                    row.labels().forEach(label -> left.merge(label, -1, Integer::sum));
                    held.add(row);
                }
            }
        }
        return held;
    }

    /** The training rows as ids. */
    List<LabelledTokens> trainTokens(TextTokenizer tokenizer) {
        return encode(tokenizer, train);
    }

    /** The validation rows as ids. */
    List<LabelledTokens> validationTokens(TextTokenizer tokenizer) {
        return encode(tokenizer, validation);
    }

    private List<LabelledTokens> encode(TextTokenizer tokenizer, List<LabelledText> rows) {
        Map<String, Integer> indexes = new HashMap<>();
        labels.forEach(label -> indexes.put(label, indexes.size()));
        List<LabelledTokens> encoded = new ArrayList<>(rows.size());
        for (LabelledText row : rows) {
            encoded.add(
                    new LabelledTokens(
                            tokenizer.encode(row.text(), row.pair()),
                            row.labels().stream().mapToInt(indexes::get).toArray()));
        }
        return encoded;
    }
}
