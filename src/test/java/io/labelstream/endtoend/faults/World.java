package io.labelstream.endtoend.faults;

import io.labelstream.endtoend.DistributionFolder;
import io.labelstream.endtoend.Waiting;
import io.labelstream.endtoend.cluster.FlinkCluster;
import io.labelstream.endtoend.cluster.FlinkRest;
import io.labelstream.endtoend.cluster.KafkaCluster;
import io.labelstream.endtoend.cluster.Node;
import io.labelstream.endtoend.faults.GuaranteeChecker.Options;
import io.labelstream.inference.TinyBundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.util.IOUtils;

/**
 * Brokers, a Flink cluster, a job with a model, a feed that never pauses, and two readers that
 * watch: one of committed output, one of all.
 */
public final class World implements AutoCloseable {

    public static final String INPUT = "reviews";
    public static final String OUTPUT = "labelled";
    public static final String DEAD = "unreadable";
    public static final String PREFIX = "fault-bench";
    public static final int PARTITIONS = 4;

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Pattern SUBMITTED = Pattern.compile("submitted with JobID ([0-9a-f]{32})");

    private final Path folder;
    private final WorldSettings settings;
    private final KafkaCluster kafka;
    private final FlinkCluster flink;
    private final Path model;
    private final LoadFeed feed;
    private final RecordingReader committed;
    private final RecordingReader uncommitted;
    private final List<LoadFeed> moreFeeds = new ArrayList<>();
    private final List<String> jobs = new ArrayList<>();

    private World(Path folder, WorldSettings settings, KafkaCluster kafka, FlinkCluster flink) {
        this.folder = folder;
        this.settings = settings;
        this.kafka = kafka;
        this.flink = flink;
        this.model = settings.model() == null ? tinyModel(folder) : settings.model();
        kafka.createTopic(INPUT, PARTITIONS, Map.of("retention.ms", "-1"));
        kafka.createTopic(OUTPUT, PARTITIONS, Map.of("retention.ms", "-1"));
        kafka.createTopic(DEAD, 1, Map.of("retention.ms", "-1"));
        this.feed = new LoadFeed(kafka.servers(), INPUT, "feed", new InputLog());
        this.committed = new RecordingReader(kafka.servers(), "read_committed", OUTPUT, DEAD);
        this.uncommitted = new RecordingReader(kafka.servers(), "read_uncommitted", OUTPUT, DEAD);
    }

    private static Path tinyModel(Path folder) {
        Path model = folder.resolve("model");
        TinyBundle.write(model);
        return model;
    }

    static World start(Path folder, WorldSettings settings) throws IOException {
        KafkaCluster kafka =
                KafkaCluster.start(
                        folder, settings.brokers(), settings.kafka(), settings.brokerFolders());
        FlinkCluster flink = null;
        try {
            flink = FlinkCluster.start(folder, settings.flink());
            return new World(folder, settings, kafka, flink);
        } catch (IOException | RuntimeException | Error e) {
            IOUtils.closeAllQuietly(flink, kafka);
            throw e;
        }
    }

    public Path folder() {
        return folder;
    }

    public KafkaCluster kafka() {
        return kafka;
    }

    public FlinkCluster flink() {
        return flink;
    }

    public FlinkRest rest() {
        return flink.rest();
    }

    public Path model() {
        return model;
    }

    public LoadFeed feed() {
        return feed;
    }

    /**
     * Another feed, of the partitions that its topic has now; it sends nothing yet. The job owes an
     * outcome of what it sends to the input.
     */
    public LoadFeed addFeed(String topic, String name) {
        InputLog log = topic.equals(INPUT) ? feed.log() : new InputLog();
        LoadFeed added = new LoadFeed(kafka.servers(), topic, name, log);
        moreFeeds.add(added);
        return added;
    }

    /** What a consumer with {@code read_committed} has seen since the world began. */
    public RecordingReader committed() {
        return committed;
    }

    /** What any other consumer has seen. */
    public RecordingReader uncommitted() {
        return uncommitted;
    }

    /** Submits the job; returns its id when all its tasks run, and the feed flows. */
    public String submit() throws IOException {
        String job = submitOnly(Map.of());
        rest().awaitRunning(job, PATIENCE);
        feed.start(settings.rate());
        return job;
    }

    /**
     * Submits the job with {@code flink run}, as a user does.
     *
     * @param more settings that win over the world's
     * @param flinkArguments such as {@code -s SAVEPOINT}
     * @return the job's id
     */
    public String submitOnly(Map<String, String> more, String... flinkArguments)
            throws IOException {
        Node client = trySubmit(more, flinkArguments);
        String job = jobOf(client);
        jobs.add(job);
        return job;
    }

    /** The job that a client has submitted. */
    public static String jobOf(Node client) {
        Matcher id = SUBMITTED.matcher(client.log());
        if (client.exitCode() != 0 || !id.find()) {
            throw new AssertionError("The job was not taken:\n" + client.log());
        }
        return id.group(1);
    }

    /** The same, to whatever end. */
    public Node trySubmit(Map<String, String> more, String... flinkArguments) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("run", "-d"));
        arguments.addAll(List.of(flinkArguments));
        arguments.addAll(
                List.of(
                        DistributionFolder.jobJar().toString(),
                        "--config",
                        config(more).toString()));
        return flink.client(arguments.toArray(String[]::new));
    }

    /**
     * {@code labelstream doctor} of the job, to whatever end; its output is the log of what is
     * returned.
     *
     * @param more settings that win over the world's
     */
    public Node doctor(Map<String, String> more) throws IOException {
        List<String> command =
                List.of(
                        DistributionFolder.launcher().toString(),
                        "doctor",
                        "--cluster",
                        "--config",
                        config(more).toString());
        Map<String, String> environment = Map.of("JAVA_HOME", System.getProperty("java.home"));
        Node doctor = new Node("doctor", folder.resolve("doctor.log"), command, environment);
        doctor.start().awaitEnd(PATIENCE);
        return doctor;
    }

    /**
     * Writes the configuration of the job.
     *
     * @param more settings that win over the world's
     */
    public Path config(Map<String, String> more) throws IOException {
        Map<String, String> all = new TreeMap<>();
        all.put("kafka.bootstrap.servers", kafka.proxiedServers());
        // No key is read without TLS: this is here to be found where it must not be.
        all.put("kafka.ssl.key.password", PrivacyCheck.SECRET_CANARY);
        all.put("input.topics", INPUT);
        all.put("output.topic", OUTPUT);
        all.put("output.transactional-id-prefix", PREFIX);
        all.put("dead-letter.topic", DEAD);
        all.put("model.path", model.toString());
        all.put("job.parallelism", "2");
        all.put("device.type", "cpu");
        all.put("checkpoint.directory", folder.resolve("checkpoints").toUri().toString());
        all.putAll(settings.job());
        all.putAll(more);
        StringBuilder yaml = new StringBuilder();
        all.forEach((key, value) -> yaml.append("%s: \"%s\"%n".formatted(key, value)));
        return Files.writeString(Files.createTempFile(folder, "job", ".yaml"), yaml);
    }

    /**
     * How many messages of each input partition have no output that any reader has seen. What is on
     * its way to the reader, some tenths of a second, counts as waiting.
     */
    public int[] waiting() {
        int[] waiting = new int[PARTITIONS];
        uncommitted.log().records().stream()
                .map(OutputRecord::source)
                .distinct()
                .forEach(source -> waiting[source.partition()]--);
        feed.log().messages().forEach(message -> waiting[message.position().partition()]++);
        return waiting;
    }

    /** Waits until every message that was sent has an outcome that is committed. */
    public void awaitOutcomes() {
        awaitOutcomes(0);
    }

    /**
     * The same.
     *
     * @param lost messages that have none, and shall have none
     */
    public void awaitOutcomes(int lost) {
        feed.awaitAllAcknowledged(PATIENCE);
        Waiting.until(
                () ->
                        "%d messages have an outcome; %d have\n%s"
                                .formatted(
                                        feed.log().size(),
                                        committed.log().sources(),
                                        jobs.isEmpty() ? "" : rest().rootCause(newestJob())),
                PATIENCE,
                () -> {
                    Waiting.pause();
                    return committed.log().sources() >= feed.log().size() - lost;
                });
    }

    /** Waits for output that is committed from now on. */
    public void awaitNewOutput() {
        long now = System.nanoTime();
        Waiting.until(
                () -> "output is committed again\n" + rest().rootCause(newestJob()),
                PATIENCE,
                () -> {
                    Waiting.pause();
                    return committed.lastSeenNanos() > now;
                });
    }

    private String newestJob() {
        return jobs.get(jobs.size() - 1);
    }

    /**
     * Ends the load, waits until every message has its outcome, and for three checkpoints more,
     * with which late duplicates would come; then checks all promises.
     */
    public CheckedRun settleAndCheck(String job) throws IOException {
        return settleAndCheck(job, Options.strict(), 0);
    }

    /** The same, where results need not keep the order of their partition. */
    public CheckedRun settleAndCheckUnordered(String job) throws IOException {
        return settleAndCheck(job, Options.unordered(), 0);
    }

    /** The same, where the job has reported what is lost: no other message may be. */
    public CheckedRun settleAndCheck(String job, ReportedLoss loss) throws IOException {
        return settleAndCheck(job, new Options(true, List.of(), loss.ranges()), loss.messages());
    }

    /**
     * The same, where the job went on from an older checkpoint and wrote again what was committed
     * since.
     *
     * @param kept so many records, the first that the {@code read_committed} reader saw, were
     *     committed by that checkpoint or one before it: nothing of them may be written again
     */
    public CheckedRun settleAndCheckReplay(String job, int kept) throws IOException {
        settle(job, 0);
        OutputLog end = OutputLog.readAll(kafka.servers(), "read_committed", OUTPUT, DEAD);
        List<OutputRecord> before = committed.log().records().subList(0, kept);
        return CheckedRun.of(this, new Options(true, ReplayedSpans.in(end, before), List.of()));
    }

    private CheckedRun settleAndCheck(String job, Options options, int lost) throws IOException {
        settle(job, lost);
        return CheckedRun.of(this, options);
    }

    private void settle(String job, int lost) {
        feed.pause();
        awaitOutcomes(lost);
        rest().awaitCheckpoints(job, 3, PATIENCE);
    }

    @Override
    public void close() throws Exception {
        List<AutoCloseable> all = new ArrayList<>(moreFeeds);
        all.addAll(List.of(feed, committed, uncommitted, flink, kafka));
        IOUtils.closeAll(all, Throwable.class);
    }
}
