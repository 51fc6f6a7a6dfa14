package io.labelstream.operators;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A session's share of a device, until closed. Flink shows every slot all devices of its
 * TaskManager, so the slots have to agree: each takes the one that has the fewest sessions.
 *
 * <p>The table is one for each class loader, which is one for each job in a TaskManager: sessions
 * of two jobs do not see each other. Any thread.
 */
final class DeviceLease implements AutoCloseable {

    private static final Map<Integer, Integer> SESSIONS = new HashMap<>();

    private final int index;
    private boolean closed;

    private DeviceLease(int index) {
        this.index = index;
    }

    /**
     * Takes the device with the fewest sessions; among equals the first.
     *
     * @param devices their indices, at least one
     */
    static DeviceLease take(List<Integer> devices) {
        synchronized (SESSIONS) {
            int least =
                    devices.stream()
                            .min(Comparator.comparingInt(i -> SESSIONS.getOrDefault(i, 0)))
                            .orElseThrow();
            SESSIONS.merge(least, 1, Integer::sum);
            return new DeviceLease(least);
        }
    }

    int index() {
        return index;
    }

    /** Gives it back; the second time nothing happens. */
    @Override
    public void close() {
        synchronized (SESSIONS) {
            if (!closed) {
                closed = true;
                SESSIONS.merge(index, -1, Integer::sum);
            }
        }
    }
}
