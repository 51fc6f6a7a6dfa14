package io.labelstream.serde.json;

import io.labelstream.serde.FieldPath;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Places in a document that are wanted, as a tree: each node stands for a value, its children for
 * fields and elements of that value. Wanted places have numbers from 0; those within one value are
 * neighbours.
 */
final class FieldTree {

    private final Map<String, FieldTree> fields = new HashMap<>();
    private final Map<Integer, FieldTree> elements = new HashMap<>();
    private boolean wanted;
    private int from;
    private int to;

    private FieldTree() {}

    /** The tree of some paths; one may occur again. Its root stands for the whole document. */
    static FieldTree of(List<FieldPath> paths) {
        FieldTree root = new FieldTree();
        for (FieldPath path : paths) {
            root.node(path).wanted = true;
        }
        root.numberFrom(0);
        return root;
    }

    /** The number of a place that this tree was made with. */
    int number(FieldPath path) {
        return node(path).from;
    }

    /** Null for a field with no wanted place in it. */
    FieldTree field(String name) {
        return fields.get(name);
    }

    /** Null for an element with no wanted place in it. */
    FieldTree element(int index) {
        return elements.get(index);
    }

    boolean hasFields() {
        return !fields.isEmpty();
    }

    boolean hasElements() {
        return !elements.isEmpty();
    }

    /** Whether this place itself is wanted; its number is {@link #from} then. */
    boolean isWanted() {
        return wanted;
    }

    /** The lowest number of the places here and below. */
    int from() {
        return from;
    }

    /** Behind the highest number of the places here and below. */
    int to() {
        return to;
    }

    private FieldTree node(FieldPath path) {
        FieldTree node = this;
        for (FieldPath.Step step : path.steps()) {
            node =
                    step.isIndex()
                            ? node.elements.computeIfAbsent(step.index(), i -> new FieldTree())
                            : node.fields.computeIfAbsent(step.name(), n -> new FieldTree());
        }
        return node;
    }

    private int numberFrom(int next) {
        from = next;
        to = wanted ? next + 1 : next;
        for (FieldTree field : fields.values()) {
            to = field.numberFrom(to);
        }
        for (FieldTree element : elements.values()) {
            to = element.numberFrom(to);
        }
        return to;
    }
}
