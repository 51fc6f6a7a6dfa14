package io.labelstream.finetune.evaluate;

import io.labelstream.finetune.LabelledText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.tribuo.Example;
import org.tribuo.Model;
import org.tribuo.MutableDataset;
import org.tribuo.Output;
import org.tribuo.OutputFactory;
import org.tribuo.Trainer;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.classification.liblinear.LibLinearClassificationTrainer;
import org.tribuo.classification.liblinear.LinearClassificationType;
import org.tribuo.classification.liblinear.LinearClassificationType.LinearType;
import org.tribuo.impl.ArrayExample;
import org.tribuo.multilabel.MultiLabel;
import org.tribuo.multilabel.MultiLabelFactory;
import org.tribuo.multilabel.baseline.IndependentMultiLabelTrainer;
import org.tribuo.provenance.SimpleDataSourceProvenance;

/**
 * A linear support vector machine on features of texts: one against the rest for each label, by
 * Tribuo's LIBLINEAR. Rows with several labels get one such machine a label, each deciding for
 * itself. The same data gives the same model.
 *
 * @param <T> what Tribuo calls a label, or a set of them
 */
final class LinearModel<T extends Output<T>> implements Baseline.Trained {

    /** LIBLINEAR's own default. */
    private static final double COST = 1;

    private static final int MOST_ITERATIONS = 1000;
    private static final double TOLERANCE = 0.1;

    /** Kept, as the level of a logger that nobody holds is forgotten. */
    private static final Logger TRIBUO = Logger.getLogger("org.tribuo");

    static {
        TRIBUO.setLevel(Level.WARNING);
    }

    /** Features of a text: names, and a value for each; Tribuo asks for one that it learnt. */
    record Features(String[] names, double[] values) {}

    private final Function<LabelledText, Features> features;
    private final List<String> labels;
    private final Model<T> model;
    private final T unknown;
    private final Function<T, Set<String>> names;

    private LinearModel(
            Function<LabelledText, Features> features,
            List<String> labels,
            Model<T> model,
            T unknown,
            Function<T, Set<String>> names) {
        this.features = features;
        this.labels = labels;
        this.model = model;
        this.unknown = unknown;
        this.names = names;
    }

    /**
     * Trains a model.
     *
     * @param labels all there are
     * @param multiLabel whether a row may have several
     */
    static LinearModel<?> train(
            List<LabelledText> rows,
            Function<LabelledText, Features> features,
            List<String> labels,
            boolean multiLabel) {
        Trainer<Label> machine =
                new LibLinearClassificationTrainer(
                        new LinearClassificationType(LinearType.L2R_L2LOSS_SVC_DUAL),
                        COST,
                        MOST_ITERATIONS,
                        TOLERANCE);
        Map<String, String> keys = keys(labels);
        if (multiLabel) {
            return train(
                    rows,
                    features,
                    labels,
                    new IndependentMultiLabelTrainer(machine),
                    new MultiLabelFactory(),
                    row -> new MultiLabel(asTribuo(row.labels(), keys)),
                    MultiLabel::getNameSet);
        }
        return train(
                rows,
                features,
                labels,
                machine,
                new LabelFactory(),
                row -> new Label(keys.get(row.labels().get(0))),
                label -> Set.of(label.getLabel()));
    }

    private static <T extends Output<T>> LinearModel<T> train(
            List<LabelledText> rows,
            Function<LabelledText, Features> features,
            List<String> labels,
            Trainer<T> trainer,
            OutputFactory<T> factory,
            Function<LabelledText, T> truth,
            Function<T, Set<String>> names) {
        MutableDataset<T> data =
                new MutableDataset<>(new SimpleDataSourceProvenance("rows", factory), factory);
        rows.forEach(row -> data.add(example(features.apply(row), truth.apply(row))));
        return new LinearModel<>(
                features, labels, trainer.train(data), factory.getUnknownOutput(), names);
    }

    /** Tribuo's names are numbers: it gives commas and equals signs a meaning of their own. */
    private static Map<String, String> keys(List<String> labels) {
        Map<String, String> keys = new HashMap<>();
        labels.forEach(label -> keys.put(label, Integer.toString(keys.size())));
        return keys;
    }

    private static Set<Label> asTribuo(List<String> labels, Map<String, String> keys) {
        Set<Label> set = new HashSet<>();
        labels.forEach(label -> set.add(new Label(keys.get(label))));
        return set;
    }

    private static <T extends Output<T>> Example<T> example(Features features, T output) {
        return new ArrayExample<>(output, features.names(), features.values());
    }

    @Override
    public List<List<String>> find(List<LabelledText> rows) {
        List<List<String>> found = new ArrayList<>(rows.size());
        for (LabelledText row : rows) {
            T output = model.predict(example(features.apply(row), unknown)).getOutput();
            found.add(
                    names.apply(output).stream()
                            .map(key -> labels.get(Integer.parseInt(key)))
                            .toList());
        }
        return found;
    }
}
