package io.labelstream.endtoend.cluster;

import io.labelstream.endtoend.Waiting;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * Kafka brokers, each a process of its own that is controller as well. Clients of the job reach a
 * broker through a {@link TcpProxy}; brokers reach each other, and tests reach them, directly.
 */
public final class KafkaCluster implements AutoCloseable {

    private static final String CLUSTER = "bGFiZWxzdHJlYW0tZmF1bHRz";
    private static final Duration START = Duration.ofMinutes(3);

    private final List<Node> brokers = new ArrayList<>();
    private final List<TcpProxy> proxies = new ArrayList<>();
    private final List<Integer> directPorts;

    private KafkaCluster(List<Integer> directPorts) {
        this.directPorts = directPorts;
    }

    /**
     * Starts brokers; returns when all of them take requests.
     *
     * @param folder for data and logs
     * @param count 1 or 3; of three, two suffice
     * @param settings win over what is set here
     * @param dataFolders of some brokers, by their number from 0, where not a folder in {@code
     *     folder}
     */
    public static KafkaCluster start(
            Path folder, int count, Map<String, String> settings, Map<Integer, Path> dataFolders)
            throws IOException {
        KafkaCluster cluster =
                new KafkaCluster(IntStream.range(0, count).mapToObj(i -> Ports.free()).toList());
        List<Integer> controllerPorts =
                IntStream.range(0, count).mapToObj(i -> Ports.free()).toList();
        String voters =
                IntStream.range(0, count)
                        .mapToObj(i -> (i + 1) + "@127.0.0.1:" + controllerPorts.get(i))
                        .collect(Collectors.joining(","));
        for (int i = 0; i < count; i++) {
            Path data = dataFolders.getOrDefault(i, folder.resolve("broker-" + i));
            int clientPort = Ports.free();
            TcpProxy proxy = TcpProxy.start(clientPort);
            cluster.proxies.add(proxy);
            Map<String, String> own = common(count);
            own.put("node.id", Integer.toString(i + 1));
            own.put("log.dirs", data.toString());
            own.put("controller.quorum.voters", voters);
            own.put(
                    "listeners",
                    "DIRECT://127.0.0.1:%d,CLIENT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d"
                            .formatted(
                                    cluster.directPorts.get(i),
                                    clientPort,
                                    controllerPorts.get(i)));
            own.put(
                    "advertised.listeners",
                    "DIRECT://127.0.0.1:%d,CLIENT://127.0.0.1:%d"
                            .formatted(cluster.directPorts.get(i), proxy.port()));
            own.putAll(settings);
            format(i + 1, data);
            cluster.brokers.add(node(folder, i, own));
        }
        try {
            cluster.brokers.forEach(Node::start);
            cluster.awaitReady();
        } catch (RuntimeException | Error e) {
            cluster.close();
            throw e;
        }
        return cluster;
    }

    private static Map<String, String> common(int count) {
        Map<String, String> settings = new HashMap<>();
        String replicas = Integer.toString(count);
        String inSync = count == 1 ? "1" : "2";
        settings.put("process.roles", "broker,controller");
        settings.put(
                "listener.security.protocol.map",
                "DIRECT:PLAINTEXT,CLIENT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        settings.put("inter.broker.listener.name", "DIRECT");
        settings.put("controller.listener.names", "CONTROLLER");
        settings.put("auto.create.topics.enable", "false");
        settings.put("default.replication.factor", replicas);
        settings.put("min.insync.replicas", inSync);
        settings.put("offsets.topic.replication.factor", replicas);
        settings.put("offsets.topic.num.partitions", "2");
        settings.put("transaction.state.log.replication.factor", replicas);
        settings.put("transaction.state.log.min.isr", inSync);
        settings.put("transaction.state.log.num.partitions", "3");
        settings.put("share.coordinator.state.topic.replication.factor", replicas);
        settings.put("share.coordinator.state.topic.min.isr", inSync);
        settings.put("group.initial.rebalance.delay.ms", "0");
        settings.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000");
        settings.put("num.network.threads", "2");
        settings.put("num.io.threads", "2");
        settings.put("background.threads", "2");
        settings.put("log.cleaner.dedupe.buffer.size", "4194304");
        settings.put("log.index.size.max.bytes", "1048576");
        // A killed broker leaves its place to others within seconds.
        settings.put("broker.session.timeout.ms", "6000");
        settings.put("replica.lag.time.max.ms", "5000");
        return settings;
    }

    private static void format(int node, Path data) throws IOException {
        try {
            Files.createDirectories(data);
            new Formatter()
                    .setPrintStream(
                            new PrintStream(
                                    OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                    .setNodeId(node)
                    .setClusterId(CLUSTER)
                    .addDirectory(data.toString())
                    .setMetadataLogDirectory(data.toString())
                    .setControllerListenerName("CONTROLLER")
                    .setIgnoreFormatted(true)
                    .run();
        } catch (Exception e) {
            throw new IOException("The folder of broker " + node + " cannot be set up", e);
        }
    }

    private static Node node(Path folder, int index, Map<String, String> settings)
            throws IOException {
        Path file = folder.resolve("broker-%d.properties".formatted(index));
        Properties properties = new Properties();
        properties.putAll(settings);
        try (OutputStream out = Files.newOutputStream(file)) {
            properties.store(out, null);
        }
        List<String> command = new ArrayList<>(JavaCommand.java());
        command.addAll(List.of("-Xmx320m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        command.add(JavaCommand.logging());
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(List.of("kafka.Kafka", file.toString()));
        return new Node(
                "broker-" + index,
                folder.resolve("broker-%d.log".formatted(index)),
                command,
                Map.of());
    }

    /** For tests: directly, past the proxies. */
    public String servers() {
        return directPorts.stream().map(p -> "127.0.0.1:" + p).collect(Collectors.joining(","));
    }

    /** For the job: through the proxies. */
    public String proxiedServers() {
        return proxies.stream()
                .map(proxy -> "127.0.0.1:" + proxy.port())
                .collect(Collectors.joining(","));
    }

    public Node broker(int index) {
        return brokers.get(index);
    }

    public List<Node> brokers() {
        return brokers;
    }

    public List<TcpProxy> proxies() {
        return proxies;
    }

    /** Starts a dead broker again; returns when all brokers take requests. */
    public void restart(int index) {
        brokers.get(index).start();
        awaitReady();
    }

    /**
     * Waits until every broker that should be there is.
     *
     * @throws AssertionError if one is not
     */
    public void awaitReady() {
        long deadline = System.nanoTime() + START.toNanos();
        for (int i = 0; i < brokers.size(); i++) {
            while (!answers(i)) {
                if (!brokers.get(i).isAlive()) {
                    throw new AssertionError(brokers.get(i) + " ended:\n" + brokers.get(i).log());
                }
                if (System.nanoTime() > deadline) {
                    throw new AssertionError(
                            brokers.get(i) + " is not ready:\n" + brokers.get(i).log());
                }
            }
        }
    }

    private boolean answers(int index) {
        try (Admin admin = admin("127.0.0.1:" + directPorts.get(index), Duration.ofSeconds(3))) {
            return admin.describeCluster().nodes().get(3, TimeUnit.SECONDS).size()
                    == brokers.stream().filter(Node::isAlive).count();
        } catch (ExecutionException | TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for a broker", e);
        }
    }

    /** An admin client that does not go through the proxies. */
    public Admin admin() {
        return admin(servers(), Duration.ofSeconds(30));
    }

    private static Admin admin(String servers, Duration patience) {
        return Admin.create(
                Map.of(
                        AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                        servers,
                        AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                        Long.toString(patience.toMillis()),
                        AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                        Long.toString(patience.toMillis())));
    }

    /** Creates a topic with a replica on every broker. */
    public void createTopic(String name, int partitions, Map<String, String> settings) {
        try (Admin admin = admin()) {
            NewTopic topic =
                    new NewTopic(name, partitions, (short) brokers.size()).configs(settings);
            get(admin.createTopics(List.of(topic)).all());
        }
    }

    /** The broker that coordinates a transaction. */
    public Node coordinator(String transactionalId) {
        return brokers.get(describe(transactionalId).coordinatorId() - 1);
    }

    /** What the brokers know of a transaction. */
    public TransactionDescription describe(String transactionalId) {
        try (Admin admin = admin()) {
            return get(
                    admin.describeTransactions(List.of(transactionalId))
                            .description(transactionalId));
        }
    }

    /**
     * The id of a transaction under way whose id begins so.
     *
     * @throws AssertionError if there is none
     */
    public String openTransaction(String prefix) {
        return openTransactions(prefix).stream()
                .findFirst()
                .orElseThrow(() -> new AssertionError("No transaction " + prefix + "* is open"));
    }

    /** Whether there is one. */
    public boolean hasOpenTransaction(String prefix) {
        return !openTransactions(prefix).isEmpty();
    }

    /** The ids of all transactions under way whose ids begin so. */
    public List<String> openTransactions(String prefix) {
        return transactions(
                prefix,
                new ListTransactionsOptions().filterStates(Set.of(TransactionState.ONGOING)));
    }

    /** All transactional ids that begin so and that the brokers know. */
    public List<String> transactionalIds(String prefix) {
        return transactions(prefix, new ListTransactionsOptions());
    }

    private List<String> transactions(String prefix, ListTransactionsOptions options) {
        try (Admin admin = admin()) {
            return get(admin.listTransactions(options).all()).stream()
                    .map(TransactionListing::transactionalId)
                    .filter(id -> id.startsWith(prefix))
                    .toList();
        }
    }

    /** Gives a topic more partitions. */
    public void addPartitions(String topic, int total) {
        try (Admin admin = admin()) {
            get(admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(total))).all());
            Waiting.until(
                    "%s has %d partitions".formatted(topic, total),
                    START,
                    () ->
                            get(admin.describeTopics(List.of(topic)).allTopicNames())
                                            .get(topic)
                                            .partitions()
                                            .size()
                                    == total);
        }
    }

    /** The offset that the next message of a partition will have. */
    public long endOffset(String topic, int partition) {
        TopicPartition asked = new TopicPartition(topic, partition);
        try (Admin admin = admin()) {
            return get(admin.listOffsets(Map.of(asked, OffsetSpec.latest())).partitionResult(asked))
                    .offset();
        }
    }

    /** Deletes the messages of a partition before an offset, as retention does. */
    public void deleteBefore(String topic, int partition, long offset) {
        try (Admin admin = admin()) {
            get(
                    admin.deleteRecords(
                                    Map.of(
                                            new TopicPartition(topic, partition),
                                            RecordsToDelete.beforeOffset(offset)))
                            .all());
        }
    }

    /**
     * Waits until every replica of a topic has all of it.
     *
     * @throws AssertionError if one does not get there
     */
    public void awaitInSync(String topic) {
        try (Admin admin = admin()) {
            Waiting.until(
                    "all replicas of " + topic + " are in sync",
                    START,
                    () -> {
                        Waiting.pause();
                        return get(admin.describeTopics(List.of(topic)).allTopicNames())
                                .get(topic)
                                .partitions()
                                .stream()
                                .allMatch(p -> p.isr().size() == brokers.size());
                    });
        }
    }

    private static <T> T get(KafkaFuture<T> answer) {
        try {
            return answer.get(60, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("Kafka does not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for Kafka", e);
        }
    }

    @Override
    public void close() {
        brokers.forEach(Node::close);
        proxies.forEach(TcpProxy::close);
    }
}
