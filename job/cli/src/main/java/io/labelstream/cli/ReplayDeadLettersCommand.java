package io.labelstream.cli;

import io.labelstream.serde.DeadLetter;
import io.labelstream.serde.SourcePosition;
import io.labelstream.streaming.JobConfig;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Sends dead letters back to the topics they came from. */
@Command(
        name = "replay-dead-letters",
        mixinStandardHelpOptions = true,
        versionProvider = Labelstream.Version.class,
        description = {
            "Send dead letters back to the topics they came from.",
            "Messages go back as they were: key, value, timestamp, headers. All of them,",
            "unless told."
        },
        footer = {
            "",
            "Reads dead-letter.topic up to where it ends when the command begins, and leaves",
            "it as it is. Each message gets a header labelstream.replayed with the position",
            "of its dead letter: the more of them it has, the more often it came back.",
            "",
            "Sends in Kafka transactions. What ends early says how many went back, and how",
            "to go on.",
            "",
            "A TIME is 2026-11-23 (midnight UTC), 2026-11-23T10:15:00+08:00 or milliseconds",
            "since 1970-01-01 UTC. It is the message's own, not when it failed."
        })
final class ReplayDeadLettersCommand implements Callable<Integer> {

    @Mixin private ConfigFile configFile;

    @Option(
            names = "--reason",
            paramLabel = "REASON",
            split = ",",
            description = "Only those with one of these reasons: ${COMPLETION-CANDIDATES}.")
    private List<DeadLetter.Reason> reasons = new ArrayList<>();

    @Option(
            names = "--stage",
            paramLabel = "STAGE",
            split = ",",
            description = "Only those that failed at one of these: ${COMPLETION-CANDIDATES}.")
    private List<DeadLetter.Stage> stages = new ArrayList<>();

    @Option(
            names = "--source-topic",
            paramLabel = "TOPIC",
            split = ",",
            description = "Only messages that were read from one of these topics.")
    private List<String> sourceTopics = new ArrayList<>();

    @Option(
            names = "--from",
            paramLabel = "TIME",
            converter = TimeOption.class,
            description = "Only messages of this time or later.")
    private Instant from;

    @Option(
            names = "--until",
            paramLabel = "TIME",
            converter = TimeOption.class,
            description = "Only messages of an earlier time.")
    private Instant until;

    @Option(
            names = "--position",
            paramLabel = "TOPIC-PARTITION@OFFSET",
            converter = PositionOption.class,
            description = "Only the message that was read here. May be given several times.")
    private List<SourcePosition> positions = new ArrayList<>();

    @Option(
            names = "--limit",
            paramLabel = "N",
            description = "Send so many at most, and end there.")
    private Long limit;

    @Option(
            names = "--after",
            paramLabel = "TOPIC-PARTITION@OFFSET",
            converter = PositionOption.class,
            description = "Go on behind this dead letter. Once for each partition.")
    private List<SourcePosition> after = new ArrayList<>();

    @Option(
            names = "--to",
            paramLabel = "TOPIC",
            description = "Send all of them to this topic, not to where they came from.")
    private String to;

    @Option(names = "--dry-run", description = "Say what would be sent, and send nothing.")
    private boolean dryRun;

    @Option(names = "--json", description = "Print the summary as one JSON object.")
    private boolean json;

    private final Console console;

    ReplayDeadLettersCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        checkArguments();
        JobConfig config = configFile.read();
        checkAgainst(config.deadLetterTopic());
        DeadLetterFilter filter =
                new DeadLetterFilter(
                        Set.copyOf(reasons),
                        Set.copyOf(stages),
                        Set.copyOf(sourceTopics),
                        Optional.ofNullable(from),
                        Optional.ofNullable(until),
                        Set.copyOf(positions));
        if (filter.choosesAll() && !dryRun) {
            say("Nothing is chosen, so all dead letters go back; --dry-run says what would.");
        }
        StopSignal stop = StopSignal.install();
        try (DeadLetterReader reader =
                new DeadLetterReader(
                        config.consumerProperties(),
                        config.bootstrapServers(),
                        config.deadLetterTopic(),
                        after,
                        stop::raised)) {
            ReplaySummary plan = look(reader, new ReplaySelection(filter, mostToSend()));
            // All of them before anything is sent.
            reader.checkTopics(to == null ? plan.topicsToSend() : Set.of(to));
            if (dryRun || plan.toSend() == 0) {
                print(plan, after);
            } else {
                send(config, reader, new ReplaySelection(filter, mostToSend()));
            }
        }
        return Labelstream.DONE;
    }

    private void checkArguments() {
        if (limit != null && limit < 1) {
            throw new UsageException("--limit is %d; expected at least 1.".formatted(limit));
        }
        if (from != null && until != null && !from.isBefore(until)) {
            throw new UsageException("--from is not before --until, so no message can be chosen.");
        }
    }

    private void checkAgainst(String deadLetterTopic) {
        if (deadLetterTopic.equals(to)) {
            throw new UsageException(
                    "--to is %s, the dead-letter topic itself. Choose another topic."
                            .formatted(to));
        }
        Set<Integer> partitions = new HashSet<>();
        for (SourcePosition position : after) {
            if (!position.topic().equals(deadLetterTopic)) {
                throw new UsageException(
                        "--after %s: expected a position in the dead-letter topic %s."
                                .formatted(position, deadLetterTopic));
            }
            if (!partitions.add(position.partition())) {
                throw new UsageException(
                        "--after is given twice for partition %d of %s."
                                .formatted(position.partition(), deadLetterTopic));
            }
        }
    }

    private long mostToSend() {
        return limit == null ? Long.MAX_VALUE : limit;
    }

    /** Counts, and sends nothing. */
    private ReplaySummary look(DeadLetterReader reader, ReplaySelection selection) {
        try (ProgressLine progress = new ProgressLine(console)) {
            reader.read(
                    letter -> {
                        selection.choose(letter);
                        progress.show(
                                () ->
                                        "Looked through %d dead letters"
                                                .formatted(selection.summary().found()));
                        return !selection.isFull();
                    });
        }
        return selection.summary();
    }

    /** The same once more, and this time they are sent. */
    private void send(JobConfig config, DeadLetterReader reader, ReplaySelection selection) {
        try (ReplaySender sender =
                new ReplaySender(
                        config.producerProperties(),
                        config.bootstrapServers(),
                        transactionalId(config),
                        after)) {
            try {
                sendChosen(reader, selection, sender);
                sender.commit();
            } catch (RuntimeException e) {
                sender.abort();
                // What is not ours may quote the message.
                String why =
                        e instanceof FailureException
                                ? e.getMessage()
                                : "Ended unexpectedly by " + e.getClass().getName() + ".";
                throw new FailureException(why + " " + sender.standing(), e);
            }
            print(selection.summary(), sender.last());
            if (selection.isFull()) {
                say("--limit is reached. " + ReplaySender.wayOn(sender.last()));
            }
        }
    }

    private void sendChosen(
            DeadLetterReader reader, ReplaySelection selection, ReplaySender sender) {
        try (ProgressLine progress = new ProgressLine(console)) {
            reader.read(
                    letter -> {
                        sender.commitIfOld();
                        selection
                                .choose(letter)
                                .ifPresent(
                                        said -> {
                                            String topic = to == null ? said.source().topic() : to;
                                            sender.send(
                                                    ReplayRecord.of(
                                                            letter,
                                                            said,
                                                            topic,
                                                            reader.partitions(topic)),
                                                    ReplayRecord.position(letter));
                                        });
                        progress.show(() -> "Sent back %d messages".formatted(sender.sent()));
                        return !selection.isFull();
                    });
        }
    }

    /** Never that of the job's own sinks. */
    private static String transactionalId(JobConfig config) {
        String prefix = config.transactionalIdPrefix();
        return prefix == null || prefix.isBlank()
                ? "labelstream-replay-" + config.deadLetterTopic()
                : prefix + "-replay";
    }

    private void print(ReplaySummary summary, List<SourcePosition> last) {
        if (json) {
            console.out().println(summary.json(dryRun, last));
        } else {
            summary.print(console.out(), new Style(console.colours()), dryRun);
        }
        console.out().flush();
    }

    private void say(String sentence) {
        console.err().println(Style.printable(sentence));
    }
}
