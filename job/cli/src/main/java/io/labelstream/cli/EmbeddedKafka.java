package io.labelstream.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import kafka.server.BrokerServer;
import kafka.server.ControllerServer;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.server.SharedServer;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.bootstrap.BootstrapDirectory;
import org.apache.kafka.metadata.bootstrap.BootstrapMetadata;
import org.apache.kafka.metadata.properties.MetaPropertiesEnsemble;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.ServerSocketFactory;
import org.apache.kafka.server.fault.LoggingFaultHandler;

/**
 * A Kafka broker inside this process: one node, KRaft, reachable from this machine only, made for
 * trying things out and for tests. Transactions work as on a real cluster ({@code
 * transaction.version} 2). Safe for use by several threads; {@link #close} waits for the broker to
 * end and removes its data, as does the end of the process.
 */
public final class EmbeddedKafka implements AutoCloseable {

    private static final int NODE = 1;
    private static final String CLUSTER = "bGFiZWxzdHJlYW0tZW1iZWQ";
    private static final String BROKER = "BROKER";
    private static final String CONTROLLER = "CONTROLLER";

    private final Optional<TemporaryFolder> ownFolder;
    private final String bootstrapServers;
    private final SharedServer shared;
    private final ControllerServer controller;
    private final BrokerServer broker;
    private final Thread hook = new Thread(this::stop, "embedded-kafka-stop");
    private boolean stopped;

    private EmbeddedKafka(
            Optional<TemporaryFolder> ownFolder, Path data, int port, Map<String, String> further)
            throws Exception {
        this.ownFolder = ownFolder;
        // Bound here and handed over: a port that is only looked up could be taken meanwhile.
        ServerSocketChannel brokerSocket = bind(port);
        ServerSocketChannel controllerSocket = bind(0);
        this.bootstrapServers = address(brokerSocket);
        Map<String, Object> settings = settings(data, bootstrapServers, address(controllerSocket));
        settings.putAll(further);
        format(data);

        KafkaConfig config = new KafkaConfig(settings, false);
        MetaPropertiesEnsemble properties =
                new MetaPropertiesEnsemble.Loader()
                        .addLogDirs(List.of(data.toString()))
                        .addMetadataLogDir(data.toString())
                        .load();
        BootstrapMetadata bootstrap = new BootstrapDirectory(data.toString()).read();
        Map<String, ServerSocketChannel> sockets =
                Map.of(BROKER, brokerSocket, CONTROLLER, controllerSocket);
        ServerSocketFactory socketFactory =
                (listener, address, sendBuffer, backlog) -> sockets.get(listener);
        this.shared =
                new SharedServer(
                        config,
                        properties,
                        Time.SYSTEM,
                        new Metrics(),
                        CompletableFuture.completedFuture(
                                Map.of(NODE, localAddress(controllerSocket))),
                        List.of(),
                        // Kafka's own handler would end the whole process.
                        (name, fatal, action) -> new LoggingFaultHandler(name, action),
                        socketFactory);
        this.controller = new ControllerServer(shared, KafkaRaftServer.configSchema(), bootstrap);
        this.broker = new BrokerServer(shared);
    }

    /**
     * Starts a broker on free ports, with its data in a folder of its own. Returns when it takes
     * requests.
     *
     * @throws IOException if there is no room or no port for it
     */
    public static EmbeddedKafka start() throws IOException {
        return start(Map.of());
    }

    /**
     * The same, with broker settings that win over what is set here.
     *
     * @throws IOException if there is no room or no port for it
     */
    public static EmbeddedKafka start(Map<String, String> settings) throws IOException {
        TemporaryFolder folder = new TemporaryFolder("labelstream-kafka-");
        try {
            return start(Optional.of(folder), folder.path(), 0, settings);
        } catch (IOException | RuntimeException e) {
            folder.close();
            throw e;
        }
    }

    /**
     * Starts a broker on data that outlives it: started again on the same folder, it has the same
     * topics.
     *
     * @param data made if missing; never removed
     * @param port 0 for a free one
     * @throws IOException if the folder or the port cannot be used
     */
    public static EmbeddedKafka start(Path data, int port) throws IOException {
        return start(
                Optional.empty(), Files.createDirectories(data).toAbsolutePath(), port, Map.of());
    }

    private static EmbeddedKafka start(
            Optional<TemporaryFolder> own, Path data, int port, Map<String, String> settings)
            throws IOException {
        EmbeddedKafka kafka;
        try {
            kafka = new EmbeddedKafka(own, data, port, settings);
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("The embedded broker cannot be set up in " + data, e);
        }
        Runtime.getRuntime().addShutdownHook(kafka.hook);
        try {
            kafka.controller.startup();
            kafka.broker.startup();
        } catch (RuntimeException e) {
            kafka.close();
            throw new IOException("The embedded broker does not start in " + data, e);
        }
        return kafka;
    }

    /**
     * Runs a broker as a process of its own, for tests that start and stop others; prints its
     * address, and ends with the process.
     *
     * @param args folder for the data, port (0 for a free one), then topics as {@code
     *     NAME:PARTITIONS}
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        EmbeddedKafka kafka = start(Path.of(args[0]), Integer.parseInt(args[1]));
        for (int i = 2; i < args.length; i++) {
            int colon = args[i].lastIndexOf(':');
            kafka.createTopic(
                    args[i].substring(0, colon), Integer.parseInt(args[i].substring(colon + 1)));
        }
        System.out.println(kafka.bootstrapServers());
        Thread.currentThread().join();
    }

    /** Where clients find the broker, as {@code host:port}. */
    public String bootstrapServers() {
        return bootstrapServers;
    }

    /** The folder that {@link #start()} made; nothing where it was given one. */
    Optional<Path> ownFolder() {
        return ownFolder.map(TemporaryFolder::path);
    }

    /**
     * Creates a topic.
     *
     * @throws IOException if the broker refuses, for one if the topic exists
     */
    public void createTopic(String name, int partitions) throws IOException {
        try (Admin admin =
                Admin.create(
                        Map.of(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers))) {
            admin.createTopics(List.of(new NewTopic(name, partitions, (short) 1))).all().get();
        } catch (ExecutionException e) {
            throw new IOException("Topic " + name + " cannot be created", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while topic " + name + " was being created", e);
        }
    }

    /** Stops the broker and removes the folder that {@link #start()} made. */
    @Override
    public void close() {
        stop();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is ending, and the hook with it.
        }
    }

    private synchronized void stop() {
        if (stopped) {
            return;
        }
        stopped = true;
        broker.shutdown();
        controller.shutdown();
        ownFolder.ifPresent(TemporaryFolder::close);
    }

    private static Map<String, Object> settings(
            Path data, String brokerAddress, String controllerAddress) {
        Map<String, Object> settings = new HashMap<>();
        settings.put("process.roles", "broker,controller");
        settings.put("node.id", NODE);
        settings.put("log.dirs", data.toString());
        settings.put("controller.quorum.voters", NODE + "@" + controllerAddress);
        settings.put(
                "listeners",
                "%s://%s,%s://%s".formatted(BROKER, brokerAddress, CONTROLLER, controllerAddress));
        settings.put(
                "listener.security.protocol.map",
                BROKER + ":PLAINTEXT," + CONTROLLER + ":PLAINTEXT");
        settings.put("inter.broker.listener.name", BROKER);
        settings.put("controller.listener.names", CONTROLLER);
        settings.put("auto.create.topics.enable", "false");
        settings.put("metric.reporters", "");

        // One node: each internal topic has one replica, and few partitions are created quickly.
        settings.put("offsets.topic.replication.factor", "1");
        settings.put("offsets.topic.num.partitions", "2");
        settings.put("transaction.state.log.replication.factor", "1");
        settings.put("transaction.state.log.min.isr", "1");
        settings.put("transaction.state.log.num.partitions", "4");
        settings.put("share.coordinator.state.topic.replication.factor", "1");
        settings.put("share.coordinator.state.topic.min.isr", "1");
        settings.put("group.initial.rebalance.delay.ms", "0");
        // Looks every second, not every ten, for transactions that nobody will end.
        settings.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000");

        // Small: threads and buffers for one machine's trial, not for a data centre.
        settings.put("num.network.threads", "2");
        settings.put("num.io.threads", "2");
        settings.put("background.threads", "2");
        settings.put("log.cleaner.dedupe.buffer.size", "4194304");
        settings.put("log.index.size.max.bytes", "1048576");
        settings.put("initial.broker.registration.timeout.ms", "20000");
        return settings;
    }

    /** Writes what a broker expects in its folder; leaves a folder that has it as it is. */
    private static void format(Path data) throws Exception {
        Formatter formatter = new Formatter();
        formatter
                .setPrintStream(
                        new PrintStream(
                                OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                .setNodeId(NODE)
                .setClusterId(CLUSTER)
                .addDirectory(data.toString())
                .setMetadataLogDirectory(data.toString())
                .setControllerListenerName(CONTROLLER)
                .setIgnoreFormatted(true)
                .run();
    }

    private static ServerSocketChannel bind(int port) throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open();
        try {
            // A broker that starts again on its port need not wait for old connections to fade.
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            channel.bind(
                    new InetSocketAddress(
                            InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port));
            // As the broker's own sockets are.
            channel.configureBlocking(false);
            return channel;
        } catch (IOException e) {
            channel.close();
            throw new IOException("Port %d of 127.0.0.1 cannot be used".formatted(port), e);
        }
    }

    private static InetSocketAddress localAddress(ServerSocketChannel channel) throws IOException {
        return (InetSocketAddress) channel.getLocalAddress();
    }

    private static String address(ServerSocketChannel channel) throws IOException {
        return "127.0.0.1:" + localAddress(channel).getPort();
    }
}
