package io.labelstream.operators;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What waits for the session, and which of it goes next. Guarded by its owner's lock; knows no
 * Flink and no clock.
 *
 * <p>The cut: the oldest of those that wait, always, and then those nearest to it in length, for as
 * long as the budget holds and none brings more padding than a run of its own would cost. So there
 * is little padding where few wait, next to none where many do, and nothing starves: a text runs at
 * the latest when all that came before it have run.
 *
 * @param <T> what is batched
 */
final class MicroBatcher<T> {

    private record Waiting<T>(T item, int tokens, long number) {}

    private final TokenBudget budget;

    /** By length; the oldest first among equals. */
    private final List<Waiting<T>> byLength = new ArrayList<>();

    private final Comparator<Waiting<T>> order =
            Comparator.<Waiting<T>>comparingInt(Waiting::tokens).thenComparingLong(Waiting::number);
    private long added;
    private long waitingTokens;

    MicroBatcher(TokenBudget budget) {
        this.budget = budget;
    }

    /**
     * Lets an item wait.
     *
     * @param tokens its length, at least 1
     */
    void add(T item, int tokens) {
        Waiting<T> waiting = new Waiting<>(item, tokens, added++);
        byLength.add(insertionPoint(waiting), waiting);
        waitingTokens += tokens;
    }

    /** How many items wait. */
    int size() {
        return byLength.size();
    }

    /** All that wait, in no order in particular. */
    List<T> items() {
        List<T> items = new ArrayList<>(byLength.size());
        for (Waiting<T> waiting : byLength) {
            items.add(waiting.item());
        }
        return items;
    }

    /** Whether as many wait as a run can hold at most. */
    boolean full() {
        return byLength.size() >= budget.maxRows() || waitingTokens >= budget.maxTokens();
    }

    /** Takes the next run's items, the oldest first; empty when nothing waits. */
    List<T> take() {
        if (byLength.isEmpty()) {
            return List.of();
        }
        int oldest = oldest();
        int from = oldest;
        int to = oldest + 1;
        // [from, to) grows to the side that is nearer in length to the oldest.
        while (true) {
            int rows = to - from;
            int longest = byLength.get(to - 1).tokens();
            boolean shorter =
                    from > 0 && budget.joins(rows, longest, byLength.get(from - 1).tokens());
            boolean longer =
                    to < byLength.size() && budget.joins(rows, longest, byLength.get(to).tokens());
            if (!shorter && !longer) {
                break;
            }
            if (longer && (!shorter || isNearer(to, from - 1, oldest))) {
                to++;
            } else {
                from--;
            }
        }
        return remove(from, to);
    }

    private boolean isNearer(int candidate, int other, int oldest) {
        int tokens = byLength.get(oldest).tokens();
        return byLength.get(candidate).tokens() - tokens <= tokens - byLength.get(other).tokens();
    }

    private List<T> remove(int from, int to) {
        List<Waiting<T>> run = byLength.subList(from, to);
        List<Waiting<T>> taken = new ArrayList<>(run);
        taken.sort(Comparator.comparingLong(Waiting::number));
        List<T> items = new ArrayList<>(taken.size());
        long tokens = 0;
        for (Waiting<T> waiting : taken) {
            tokens += waiting.tokens();
            items.add(waiting.item());
        }
        // Not before: where there is no memory for the list, all of them must wait still.
        run.clear();
        waitingTokens -= tokens;
        return items;
    }

    private int oldest() {
        int oldest = 0;
        for (int i = 1; i < byLength.size(); i++) {
            if (byLength.get(i).number() < byLength.get(oldest).number()) {
                oldest = i;
            }
        }
        return oldest;
    }

    private int insertionPoint(Waiting<T> waiting) {
        int low = 0;
        int high = byLength.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (order.compare(byLength.get(middle), waiting) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
