package io.labelstream.cli;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Something that is still starting, and is closed at the end however far it came. */
final class Closing<T extends AutoCloseable> implements AutoCloseable {

    private final CompletableFuture<T> starting;

    Closing(CompletableFuture<T> starting) {
        this.starting = starting;
    }

    /** Waits until it has started; throws why it did not. */
    T get() {
        try {
            return starting.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    @Override
    public void close() throws Exception {
        if (starting.handle((started, failure) -> failure == null).join()) {
            starting.join().close();
        }
    }
}
