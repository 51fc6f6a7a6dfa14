package io.labelstream.endtoend.faults;

import io.labelstream.endtoend.OfflineModel;
import io.labelstream.endtoend.faults.InputLog.Expectation;
import io.labelstream.endtoend.faults.InputLog.Message;
import io.labelstream.endtoend.faults.OutputRecord.Kind;
import io.labelstream.serde.DeadLetter;
import io.labelstream.serde.SourcePosition;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.apache.kafka.common.TopicPartition;

/**
 * Holds what a job wrote against what it was given: each message once, labelled as the model alone
 * labels it or dead-lettered as it should be, in the order of its partition; and nothing that was
 * read while faults went on has changed since. Knows of the job nothing but its topics. Used by one
 * thread.
 */
public final class GuaranteeChecker {

    /**
     * Messages of a partition, from one offset to another, both included.
     *
     * @param topic of the input
     */
    public record Range(String topic, int partition, long first, long last) {

        public boolean contains(SourcePosition position) {
            return position.topic().equals(topic)
                    && position.partition() == partition
                    && position.offset() >= first
                    && position.offset() <= last;
        }
    }

    /**
     * What is promised in a scenario.
     *
     * @param orderKept whether results keep the order of their partition: not across a rescale, and
     *     not where the job runs unordered
     * @param mayBeTwice what an older checkpoint was made to classify again
     * @param lost what the job reported as lost: of each range, something must be missing
     */
    public record Options(boolean orderKept, List<Range> mayBeTwice, List<Range> lost) {

        /** Exactly once, and in order. */
        public static Options strict() {
            return new Options(true, List.of(), List.of());
        }

        /** Exactly once, in any order. */
        public static Options unordered() {
            return new Options(false, List.of(), List.of());
        }
    }

    /** How many outputs a message has. */
    private static final class Outcome {
        private int results;
        private int deadLetters;

        /** Counts one; whether it was the first of its kind. */
        private boolean add(Kind kind) {
            return (kind == Kind.RESULT ? ++results : ++deadLetters) == 1;
        }
    }

    private final InputLog input;
    private final Function<String, OfflineModel.Answer> reference;
    private final Options options;
    private final Map<SourcePosition, Outcome> outcomes = new HashMap<>();
    private final Map<TopicPartition, OutputRecord> latest = new HashMap<>();
    private final Violations violations = new Violations();

    private GuaranteeChecker(
            InputLog input, Function<String, OfflineModel.Answer> reference, Options options) {
        this.input = input;
        this.reference = reference;
        this.options = options;
    }

    /**
     * Judges.
     *
     * @param input all that was sent, each message acknowledged
     * @param concurrent what a {@code read_committed} reader saw that started before the first
     *     output and read while faults went on
     * @param committed what a {@code read_committed} reader sees in the end
     * @param reference what the model alone says of a text
     * @return one entry for each way in which the guarantee was broken; none if it was kept
     */
    static List<Violation> check(
            InputLog input,
            OutputLog concurrent,
            OutputLog committed,
            Function<String, OfflineModel.Answer> reference,
            Options options) {
        GuaranteeChecker checker = new GuaranteeChecker(input, reference, options);
        List<OutputRecord> records = committed.records();
        records.forEach(checker::judge);
        input.messages().forEach(checker::judge);
        options.lost().forEach(checker::judge);
        checker.judgeReader(concurrent.records(), records);
        return checker.violations.list();
    }

    private void judge(OutputRecord record) {
        Message message = input.get(record.source());
        if (message == null) {
            violations.add(Violation.Kind.UNKNOWN_SOURCE, record::toString);
            return;
        }
        judgeHeaders(record, message);
        boolean first =
                outcomes.computeIfAbsent(record.source(), p -> new Outcome()).add(record.kind());
        if (record.kind() == Kind.DEAD_LETTER) {
            judgeReason(record, message);
            return;
        }
        judgeLabel(record, message);
        // The second of two is a duplicate; it is not out of order as well.
        if (first && options.orderKept()) {
            judgeOrder(record);
        }
    }

    private void judgeHeaders(OutputRecord record, Message message) {
        if (!record.producer().equals(message.producer())) {
            violations.add(
                    Violation.Kind.UNKNOWN_SOURCE,
                    () -> "%s: sent by %s".formatted(record, message.producer()));
        } else if (record.seq() != message.seq()
                || record.partition() != message.position().partition()) {
            violations.add(
                    Violation.Kind.SEQUENCE,
                    () -> "%s: number %d stands there".formatted(record, message.seq()));
        }
    }

    private void judgeReason(OutputRecord record, Message message) {
        DeadLetter.Reason expected = message.reason();
        if (expected != null && !record.reason().equals(expected.name())) {
            violations.add(
                    Violation.Kind.WRONG_DEAD_LETTER,
                    () -> "%s: expected reason %s".formatted(record, expected));
        }
    }

    private void judgeLabel(OutputRecord record, Message message) {
        if (message.expected() == Expectation.DEAD) {
            return;
        }
        OfflineModel.Answer expected = reference.apply(message.text());
        if (!record.text().equals(message.text())) {
            violations.add(
                    Violation.Kind.WRONG_LABEL, () -> record + ": it has the text of another");
        } else if (!record.label().equals(expected.label())
                || record.scoreBits() != Float.floatToIntBits(expected.score())) {
            violations.add(
                    Violation.Kind.WRONG_LABEL,
                    () ->
                            "%s: %s %s, the model says %s %s"
                                    .formatted(
                                            record,
                                            record.label(),
                                            Float.intBitsToFloat(record.scoreBits()),
                                            expected.label(),
                                            expected.score()));
        }
    }

    /** All messages of a partition have one key: their results share a partition. */
    private void judgeOrder(OutputRecord record) {
        TopicPartition source =
                new TopicPartition(record.source().topic(), record.source().partition());
        OutputRecord before = latest.putIfAbsent(source, record);
        if (before == null) {
            return;
        }
        if (!partition(before).equals(partition(record))
                || before.source().offset() > record.source().offset()) {
            violations.add(Violation.Kind.REORDERED, () -> "%s after %s".formatted(record, before));
        } else {
            latest.put(source, record);
        }
    }

    private void judge(Message message) {
        SourcePosition position = message.position();
        Outcome outcome = outcomes.get(position);
        if (outcome == null) {
            if (!in(options.lost(), position)) {
                violations.add(Violation.Kind.MISSING, () -> describe(message));
            }
            return;
        }
        boolean wrong =
                switch (message.expected()) {
                    case LABELLED -> outcome.deadLetters > 0;
                    case DEAD -> outcome.results > 0;
                    case EITHER -> outcome.deadLetters > 0 && outcome.results > 0;
                };
        if (wrong) {
            violations.add(
                    Violation.Kind.WRONG_DEAD_LETTER,
                    () ->
                            "%s should be %s: %d results, %d dead letters"
                                    .formatted(
                                            describe(message),
                                            message.expected(),
                                            outcome.results,
                                            outcome.deadLetters));
        }
        if ((outcome.results > 1 || outcome.deadLetters > 1)
                && !in(options.mayBeTwice(), position)) {
            violations.add(
                    Violation.Kind.DUPLICATED,
                    () ->
                            "%s: %d results, %d dead letters"
                                    .formatted(
                                            describe(message),
                                            outcome.results,
                                            outcome.deadLetters));
        }
    }

    private void judge(Range lost) {
        boolean missing =
                input.messages().stream()
                        .map(Message::position)
                        .anyMatch(p -> lost.contains(p) && !outcomes.containsKey(p));
        if (!missing) {
            violations.add(Violation.Kind.FALSE_LOSS, lost::toString);
        }
    }

    private void judgeReader(List<OutputRecord> seen, List<OutputRecord> committed) {
        Map<SourcePosition, OutputRecord> now = new HashMap<>();
        committed.forEach(record -> now.put(record.position(), record));
        Set<SourcePosition> read = new HashSet<>();
        Map<TopicPartition, Long> ends = new HashMap<>();
        for (OutputRecord record : seen) {
            read.add(record.position());
            ends.merge(partition(record), record.position().offset(), Math::max);
            if (!record.equals(now.get(record.position()))) {
                violations.add(Violation.Kind.VANISHED, record::toString);
            }
        }
        for (OutputRecord record : committed) {
            if (!read.contains(record.position())
                    && record.position().offset() < ends.getOrDefault(partition(record), 0L)) {
                violations.add(Violation.Kind.UNSEEN, record::toString);
            }
        }
    }

    private static TopicPartition partition(OutputRecord record) {
        return new TopicPartition(record.position().topic(), record.position().partition());
    }

    private static boolean in(List<Range> ranges, SourcePosition position) {
        return ranges.stream().anyMatch(range -> range.contains(position));
    }

    private static String describe(Message message) {
        return "%s (%s %d)".formatted(message.position(), message.producer(), message.seq());
    }
}
