package io.labelstream.serde.avro;

import io.labelstream.serde.FieldPath;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The paths of wanted texts as a tree with one level for each step. A node is a text, or has
 * fields, or has elements. The texts have numbers, those of their paths.
 */
final class WantedTexts {

    private final String path;
    private final List<Integer> slots = new ArrayList<>();
    private final Map<FieldPath.Step, WantedTexts> children = new LinkedHashMap<>();

    private WantedTexts(String path) {
        this.path = path;
    }

    /**
     * Makes the tree.
     *
     * @throws IllegalArgumentException if a value would have to be of two types at once
     */
    static WantedTexts of(List<FieldPath> paths) {
        WantedTexts root = new WantedTexts("");
        for (int slot = 0; slot < paths.size(); slot++) {
            WantedTexts node = root;
            for (FieldPath.Step step : paths.get(slot).steps()) {
                String path = node.path + written(step, node.path.isEmpty());
                node = node.children.computeIfAbsent(step, s -> new WantedTexts(path));
            }
            node.slots.add(slot);
        }
        root.checkOneType();
        return root;
    }

    private static String written(FieldPath.Step step, boolean isFirst) {
        if (step.isIndex()) {
            return "[" + step.index() + "]";
        }
        return isFirst ? step.name() : "." + step.name();
    }

    private void checkOneType() {
        boolean hasIndices = children.keySet().stream().anyMatch(FieldPath.Step::isIndex);
        boolean isTwo = isText() ? !children.isEmpty() : hasIndices && !hasElements();
        if (isTwo) {
            throw new IllegalArgumentException(
                    "Field %s is asked for as %s and as something else at once"
                            .formatted(path, isText() ? "a text" : "a list"));
        }
        children.values().forEach(WantedTexts::checkOneType);
    }

    boolean isText() {
        return !slots.isEmpty();
    }

    boolean hasElements() {
        return !children.isEmpty() && children.keySet().stream().allMatch(FieldPath.Step::isIndex);
    }

    boolean hasFields() {
        return !isText() && !hasElements();
    }

    Map<FieldPath.Step, WantedTexts> children() {
        return children;
    }

    /** The numbers of the texts here and below. */
    int[] slots() {
        List<Integer> all = new ArrayList<>();
        addSlots(all);
        return all.stream().mapToInt(Integer::intValue).toArray();
    }

    private void addSlots(List<Integer> all) {
        all.addAll(slots);
        children.values().forEach(child -> child.addSlots(all));
    }

    /** What this node is called in messages, and what it should be. */
    String mismatch(String found) {
        String name = path.isEmpty() ? "the value" : "field " + path;
        String expected = isText() ? "a string" : hasElements() ? "an array" : "a record or a map";
        return name + " is " + found + ", expected " + expected;
    }
}
