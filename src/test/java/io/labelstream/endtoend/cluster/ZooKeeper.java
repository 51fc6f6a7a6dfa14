package io.labelstream.endtoend.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The ZooKeeper that comes with Flink, as a process, for JobManagers that are to be replaced. */
public final class ZooKeeper implements AutoCloseable {

    private final Path folder;
    private final int port;
    private final Node node;

    private ZooKeeper(Path folder, int port, Node node) {
        this.folder = folder;
        this.port = port;
        this.node = node;
    }

    /** Starts it; its files are in the folder. */
    public static ZooKeeper start(Path folder) throws IOException {
        Files.createDirectories(folder);
        int port = Ports.free();
        Path settings =
                Files.writeString(
                        folder.resolve("zoo.cfg"),
                        """
                        clientPort=%d
                        clientPortAddress=127.0.0.1
                        dataDir=%s
                        tickTime=1000
                        admin.enableServer=false
                        """
                                .formatted(port, folder.resolve("data")));
        List<String> command = new ArrayList<>(JavaCommand.java());
        command.addAll(List.of("-Xmx128m", "-XX:+UseSerialGC", JavaCommand.logging()));
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.add("org.apache.flink.runtime.zookeeper.FlinkZooKeeperQuorumPeer");
        command.addAll(List.of("--zkConfigFile", settings.toString(), "--peerId", "1"));
        Node node = new Node("zookeeper", folder.resolve("zookeeper.log"), command, Map.of());
        node.start();
        return new ZooKeeper(folder, port, node);
    }

    /** The same cluster, whose JobManager may be replaced by another. */
    public FlinkSettings makeAvailable(FlinkSettings settings) {
        return settings.with("high-availability.type", "zookeeper")
                .with("high-availability.zookeeper.quorum", "127.0.0.1:" + port)
                .with("high-availability.zookeeper.client.session-timeout", "10 s")
                .with("high-availability.storageDir", folder.resolve("jobs").toUri().toString());
    }

    @Override
    public void close() {
        node.close();
    }
}
