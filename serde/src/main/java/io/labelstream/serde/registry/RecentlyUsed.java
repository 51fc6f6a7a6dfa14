package io.labelstream.serde.registry;

import java.util.LinkedHashMap;
import java.util.Map;

/** A map that lets go of what was not asked for longest. Any number of threads. */
final class RecentlyUsed<K, V> {

    private final LinkedHashMap<K, V> entries;

    RecentlyUsed(int capacity) {
        entries =
                new LinkedHashMap<>(16, 0.75f, true) {
                    @Override
                    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                        return size() > capacity;
                    }
                };
    }

    /** What stands under a key; null for nothing. */
    synchronized V get(K key) {
        return entries.get(key);
    }

    synchronized void put(K key, V value) {
        entries.put(key, value);
    }
}
