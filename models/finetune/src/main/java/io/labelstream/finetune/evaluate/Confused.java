package io.labelstream.finetune.evaluate;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * A true label that was missed, and a label that was wrongly found instead.
 *
 * @param truth {@link #NONE} where none was missed
 * @param found {@link #NONE} where none was wrong
 */
record Confused(String truth, String found) {

    /** What stands for a label where a row has none to be confused with. */
    static final String NONE = "(no label)";

    /**
     * The confusions of a row: each missed label with each wrong one.
     *
     * @return empty where exactly the true labels were found
     */
    static List<Confused> of(Collection<String> truth, Collection<String> found) {
        List<String> missed = truth.stream().filter(label -> !found.contains(label)).toList();
        List<String> wrong = found.stream().filter(label -> !truth.contains(label)).toList();
        List<Confused> pairs = new ArrayList<>();
        if (!missed.isEmpty() || !wrong.isEmpty()) {
            for (String one : missed.isEmpty() ? List.of(NONE) : missed) {
                for (String other : wrong.isEmpty() ? List.of(NONE) : wrong) {
                    pairs.add(new Confused(one, other));
                }
            }
        }
        return pairs;
    }
}
