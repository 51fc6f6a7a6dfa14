package io.labelstream.endtoend.cluster;

import io.labelstream.endtoend.DistributionFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a {@link FlinkCluster} is made of.
 *
 * @param slots of each TaskManager
 * @param heapMegabytes of each TaskManager
 * @param proxied whether JobManager and TaskManagers reach each other through a {@link TcpProxy}
 *     each
 * @param debuggable whether a {@link Debugger} may look into TaskManagers
 * @param flink settings that win over the cluster's own
 * @param taskManagerOptions further arguments for the Java of TaskManagers
 * @param taskManagerEnvironment further environment of TaskManagers
 */
public record FlinkSettings(
        int taskManagers,
        int slots,
        int heapMegabytes,
        boolean proxied,
        boolean debuggable,
        Map<String, String> flink,
        List<String> taskManagerOptions,
        Map<String, String> taskManagerEnvironment) {

    /** Failures that the JobManager remembers. */
    static final int FAILURES_KEPT = 1000;

    /** One TaskManager with a heap for real models. */
    public static FlinkSettings one(int slots) {
        return new FlinkSettings(1, slots, 1024, false, false, Map.of(), List.of(), Map.of());
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
                false,
                false,
                Map.of(
                        "heartbeat.interval", "2 s",
                        "heartbeat.timeout", "6 s",
                        "web.exception-history-size", Integer.toString(FAILURES_KEPT)),
                List.of(),
                Map.of());
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
        return new FlinkSettings(
                taskManagers,
                slots,
                heapMegabytes,
                proxied,
                debuggable,
                more,
                options,
                taskManagerEnvironment);
    }

    public FlinkSettings with(String key, String value) {
        Map<String, String> more = new HashMap<>(flink);
        more.put(key, value);
        return new FlinkSettings(
                taskManagers,
                slots,
                heapMegabytes,
                proxied,
                debuggable,
                more,
                taskManagerOptions,
                taskManagerEnvironment);
    }

    public FlinkSettings withTaskManagers(int number) {
        return new FlinkSettings(
                number,
                slots,
                heapMegabytes,
                proxied,
                debuggable,
                flink,
                taskManagerOptions,
                taskManagerEnvironment);
    }

    public FlinkSettings withSlots(int number) {
        return new FlinkSettings(
                taskManagers,
                number,
                heapMegabytes,
                proxied,
                debuggable,
                flink,
                taskManagerOptions,
                taskManagerEnvironment);
    }

    public FlinkSettings withHeap(int megabytes) {
        return new FlinkSettings(
                taskManagers,
                slots,
                megabytes,
                proxied,
                debuggable,
                flink,
                taskManagerOptions,
                taskManagerEnvironment);
    }

    public FlinkSettings withProxies() {
        return new FlinkSettings(
                taskManagers,
                slots,
                heapMegabytes,
                true,
                debuggable,
                flink,
                taskManagerOptions,
                taskManagerEnvironment);
    }

    public FlinkSettings withDebugger() {
        return new FlinkSettings(
                taskManagers,
                slots,
                heapMegabytes,
                proxied,
                true,
                flink,
                taskManagerOptions,
                taskManagerEnvironment);
    }

    public FlinkSettings withTaskManagerOptions(String... options) {
        return new FlinkSettings(
                taskManagers,
                slots,
                heapMegabytes,
                proxied,
                debuggable,
                flink,
                List.of(options),
                taskManagerEnvironment);
    }

    public FlinkSettings withTaskManagerEnvironment(String name, String value) {
        Map<String, String> more = new HashMap<>(taskManagerEnvironment);
        more.put(name, value);
        return new FlinkSettings(
                taskManagers,
                slots,
                heapMegabytes,
                proxied,
                debuggable,
                flink,
                taskManagerOptions,
                more);
    }
}
