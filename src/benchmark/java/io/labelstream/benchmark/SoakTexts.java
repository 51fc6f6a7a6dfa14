package io.labelstream.benchmark;

import io.labelstream.inference.ModelBundle;
import io.labelstream.inference.TextTokenizer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Texts of mixed lengths: all sets in turn, and now and then one of the largest length. */
final class SoakTexts {

    /** One of so many is as long as the model reads. */
    static final int LONG_ONE_IN = 200;

    /** What a record may take in a checkpoint beside its key, headers, value and token ids. */
    private static final long BYTES_BESIDE = 200;

    private static final int BYTES_PER_TOKEN = 4;

    private SoakTexts() {}

    /** Mixes sets, text by text. */
    static TextSet mixed(List<TextSet> sets, String longest) {
        List<String> all = new ArrayList<>();
        int most = sets.stream().mapToInt(set -> set.texts().size()).max().orElseThrow();
        for (int i = 0; i < most; i++) {
            for (TextSet set : sets) {
                if (all.size() % LONG_ONE_IN == 0) {
                    all.add(longest);
                }
                all.add(set.text(i));
            }
        }
        return new TextSet("mixed", all);
    }

    /** A text of as many tokens as the model reads, made of others. */
    static String longest(List<String> texts, ModelBundle bundle, TextTokenizer tokenizer) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; tokenizer.encode(text.toString(), "").tokens() < bundle.maxTokens(); i++) {
            text.append(texts.get(i % texts.size())).append(' ');
        }
        return text.toString().strip();
    }

    /** What each text may take in a checkpoint, without key and headers: it has none. */
    static long[] bytes(TextSet texts, TextTokenizer tokenizer) {
        return texts.texts().stream()
                .mapToLong(
                        text ->
                                text.getBytes(StandardCharsets.UTF_8).length
                                        + (long) BYTES_PER_TOKEN
                                                * tokenizer.encode(text, "").tokens()
                                        + BYTES_BESIDE)
                .toArray();
    }

    /** The largest sum of so many in a row, the end going on at the beginning. */
    static long mostInARow(long[] bytes, int count) {
        long sum = 0;
        for (int i = 0; i < count; i++) {
            sum += bytes[i % bytes.length];
        }
        long most = sum;
        for (int i = 0; i < bytes.length; i++) {
            sum += bytes[(i + count) % bytes.length] - bytes[i];
            most = Math.max(most, sum);
        }
        return most;
    }
}
