package io.labelstream.finetune;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All that is trained, as one long row of numbers: an optimizer's step, the norm of the gradient
 * and a snapshot are then one operation each instead of one a tensor. Owned by one thread.
 */
final class Parameters {

    private final List<String> names = new ArrayList<>();
    private final List<long[]> shapes = new ArrayList<>();
    private final long[] cuts;
    private final NDArray row;

    /**
     * @param manager owns the numbers, and outlives this
     * @param initial values at the start, by name
     */
    Parameters(NDManager manager, Map<String, Tensor> initial) {
        int cells = initial.values().stream().mapToInt(tensor -> tensor.values().length).sum();
        float[] values = new float[cells];
        cuts = new long[initial.size() - 1];
        int cell = 0;
        for (Map.Entry<String, Tensor> entry : initial.entrySet()) {
            if (!names.isEmpty()) {
                cuts[names.size() - 1] = cell;
            }
            names.add(entry.getKey());
            shapes.add(entry.getValue().shape());
            float[] from = entry.getValue().values();
            System.arraycopy(from, 0, values, cell, from.length);
            cell += from.length;
        }
        row = manager.create(values);
        row.setRequiresGradient(true);
    }

    /** The numbers themselves. */
    NDArray row() {
        return row;
    }

    /** Names, in the order of the row. */
    List<String> names() {
        return names;
    }

    /** Cells of a parameter, by its index in {@link #names}. */
    int size(int index) {
        return Math.toIntExact(Tensor.cells(shapes.get(index)));
    }

    /**
     * The parameters by name, as parts of the row that pass gradients on to it.
     *
     * @param step owns the parts
     */
    Map<String, NDArray> views(NDManager step) {
        row.tempAttach(step);
        NDList parts = row.split(cuts);
        Map<String, NDArray> views = new LinkedHashMap<>();
        for (int i = 0; i < names.size(); i++) {
            views.put(names.get(i), parts.get(i).reshape(new Shape(shapes.get(i))));
        }
        return views;
    }

    /** Replaces the numbers. */
    void set(float[] values) {
        row.set(values);
    }

    /** The parts of a row by name, copied. */
    Map<String, Tensor> named(float[] values) {
        Map<String, Tensor> named = new LinkedHashMap<>();
        int cell = 0;
        for (int i = 0; i < names.size(); i++) {
            Tensor tensor = Tensor.zeros(shapes.get(i));
            System.arraycopy(values, cell, tensor.values(), 0, tensor.values().length);
            cell += tensor.values().length;
            named.put(names.get(i), tensor);
        }
        return named;
    }
}
