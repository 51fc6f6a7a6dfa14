package io.labelstream.endtoend.cluster;

import io.labelstream.endtoend.DistributionFolder;
import io.labelstream.endtoend.Waiting;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A Flink session cluster as separate processes on this machine: JobManager and TaskManagers with
 * Flink's own main classes, and {@code flink} with Flink's own client. Their class path is what a
 * Flink installation has in {@code lib/}, and the distribution's {@code flink-lib/}; nothing of
 * Labelstream, no Kafka.
 */
public final class FlinkCluster implements AutoCloseable {

    /** How the names of jars begin that a Flink installation does not have. */
    private static final List<String> NOT_IN_FLINK =
            List.of(
                    "labelstream-",
                    "kafka",
                    "flink-connector-kafka",
                    "avro-",
                    "jackson-",
                    "snakeyaml-2",
                    "protobuf-",
                    "zstd-jni",
                    "picocli",
                    "onnxruntime",
                    "tokenizers-",
                    "tribuo-",
                    "api-",
                    "junit",
                    "assertj");

    private static final Duration CLIENT = Duration.ofMinutes(2);
    private static final Duration RUNNING = Duration.ofMinutes(2);

    private final Path folder;
    private final Path conf;
    private final FlinkRest rest;
    private final Node jobManager;
    private final List<Node> taskManagers = new ArrayList<>();
    private final List<Integer> debugPorts = new ArrayList<>();
    private final List<TcpProxy> proxies = new ArrayList<>();
    private final Map<String, String> environment;
    private final int slots;
    private int clients;

    private FlinkCluster(Path folder, FlinkSettings settings) throws IOException {
        this.folder = folder;
        this.slots = settings.taskManagers() * settings.slots();
        this.conf = folder.resolve("conf");
        this.environment =
                Map.of(
                        "FLINK_CONF_DIR", conf.toString(),
                        "LABELSTREAM_HOME", DistributionFolder.root().toString(),
                        "ORT_DISABLE_TELEMETRY", "1");
        Files.createDirectories(conf);
        Files.createDirectories(temporary());
        int restPort = Ports.free();
        this.rest = new FlinkRest("http://127.0.0.1:" + restPort);
        Map<String, String> all = new TreeMap<>();
        all.put("jobmanager.rpc.address", "localhost");
        int rpcPort = Ports.free();
        if (settings.proxied()) {
            all.put("jobmanager.rpc.bind-port", Integer.toString(rpcPort));
            rpcPort = proxy(rpcPort);
        }
        all.put("jobmanager.rpc.port", Integer.toString(rpcPort));
        all.put("rest.address", "localhost");
        all.put("rest.bind-address", "localhost");
        all.put("rest.port", Integer.toString(restPort));
        all.put("blob.server.port", "0");
        all.put("taskmanager.host", "localhost");
        all.put("taskmanager.numberOfTaskSlots", Integer.toString(settings.slots()));
        all.put("taskmanager.memory.task.off-heap.size", "1 gb");
        all.put("io.tmp.dirs", temporary().toString());
        all.putAll(settings.flink());
        Files.writeString(
                conf.resolve("config.yaml"),
                all.entrySet().stream()
                        .map(setting -> setting.getKey() + ": " + setting.getValue() + "\n")
                        .collect(Collectors.joining()));
        this.jobManager =
                node(
                        "jobmanager",
                        List.of("-Xmx512m"),
                        "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint",
                        List.of("--configDir", conf.toString()),
                        Map.of());
        for (int i = 0; i < settings.taskManagers(); i++) {
            taskManagers.add(taskManager(i, settings));
        }
    }

    /** Starts JobManager and TaskManagers; returns when all slots are there. */
    public static FlinkCluster start(Path folder, FlinkSettings settings) throws IOException {
        FlinkCluster cluster = new FlinkCluster(folder, settings);
        cluster.jobManager.start();
        cluster.taskManagers.forEach(Node::start);
        try {
            cluster.rest.awaitSlots(cluster.slots);
        } catch (AssertionError e) {
            cluster.close();
            throw new AssertionError(cluster.logs(), e);
        }
        return cluster;
    }

    private int proxy(int target) throws IOException {
        TcpProxy proxy = TcpProxy.start(target);
        proxies.add(proxy);
        return proxy.port();
    }

    private Node taskManager(int index, FlinkSettings settings) throws IOException {
        List<String> options = new ArrayList<>();
        options.add("-Xmx" + settings.heapMegabytes() + "m");
        options.add("-XX:MaxDirectMemorySize=1g");
        options.add("-XX:MaxMetaspaceSize=256m");
        options.add(
                "-XX:ErrorFile="
                        + folder.resolve("hs_err_taskmanager-%d_%%p.log".formatted(index)));
        options.addAll(settings.taskManagerOptions());
        if (settings.debuggable()) {
            debugPorts.add(Ports.free());
            options.add(
                    "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=127.0.0.1:"
                            + debugPorts.get(index));
        }
        List<String> arguments = new ArrayList<>();
        arguments.addAll(List.of("--configDir", conf.toString()));
        arguments.add("-Dtaskmanager.resource-id=taskmanager-" + index);
        if (settings.proxied()) {
            int port = Ports.free();
            arguments.add("-Dtaskmanager.rpc.bind-port=" + port);
            arguments.add("-Dtaskmanager.rpc.port=" + proxy(port));
        }
        // What bin/taskmanager.sh works out of config.yaml and hands over.
        arguments.addAll(
                List.of(
                        "-Dtaskmanager.cpu.cores=" + settings.slots(),
                        "-Dtaskmanager.memory.task.heap.size=%d mb"
                                .formatted(settings.heapMegabytes() - 128),
                        "-Dtaskmanager.memory.task.off-heap.size=1 gb",
                        "-Dtaskmanager.memory.managed.size=32 mb",
                        "-Dtaskmanager.memory.network.min=64 mb",
                        "-Dtaskmanager.memory.network.max=64 mb",
                        "-Dtaskmanager.memory.framework.heap.size=128 mb",
                        "-Dtaskmanager.memory.framework.off-heap.size=128 mb",
                        "-Dtaskmanager.memory.jvm-metaspace.size=256 mb",
                        "-Dtaskmanager.memory.jvm-overhead.min=192 mb",
                        "-Dtaskmanager.memory.jvm-overhead.max=192 mb"));
        return node(
                "taskmanager-" + index,
                options,
                "org.apache.flink.runtime.taskexecutor.TaskManagerRunner",
                arguments,
                settings.taskManagerEnvironment());
    }

    /** {@code flink ARGS}, to its end, which must be a good one; what it printed. */
    public String flink(String... args) throws IOException {
        Node client = client(args);
        if (client.exitCode() != 0) {
            throw new AssertionError("flink %s failed:%n%s".formatted(List.of(args), client.log()));
        }
        return client.log();
    }

    /** {@code flink ARGS}, to whatever end. */
    public Node client(String... args) throws IOException {
        Node client =
                node(
                        "client-" + clients++,
                        List.of("-Xmx512m"),
                        "org.apache.flink.client.cli.CliFrontend",
                        List.of(args),
                        Map.of());
        client.start().awaitEnd(CLIENT);
        return client;
    }

    /** Where all its processes keep temporary files. */
    public Path temporary() {
        return folder.resolve("tmp");
    }

    public FlinkRest rest() {
        return rest;
    }

    public Node jobManager() {
        return jobManager;
    }

    public Node taskManager(int index) {
        return taskManagers.get(index);
    }

    public List<Node> taskManagers() {
        return taskManagers;
    }

    /**
     * A TaskManager that runs tasks of a job. Waits until every task of the job runs: between two
     * attempts there is none.
     *
     * @throws AssertionError if the job ends instead, or does not get there
     */
    public Node taskManagerOf(String job) {
        List<Node> found = new ArrayList<>();
        Waiting.until(
                () -> "a TaskManager runs job " + job,
                RUNNING,
                () -> {
                    rest.awaitRunning(job, RUNNING);
                    Set<String> busy = rest.taskManagers(job);
                    taskManagers.stream()
                            .filter(node -> busy.contains(node.name()))
                            .forEach(found::add);
                    return !found.isEmpty();
                });
        return found.get(0);
    }

    /** Of a proxied cluster: the line to the JobManager, then those to the TaskManagers. */
    public List<TcpProxy> proxies() {
        return proxies;
    }

    /** Of a cluster that was started debuggable. */
    public Debugger debugger(Node taskManager) {
        return new Debugger(debugPorts.get(taskManagers.indexOf(taskManager)));
    }

    /**
     * {@code kill -9} of everything. The JobManager goes first: it would have tasks of the others
     * ended in order.
     */
    public void kill() {
        jobManager.kill();
        taskManagers.forEach(Node::kill);
    }

    /** Starts everything again; returns when all slots are there. */
    public void restart() {
        jobManager.start();
        taskManagers.forEach(Node::start);
        rest.awaitSlots(slots);
    }

    /** What JobManager, TaskManagers and clients have printed. */
    public String logs() {
        Map<String, String> logs = new LinkedHashMap<>();
        logs.put("jobmanager", jobManager.log());
        taskManagers.forEach(node -> logs.put(node.name(), node.log()));
        return logs.entrySet().stream()
                .map(log -> "--- %s%n%s%n".formatted(log.getKey(), log.getValue()))
                .collect(Collectors.joining());
    }

    @Override
    public void close() {
        taskManagers.forEach(Node::close);
        jobManager.close();
        proxies.forEach(TcpProxy::close);
    }

    private Node node(
            String name,
            List<String> options,
            String main,
            List<String> args,
            Map<String, String> more)
            throws IOException {
        Map<String, String> all = new HashMap<>(environment);
        all.putAll(more);
        List<String> command = new ArrayList<>(JavaCommand.java());
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        command.add("-Djava.io.tmpdir=" + temporary());
        command.addAll(options);
        command.add(JavaCommand.logging());
        command.addAll(List.of("-cp", classPath(), main));
        command.addAll(args);
        return new Node(name, folder.resolve(name + ".log"), command, all);
    }

    private static String classPath() throws IOException {
        Stream<String> flink =
                Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                        .filter(FlinkCluster::isFlinks);
        Stream<String> flinkLib =
                DistributionFolder.jars(DistributionFolder.root().resolve("flink-lib")).stream()
                        .map(Path::toString);
        return Stream.concat(flink, flinkLib).collect(Collectors.joining(File.pathSeparator));
    }

    private static boolean isFlinks(String entry) {
        String name = Path.of(entry).getFileName().toString();
        return name.endsWith(".jar") && NOT_IN_FLINK.stream().noneMatch(name::startsWith);
    }
}
