package io.labelstream.endtoend;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A Flink session cluster as separate processes on this machine: JobManager and TaskManager with
 * Flink's own main classes, and {@code flink run} with Flink's own client. Their class path is what
 * a Flink installation has in {@code lib/}, and the distribution's {@code flink-lib/}; nothing of
 * Labelstream, no Kafka.
 */
final class FlinkCluster implements AutoCloseable {

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

    private final Path folder;
    private final Path conf;
    private final List<Process> processes = new ArrayList<>();

    private FlinkCluster(Path folder) {
        this.folder = folder;
        this.conf = folder.resolve("conf");
    }

    /** Starts a JobManager and a TaskManager with some slots; its files are in the folder. */
    static FlinkCluster start(Path folder, int slots) throws IOException {
        FlinkCluster cluster = new FlinkCluster(folder);
        Files.createDirectories(cluster.conf);
        Files.writeString(
                cluster.conf.resolve("config.yaml"),
                """
                jobmanager.rpc.address: localhost
                jobmanager.rpc.port: %d
                rest.address: localhost
                rest.bind-address: localhost
                rest.port: %d
                blob.server.port: 0
                taskmanager.host: localhost
                taskmanager.numberOfTaskSlots: %d
                taskmanager.memory.task.off-heap.size: 1 gb
                io.tmp.dirs: %s
                """
                        .formatted(freePort(), freePort(), slots, folder.resolve("tmp")));
        Files.createDirectories(folder.resolve("tmp"));
        cluster.launch(
                "jobmanager",
                List.of("-Xmx512m"),
                "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint",
                "--configDir",
                cluster.conf.toString());
        cluster.launch(
                "taskmanager",
                List.of("-Xmx1g", "-XX:MaxDirectMemorySize=1g"),
                "org.apache.flink.runtime.taskexecutor.TaskManagerRunner",
                "--configDir",
                cluster.conf.toString(),
                // What bin/taskmanager.sh works out of config.yaml and hands over.
                "-Dtaskmanager.cpu.cores=2",
                "-Dtaskmanager.memory.task.heap.size=512 mb",
                "-Dtaskmanager.memory.task.off-heap.size=1 gb",
                "-Dtaskmanager.memory.managed.size=32 mb",
                "-Dtaskmanager.memory.network.min=64 mb",
                "-Dtaskmanager.memory.network.max=64 mb",
                "-Dtaskmanager.memory.framework.heap.size=128 mb",
                "-Dtaskmanager.memory.framework.off-heap.size=128 mb",
                "-Dtaskmanager.memory.jvm-metaspace.size=256 mb",
                "-Dtaskmanager.memory.jvm-overhead.min=192 mb",
                "-Dtaskmanager.memory.jvm-overhead.max=192 mb");
        return cluster;
    }

    /** {@code flink ARGS}, to its end; what it printed. */
    String flink(String... args) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(args));
        Process client =
                launch(
                        "client",
                        List.of("-Xmx512m"),
                        "org.apache.flink.client.cli.CliFrontend",
                        command.toArray(String[]::new));
        if (!client.waitFor(90, TimeUnit.SECONDS)) {
            throw new AssertionError("flink " + command + " did not end: " + log("client"));
        }
        if (client.exitValue() != 0) {
            throw new AssertionError("flink " + command + " failed: " + log("client"));
        }
        return log("client");
    }

    /** What a process printed: {@code jobmanager}, {@code taskmanager} or {@code client}. */
    String log(String name) throws IOException {
        return Files.readString(folder.resolve(name + ".log"));
    }

    @Override
    public void close() {
        processes.forEach(Process::destroyForcibly);
        for (Process process : processes) {
            try {
                process.waitFor();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private Process launch(String name, List<String> options, String main, String... args)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(System.getProperty("labelstream.java"));
        command.add("@" + DistributionFolder.root().resolve("conf/jvm.options"));
        command.addAll(options);
        command.addAll(List.of("-cp", classPath(), main));
        command.addAll(List.of(args));
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve(name + ".log").toFile());
        builder.environment().put("FLINK_CONF_DIR", conf.toString());
        builder.environment().put("LABELSTREAM_HOME", DistributionFolder.root().toString());
        Process process = builder.start();
        processes.add(process);
        return process;
    }

    private static String classPath() throws IOException {
        Stream<String> flink =
                Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                        .filter(FlinkCluster::isFlinks);
        Stream<String> flinkLib =
                DistributionFolder.jars(DistributionFolder.root().resolve("flink-lib")).stream()
                        .map(Path::toString);
        return String.join(File.pathSeparator, Stream.concat(flink, flinkLib).toList());
    }

    private static boolean isFlinks(String entry) {
        String name = Path.of(entry).getFileName().toString();
        return name.endsWith(".jar") && NOT_IN_FLINK.stream().noneMatch(name::startsWith);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
