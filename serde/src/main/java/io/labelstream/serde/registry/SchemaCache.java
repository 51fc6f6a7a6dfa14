package io.labelstream.serde.registry;

import io.labelstream.serde.DeadLetter;
import io.labelstream.serde.RefusedMessageException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.apache.avro.Schema;

/**
 * What is known of a registry's schemas, in all of the JVM: an id means one schema for ever. So
 * operators side by side ask once, and a task that starts again need not ask at all, also while the
 * registry is away.
 *
 * <p>Ids that the registry did not know are remembered for a minute, as a schema may be registered
 * after its first message was seen: bad messages shall not become as many requests.
 *
 * <p>Any number of threads.
 */
final class SchemaCache {

    static final Duration UNKNOWN_FOR = Duration.ofMinutes(1);

    private static final int CAPACITY = 10_000;

    private static final ConcurrentHashMap<List<String>, SchemaCache> CACHES =
            new ConcurrentHashMap<>();

    /** Why an id has no schema, and until when that holds. */
    private record Unknown(String message, long untilNanos) {}

    /** A schema under a subject. */
    private record Registered(String subject, Schema schema) {}

    private final RecentlyUsed<Integer, Schema> schemas = new RecentlyUsed<>(CAPACITY);
    private final RecentlyUsed<Integer, Unknown> unknown = new RecentlyUsed<>(CAPACITY);
    private final ConcurrentHashMap<Registered, Integer> ids = new ConcurrentHashMap<>();
    private final ReentrantLock asking = new ReentrantLock();
    private final LongSupplier nanoClock;

    SchemaCache(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    /** What is known of a registry, by all of its addresses. */
    static SchemaCache of(List<String> urls) {
        return CACHES.computeIfAbsent(List.copyOf(urls), key -> new SchemaCache(System::nanoTime));
    }

    /** Held by who asks the registry, so that others who want the same find it here. */
    ReentrantLock asking() {
        return asking;
    }

    /**
     * Looks a schema up.
     *
     * @return null if the registry has to be asked
     * @throws RefusedMessageException {@code UNKNOWN_SCHEMA} if it was asked and had none
     */
    Schema get(int id) throws RefusedMessageException {
        Schema schema = schemas.get(id);
        if (schema != null) {
            return schema;
        }
        Unknown known = unknown.get(id);
        if (known != null && nanoClock.getAsLong() - known.untilNanos() < 0) {
            throw new RefusedMessageException(DeadLetter.Reason.UNKNOWN_SCHEMA, known.message());
        }
        return null;
    }

    /** The id of a schema under a subject, asked for once. */
    int idOf(String subject, Schema schema, IntSupplier ask) {
        Registered key = new Registered(subject, schema);
        Integer known = ids.get(key);
        if (known == null) {
            known = ask.getAsInt();
            ids.put(key, known);
        }
        return known;
    }

    void put(int id, Schema schema) {
        schemas.put(id, schema);
    }

    void putUnknown(int id, String message) {
        unknown.put(id, new Unknown(message, nanoClock.getAsLong() + UNKNOWN_FOR.toNanos()));
    }
}
