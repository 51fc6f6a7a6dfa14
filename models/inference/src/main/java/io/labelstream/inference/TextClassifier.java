package io.labelstream.inference;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A model without a stream: tokenizer and session together, for the command line, evaluation and
 * tests. Used by one thread.
 */
public final class TextClassifier implements AutoCloseable {

    /** Padded tokens a run: enough to keep a core busy, few enough to stay in its cache. */
    private static final int MAX_TOKENS_PER_RUN = 512;

    private final ModelBundle bundle;
    private final TextTokenizer tokenizer;
    private final ClassifierSession session;

    private TextClassifier(ModelBundle bundle, TextTokenizer tokenizer, ClassifierSession session) {
        this.bundle = bundle;
        this.tokenizer = tokenizer;
        this.session = session;
    }

    /**
     * Opens a bundle.
     *
     * @throws BundleException if it cannot be used
     */
    public static TextClassifier open(ModelBundle bundle, SessionSettings settings) {
        TextTokenizer tokenizer = TextTokenizer.open(bundle);
        try {
            return new TextClassifier(bundle, tokenizer, ClassifierSession.open(bundle, settings));
        } catch (RuntimeException e) {
            tokenizer.close();
            throw e;
        }
    }

    public ModelBundle bundle() {
        return bundle;
    }

    public TextTokenizer tokenizer() {
        return tokenizer;
    }

    public ClassifierSession session() {
        return session;
    }

    /**
     * Runs the model on texts of any number and length, in batches of similar length.
     *
     * @return one output a text, in the order given
     */
    public List<ModelOutput> run(List<EncodedText> texts, boolean withAttention)
            throws InferenceException {
        List<Integer> byLength =
                IntStream.range(0, texts.size())
                        .boxed()
                        .sorted(Comparator.comparingInt(i -> texts.get(i).tokens()))
                        .toList();
        ModelOutput[] outputs = new ModelOutput[texts.size()];
        int from = 0;
        while (from < byLength.size()) {
            int to = from + 1;
            while (to < byLength.size()
                    && (to + 1 - from) * texts.get(byLength.get(to)).tokens()
                            <= MAX_TOKENS_PER_RUN) {
                to++;
            }
            List<Integer> rows = byLength.subList(from, to);
            List<EncodedText> batch = new ArrayList<>(rows.size());
            rows.forEach(row -> batch.add(texts.get(row)));
            List<ModelOutput> answers = session.run(batch, withAttention);
            for (int i = 0; i < rows.size(); i++) {
                outputs[rows.get(i)] = answers.get(i);
            }
            from = to;
        }
        return List.of(outputs);
    }

    @Override
    public void close() {
        session.close();
        tokenizer.close();
    }
}
