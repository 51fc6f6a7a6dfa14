package io.labelstream.finetune.evaluate;

import io.labelstream.finetune.LabelledData;
import io.labelstream.finetune.LabelledText;
import io.labelstream.inference.EncodedText;
import io.labelstream.inference.ModelBundle;
import io.labelstream.inference.TextTokenizer;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Averaged word embeddings with a linear model. The embeddings are the model's own word pieces,
 * before any layer of its encoder; a text is the mean of its tokens', scaled to length 1. A pair of
 * texts is both means, their distances and their products: {@code [u, v, |u - v|, u v]}.
 */
final class EmbeddingsBaseline implements Baseline {

    static final String KEY = "embeddings";

    private final ModelBundle bundle;
    private final WordEmbeddings embeddings;

    /**
     * @param bundle the model whose embeddings and labels are used
     * @throws io.labelstream.finetune.FineTuneException if it has none that can be read
     */
    EmbeddingsBaseline(ModelBundle bundle) {
        this.bundle = bundle;
        this.embeddings = WordEmbeddings.of(bundle);
    }

    @Override
    public String key() {
        return KEY;
    }

    @Override
    public String title() {
        return "averaged word embeddings, linear model";
    }

    @Override
    public Trained train(LabelledData train) {
        TextTokenizer tokenizer = TextTokenizer.open(bundle);
        int size = embeddings.size() * (train.pairs() ? 4 : 1);
        String[] names =
                IntStream.range(0, size).mapToObj(Integer::toString).toArray(String[]::new);
        try {
            LinearModel<?> model =
                    LinearModel.train(
                            train.rows(),
                            row -> new LinearModel.Features(names, values(tokenizer, row)),
                            bundle.labels(),
                            bundle.decision().multiLabel());
            return new Embedded(tokenizer, model);
        } catch (RuntimeException e) {
            tokenizer.close();
            throw e;
        }
    }

    private record Embedded(TextTokenizer tokenizer, LinearModel<?> model) implements Trained {
        @Override
        public List<List<String>> find(List<LabelledText> rows) {
            return model.find(rows);
        }

        @Override
        public void close() {
            tokenizer.close();
        }
    }

    private double[] values(TextTokenizer tokenizer, LabelledText row) {
        double[] first = mean(tokenizer, row.text());
        if (row.pair().isEmpty()) {
            return first;
        }
        double[] second = mean(tokenizer, row.pair());
        int size = first.length;
        double[] values = new double[4 * size];
        for (int i = 0; i < size; i++) {
            values[i] = first[i];
            values[size + i] = second[i];
            values[2 * size + i] = Math.abs(first[i] - second[i]);
            values[3 * size + i] = first[i] * second[i];
        }
        return values;
    }

    /** Of all tokens but the first and the last, which are special ones. */
    private double[] mean(TextTokenizer tokenizer, String text) {
        EncodedText encoded = tokenizer.encode(text, "");
        double[] sum = new double[embeddings.size()];
        for (int token = 1; token < encoded.tokens() - 1; token++) {
            embeddings.addTo(sum, encoded.ids()[token]);
        }
        double length = 0;
        for (double value : sum) {
            length += value * value;
        }
        for (int i = 0; i < sum.length && length > 0; i++) {
            sum[i] /= Math.sqrt(length);
        }
        return sum;
    }
}
