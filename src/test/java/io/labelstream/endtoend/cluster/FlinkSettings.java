package io.labelstream.endtoend.cluster;

import io.labelstream.endtoend.DistributionFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a {@link FlinkCluster} is made of. Immutable: each {@code with} gives a changed copy. */
public final class FlinkSettings {

    /** Failures that the JobManager remembers. */
    static final int FAILURES_KEPT = 1000;

    private int taskManagers;
    private int slots;
    private int heapMegabytes;
    private boolean proxied;
    private boolean debuggable;
    private Map<String, String> flink;
    private List<String> taskManagerOptions;
    private Map<String, String> taskManagerEnvironment;

    private FlinkSettings(
            int taskManagers, int slots, int heapMegabytes, Map<String, String> flink) {
        this.taskManagers = taskManagers;
        this.slots = slots;
        this.heapMegabytes = heapMegabytes;
        this.flink = flink;
        this.taskManagerOptions = List.of();
        this.taskManagerEnvironment = Map.of();
    }

    private FlinkSettings(FlinkSettings other) {
        this.taskManagers = other.taskManagers;
        this.slots = other.slots;
        this.heapMegabytes = other.heapMegabytes;
        this.proxied = other.proxied;
        this.debuggable = other.debuggable;
        this.flink = other.flink;
        this.taskManagerOptions = other.taskManagerOptions;
        this.taskManagerEnvironment = other.taskManagerEnvironment;
    }

    /** One TaskManager with a heap for real models. */
    public static FlinkSettings one(int slots) {
        return new FlinkSettings(1, slots, 1024, Map.of());
    }

    /**
     * Two TaskManagers with two slots each, for a job of two, so that one of them can be lost; for
     * tiny models. Failures are noticed within seconds.
     */
    public static FlinkSettings faults() {
        return new FlinkSettings(
                2,
                2,
                640,
                Map.of(
                        "heartbeat.interval", "2 s",
                        "heartbeat.timeout", "6 s",
                        "web.exception-history-size", Integer.toString(FAILURES_KEPT)));
    }

    /**
     * With what the distribution tells clusters to set, but for sizes of memory: here they are
     * smaller.
     */
    public FlinkSettings shipped() throws IOException {
        Map<String, String> more = new HashMap<>(flink);
        List<String> options = new ArrayList<>(taskManagerOptions);
        for (String line :
                Files.readAllLines(DistributionFolder.root().resolve("conf/flink-config.yaml"))) {
            int colon = line.indexOf(": ");
            String key = colon < 0 || line.startsWith("#") ? "" : line.substring(0, colon);
            if (key.equals("env.java.opts.taskmanager")) {
                options.addAll(List.of(line.substring(colon + 2).split(" ")));
            } else if (!key.isEmpty() && !key.startsWith("taskmanager.memory.")) {
                more.put(key, line.substring(colon + 2));
            }
        }
        FlinkSettings copy = new FlinkSettings(this);
        copy.flink = more;
        copy.taskManagerOptions = options;
        return copy;
    }

    public FlinkSettings with(String key, String value) {
        Map<String, String> more = new HashMap<>(flink);
        more.put(key, value);
        FlinkSettings copy = new FlinkSettings(this);
        copy.flink = more;
        return copy;
    }

    public FlinkSettings withTaskManagers(int number) {
        FlinkSettings copy = new FlinkSettings(this);
        copy.taskManagers = number;
        return copy;
    }

    public FlinkSettings withHeap(int megabytes) {
        FlinkSettings copy = new FlinkSettings(this);
        copy.heapMegabytes = megabytes;
        return copy;
    }

    public FlinkSettings withProxies() {
        FlinkSettings copy = new FlinkSettings(this);
        copy.proxied = true;
        return copy;
    }

    public FlinkSettings withDebugger() {
        FlinkSettings copy = new FlinkSettings(this);
        copy.debuggable = true;
        return copy;
    }

    public FlinkSettings withTaskManagerOptions(String... options) {
        FlinkSettings copy = new FlinkSettings(this);
        copy.taskManagerOptions = List.of(options);
        return copy;
    }

    public FlinkSettings withTaskManagerEnvironment(String name, String value) {
        Map<String, String> more = new HashMap<>(taskManagerEnvironment);
        more.put(name, value);
        FlinkSettings copy = new FlinkSettings(this);
        copy.taskManagerEnvironment = more;
        return copy;
    }

    int taskManagers() {
        return taskManagers;
    }

    /** Of each TaskManager. */
    int slots() {
        return slots;
    }

    /** Of each TaskManager. */
    int heapMegabytes() {
        return heapMegabytes;
    }

    /** Whether JobManager and TaskManagers reach each other through a {@link TcpProxy} each. */
    boolean proxied() {
        return proxied;
    }

    /** Whether a {@link Debugger} may look into TaskManagers. */
    boolean debuggable() {
        return debuggable;
    }

    /** Settings that win over the cluster's own. */
    Map<String, String> flink() {
        return flink;
    }

    /** Further arguments for the Java of TaskManagers. */
    List<String> taskManagerOptions() {
        return taskManagerOptions;
    }

    /** Further environment of TaskManagers. */
    Map<String, String> taskManagerEnvironment() {
        return taskManagerEnvironment;
    }
}
