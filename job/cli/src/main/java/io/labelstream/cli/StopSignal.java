package io.labelstream.cli;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Turns Ctrl-C and SIGTERM into a question that a command asks itself, so that it can end in order
 * and with its own exit code. A second signal ends the process at once. Safe for use by several
 * threads.
 */
final class StopSignal {

    /** As a shell reports a process that Ctrl-C ended. */
    private static final int INTERRUPTED = 130;

    private final CountDownLatch raised = new CountDownLatch(1);

    /** Takes over both signals. Where the platform has no such thing, the process just ends. */
    static StopSignal install() {
        StopSignal stop = new StopSignal();
        for (String signal : List.of("INT", "TERM")) {
            stop.handle(signal);
        }
        return stop;
    }

    /** By reflection: the compiler refuses this class, which every JDK has had since the first. */
    private void handle(String name) {
        InvocationHandler handler =
                (proxy, method, arguments) -> {
                    if (method.getDeclaringClass() == Object.class) {
                        return method.invoke(this, arguments);
                    }
                    raise();
                    return null;
                };
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> type = Class.forName("sun.misc.SignalHandler");
            Object proxy =
                    Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler);
            signal.getMethod("handle", signal, type)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            // Then the signal does what it always did.
        }
    }

    synchronized void raise() {
        if (raised()) {
            // On a thread of its own: this one must not wait for what it interrupts.
            new Thread(() -> System.exit(INTERRUPTED), "stop-at-once").start();
        }
        raised.countDown();
    }

    boolean raised() {
        return raised.getCount() == 0;
    }

    /** Waits until the signal comes, at most this long, and says whether it came. */
    boolean await(Duration atMost) throws InterruptedException {
        return raised.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }
}
