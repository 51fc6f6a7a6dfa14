package io.labelstream.finetune.evaluate;

import io.labelstream.finetune.LabelledText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A text as a bag of words and pairs of neighbours, weighted by TF-IDF and scaled to length 1. A
 * Chinese character is a word of its own, so that pairs of characters take the place of words; a
 * punctuation mark is a word, too.
 *
 * <p>Of a pair of texts come the words of each, marked with which it is, and once more the words
 * that both have and those that only one has.
 */
final class WordFeatures {

    private static final Pattern WORD =
            Pattern.compile(
                    "\\p{IsHan}|[\\p{L}\\p{M}\\p{N}&&[^\\p{IsHan}]]+(?:['\u2019]\\p{L}+)*|[^\\s\\p{L}\\p{M}\\p{N}]");

    /** A pair of words seen in fewer rows is left out: it can say nothing of others. */
    private static final int LEAST_ROWS_OF_A_PAIR = 2;

    /** In every text, so that one without any word that was learnt has a feature, too. */
    private static final String CONSTANT = "";

    private final Map<String, Double> inverseFrequencies;

    private WordFeatures(Map<String, Double> inverseFrequencies) {
        this.inverseFrequencies = inverseFrequencies;
    }

    /** Learns which words there are, and how rare each is. */
    static WordFeatures of(List<LabelledText> rows) {
        Map<String, Integer> frequencies = new HashMap<>();
        for (LabelledText row : rows) {
            counts(row).keySet().forEach(name -> frequencies.merge(name, 1, Integer::sum));
        }
        Map<String, Double> inverse = new HashMap<>();
        frequencies.forEach(
                (name, count) -> {
                    if (count >= LEAST_ROWS_OF_A_PAIR || name.indexOf(' ') < 0) {
                        inverse.put(name, 1 + Math.log((1.0 + rows.size()) / (1 + count)));
                    }
                });
        return new WordFeatures(inverse);
    }

    /** The features of a row; words that were not learnt are left out. */
    LinearModel.Features of(LabelledText row) {
        // Sorted: sums of weights are then the same in every run.
        Map<String, Double> weights = new TreeMap<>();
        counts(row)
                .forEach(
                        (name, count) -> {
                            Double inverse = inverseFrequencies.get(name);
                            if (inverse != null) {
                                weights.put(name, (1 + Math.log(count)) * inverse);
                            }
                        });
        double length = Math.sqrt(weights.values().stream().mapToDouble(w -> w * w).sum());
        weights.replaceAll((name, weight) -> weight / length);
        weights.put(CONSTANT, 1.0);
        return new LinearModel.Features(
                weights.keySet().toArray(String[]::new),
                weights.values().stream().mapToDouble(Double::doubleValue).toArray());
    }

    private static Map<String, Integer> counts(LabelledText row) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        List<String> first = words(row.text());
        if (row.pair().isEmpty()) {
            count(counts, "", first);
            return counts;
        }
        List<String> second = words(row.pair());
        count(counts, "1:", first);
        count(counts, "2:", second);
        Set<String> inSecond = new HashSet<>(second);
        Set<String> all = new HashSet<>(first);
        all.addAll(second);
        Set<String> both = new HashSet<>(first);
        both.retainAll(inSecond);
        all.forEach(word -> counts.put((both.contains(word) ? "both:" : "one:") + word, 1));
        return counts;
    }

    private static void count(Map<String, Integer> counts, String mark, List<String> words) {
        for (int i = 0; i < words.size(); i++) {
            counts.merge(mark + words.get(i), 1, Integer::sum);
            if (i > 0) {
                counts.merge(mark + words.get(i - 1) + " " + words.get(i), 1, Integer::sum);
            }
        }
    }

    static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        Matcher matcher = WORD.matcher(text.toLowerCase(Locale.ROOT));
        while (matcher.find()) {
            words.add(matcher.group());
        }
        return words;
    }
}
