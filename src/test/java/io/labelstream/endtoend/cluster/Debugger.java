package io.labelstream.endtoend.cluster;

import com.sun.jdi.Bootstrap;
import com.sun.jdi.ClassType;
import com.sun.jdi.Method;
import com.sun.jdi.ObjectReference;
import com.sun.jdi.ReferenceType;
import com.sun.jdi.ThreadReference;
import com.sun.jdi.VMDisconnectedException;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.AttachingConnector;
import com.sun.jdi.connect.Connector;
import com.sun.jdi.event.BreakpointEvent;
import com.sun.jdi.event.Event;
import com.sun.jdi.event.EventSet;
import com.sun.jdi.request.BreakpointRequest;
import com.sun.jdi.request.EventRequest;
import java.time.Duration;
import java.util.List;

/**
 * Looks into the JVM of a TaskManager: holds a thread where a fault shall strike, or throws into
 * it. So the program that is tested needs no hooks for its tests. Used by one thread.
 */
public final class Debugger implements AutoCloseable {

    private final VirtualMachine machine;

    Debugger(int port) {
        AttachingConnector connector =
                Bootstrap.virtualMachineManager().attachingConnectors().stream()
                        .filter(one -> one.transport().name().equals("dt_socket"))
                        .findFirst()
                        .orElseThrow();
        var arguments = connector.defaultArguments();
        Connector.Argument host = arguments.get("hostname");
        host.setValue("127.0.0.1");
        arguments.get("port").setValue(Integer.toString(port));
        try {
            this.machine = connector.attach(arguments);
        } catch (Exception e) {
            throw new IllegalStateException("The debugger cannot attach to port " + port, e);
        }
    }

    /** A thread that stands still at the first line of a method. */
    public final class Held {
        private final EventSet events;
        private final ThreadReference thread;

        private Held(EventSet events, ThreadReference thread) {
            this.events = events;
            this.thread = thread;
        }

        /** Lets it go on. */
        public void release() {
            events.resume();
        }

        /** Lets it go on with a new throwable of a class, which must have a constructor of none. */
        public void fail(String throwable) {
            try {
                ClassType type = (ClassType) loaded(throwable);
                Method constructor = type.concreteMethodByName("<init>", "()V");
                ObjectReference thrown =
                        type.newInstance(
                                thread, constructor, List.of(), ClassType.INVOKE_SINGLE_THREADED);
                thread.stop(thrown);
                events.resume();
            } catch (Exception e) {
                throw new IllegalStateException(throwable + " cannot be thrown", e);
            }
        }
    }

    /**
     * Waits until some thread comes to a method, and holds it there; all others run on.
     *
     * @param type full name of a class that is loaded
     * @throws AssertionError if none comes
     */
    public Held hold(String type, String method, Duration patience) {
        return hold(type, method, patience, EventRequest.SUSPEND_EVENT_THREAD);
    }

    /**
     * The same, but holds all threads of the process.
     *
     * @throws AssertionError if none comes
     */
    public Held freeze(String type, String method, Duration patience) {
        return hold(type, method, patience, EventRequest.SUSPEND_ALL);
    }

    private Held hold(String type, String method, Duration patience, int suspendPolicy) {
        List<BreakpointRequest> requests =
                machine.classesByName(type).stream()
                        .flatMap(one -> one.methodsByName(method).stream())
                        .filter(one -> !one.isAbstract() && !one.isNative() && !one.isBridge())
                        .map(
                                one ->
                                        machine.eventRequestManager()
                                                .createBreakpointRequest(one.location()))
                        .toList();
        if (requests.isEmpty()) {
            throw new IllegalStateException("No method %s.%s is loaded".formatted(type, method));
        }
        for (BreakpointRequest request : requests) {
            request.setSuspendPolicy(suspendPolicy);
            request.enable();
        }
        long deadline = System.nanoTime() + patience.toNanos();
        try {
            while (System.nanoTime() < deadline) {
                EventSet events = machine.eventQueue().remove(500);
                if (events == null) {
                    continue;
                }
                for (Event event : events) {
                    if (event instanceof BreakpointEvent hit) {
                        machine.eventRequestManager().deleteEventRequests(requests);
                        return new Held(events, hit.thread());
                    }
                }
                events.resume();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while holding " + method, e);
        }
        throw new AssertionError(
                "No thread came to %s.%s within %d s"
                        .formatted(type, method, patience.toSeconds()));
    }

    private ReferenceType loaded(String type) {
        List<ReferenceType> found = machine.classesByName(type);
        if (found.isEmpty()) {
            throw new IllegalStateException("Class " + type + " is not loaded");
        }
        return found.get(0);
    }

    /** Lets all threads go on. */
    @Override
    public void close() {
        try {
            machine.dispose();
        } catch (VMDisconnectedException e) {
            // The process is gone, as most faults want it.
        }
    }
}
