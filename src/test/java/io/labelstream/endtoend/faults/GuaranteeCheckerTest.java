package io.labelstream.endtoend.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.labelstream.endtoend.OfflineModel;
import io.labelstream.endtoend.faults.GuaranteeChecker.Options;
import io.labelstream.endtoend.faults.GuaranteeChecker.Range;
import io.labelstream.endtoend.faults.InputLog.Expectation;
import io.labelstream.endtoend.faults.OutputRecord.Kind;
import io.labelstream.serde.SourcePosition;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The checker, on logs that were tampered with: each fault is found, and as what it is. */
class GuaranteeCheckerTest {

    private static final int INPUTS = 4;
    private static final int OUTPUTS = 3;
    private static final int MESSAGES = 500;
    private static final String RESULTS = "labelled";
    private static final String DEAD = "unreadable";

    private final InputLog input = new InputLog();

    /** What is there in the end. */
    private final List<OutputRecord> committed = new ArrayList<>();

    /** What a reader saw that came to rest somewhere before the end. */
    private final List<OutputRecord> seen = new ArrayList<>();

    /** As of a job that had no fault: two slots, whose results are interleaved at random. */
    @BeforeEach
    void goodLogs() {
        Random random = new Random(5);
        List<List<InputLog.Message>> partitions = new ArrayList<>();
        for (int partition = 0; partition < INPUTS; partition++) {
            partitions.add(messages(partition));
            partitions.get(partition).forEach(input::add);
        }
        long[] ends = new long[OUTPUTS + 1];
        while (!partitions.isEmpty()) {
            List<InputLog.Message> next = partitions.get(random.nextInt(partitions.size()));
            InputLog.Message message = next.remove(0);
            boolean dead = message.expected() == Expectation.DEAD;
            int place = dead ? OUTPUTS : message.position().partition() % OUTPUTS;
            // Now and then, a marker of a transaction stands between them.
            ends[place] += random.nextInt(10) == 0 ? 2 : 1;
            committed.add(
                    output(
                            message,
                            new SourcePosition(
                                    dead ? DEAD : RESULTS, dead ? 0 : place, ends[place])));
            partitions.removeIf(List::isEmpty);
        }
        seen.addAll(committed.subList(0, committed.size() * 2 / 3));
    }

    private static List<InputLog.Message> messages(int partition) {
        List<InputLog.Message> messages = new ArrayList<>();
        for (int seq = 0; seq < MESSAGES / INPUTS; seq++) {
            boolean broken = seq % 17 == 3;
            messages.add(
                    new InputLog.Message(
                            // The topic had some messages before.
                            new SourcePosition("reviews", partition, 40 + seq),
                            "feed",
                            seq,
                            broken ? null : "text " + (partition * 31 + seq) % 50,
                            broken ? Expectation.DEAD : Expectation.LABELLED));
        }
        return messages;
    }

    private static OutputRecord output(InputLog.Message message, SourcePosition position) {
        boolean dead = message.expected() == Expectation.DEAD;
        OfflineModel.Answer answer = dead ? null : model(message.text());
        return new OutputRecord(
                position,
                message.position(),
                dead ? Kind.DEAD_LETTER : Kind.RESULT,
                message.producer(),
                message.position().partition(),
                message.seq(),
                dead ? "" : message.text(),
                dead ? "" : answer.label(),
                dead ? 0 : Float.floatToIntBits(answer.score()),
                dead ? "BAD_ENCODING" : "");
    }

    private static OfflineModel.Answer model(String text) {
        int hash = new Random(text.hashCode()).nextInt(1000);
        return new OfflineModel.Answer(hash % 2 == 0 ? "good" : "bad", 0.5f + hash / 2000f, false);
    }

    @Test
    void passesWhatIsRight() {
        assertThat(committed).hasSize(MESSAGES);
        assertThat(check()).isEmpty();
    }

    @Test
    void countsAllAndShowsTheFirst() {
        committed.clear();
        seen.clear();

        List<Violation> violations = check();

        assertThat(violations).singleElement().satisfies(v -> assertThat(v.count()).isEqualTo(500));
        assertThat(violations.get(0).toString())
                .startsWith("MISSING 500: reviews-0@40 (feed 0); reviews-0@41 (feed 1); ")
                .endsWith("; reviews-0@44 (feed 4); ...");
    }

    @Test
    void rejectsAMissingResult() {
        remove(result(70));
        assertOnly(Violation.Kind.MISSING, "reviews-");
    }

    @Test
    void rejectsAMissingDeadLetter() {
        remove(deadLetter(4));
        assertOnly(Violation.Kind.MISSING, "reviews-");
    }

    @Test
    void rejectsADuplicatedResult() {
        OutputRecord twice = result(70);
        committed.add(at(twice, end(twice)));
        assertOnly(Violation.Kind.DUPLICATED, twice.source() + " (feed " + twice.seq());
    }

    @Test
    void rejectsADuplicatedDeadLetter() {
        OutputRecord twice = deadLetter(4);
        committed.add(at(twice, end(twice)));
        assertOnly(Violation.Kind.DUPLICATED, "0 results, 2 dead letters");
    }

    @Test
    void rejectsReorderedResults() {
        OutputRecord one = result(70);
        OutputRecord other = nextOf(one);
        replace(one, at(other, one.position()));
        replace(other, at(one, other.position()));
        assertOnly(Violation.Kind.REORDERED, one.source() + ", feed");
    }

    @Test
    void rejectsAResultBesideThoseOfItsPartition() {
        OutputRecord strayed = result(70);
        long end =
                committed.stream()
                        .filter(r -> r.position().topic().equals(RESULTS))
                        .mapToLong(r -> r.position().offset())
                        .max()
                        .orElseThrow();
        int elsewhere = (strayed.position().partition() + 1) % OUTPUTS;
        remove(strayed);
        committed.add(at(strayed, new SourcePosition(RESULTS, elsewhere, end + 1)));
        assertOnly(Violation.Kind.REORDERED, strayed.source() + ", feed");
    }

    @Test
    void asksForNoOrderWhereNoneIsPromised() {
        OutputRecord one = result(70);
        OutputRecord other = nextOf(one);
        replace(one, at(other, one.position()));
        replace(other, at(one, other.position()));
        assertThat(check(Options.unordered())).isEmpty();
    }

    @Test
    void rejectsAResultThatVanishedAfterBeingRead() {
        OutputRecord vanished = result(300);
        // Read, aborted after all, and written once more: only who had read it can tell.
        seen.add(at(vanished, new SourcePosition(RESULTS, vanished.position().partition(), 0)));
        assertOnly(Violation.Kind.VANISHED, RESULTS + "-" + vanished.position().partition() + "@0");
    }

    @Test
    void rejectsAResultThatIsAnotherThanTheOneRead() {
        OutputRecord read = result(70);
        Collections.replaceAll(seen, read, with(read, "good", read.scoreBits() ^ 1));
        assertOnly(Violation.Kind.VANISHED, read.position().toString());
    }

    @Test
    void tellsOfAResultThatVanishedForGoodThatItIsMissingToo() {
        committed.remove(result(70));
        assertThat(check())
                .extracting(Violation::kind)
                .containsExactly(Violation.Kind.MISSING, Violation.Kind.VANISHED);
    }

    @Test
    void rejectsAResultThatAppearedBehindAReader() {
        OutputRecord late = result(70);
        seen.remove(late);
        assertOnly(Violation.Kind.UNSEEN, late.position().toString());
    }

    @Test
    void rejectsAWrongLabel() {
        OutputRecord right = result(70);
        String other = right.label().equals("good") ? "bad" : "good";
        replace(right, with(right, other, right.scoreBits()));
        assertOnly(
                Violation.Kind.WRONG_LABEL,
                ": %s %s, the model says %s".formatted(other, score(right), right.label()));
    }

    @Test
    void rejectsAWrongLabelOfAMessageThatNeedNotHaveOne() {
        SourcePosition source = new SourcePosition("reviews", 0, 39);
        input.add(new InputLog.Message(source, "feed", -1, "a text", Expectation.EITHER, null));
        OfflineModel.Answer right = model("a text");
        OutputRecord wrong =
                new OutputRecord(
                        new SourcePosition(RESULTS, 0, 0),
                        source,
                        Kind.RESULT,
                        "feed",
                        0,
                        -1,
                        "a text",
                        right.label(),
                        Float.floatToIntBits(right.score()) ^ 1,
                        "");
        committed.add(0, wrong);
        seen.add(0, wrong);
        assertOnly(Violation.Kind.WRONG_LABEL, "the model says " + right.label());
    }

    @Test
    void rejectsAWrongBitOfAScore() {
        OutputRecord right = result(70);
        replace(right, with(right, right.label(), right.scoreBits() ^ 1));
        assertOnly(Violation.Kind.WRONG_LABEL, "the model says " + right.label());
    }

    @Test
    void rejectsTheTextOfAnotherMessage() {
        OutputRecord right = result(70);
        replace(
                right,
                new OutputRecord(
                        right.position(),
                        right.source(),
                        right.kind(),
                        right.producer(),
                        right.partition(),
                        right.seq(),
                        "another text",
                        right.label(),
                        right.scoreBits(),
                        ""));
        assertOnly(Violation.Kind.WRONG_LABEL, "the text of another");
        assertThat(check().get(0).sentence()).doesNotContain("another text");
    }

    @Test
    void rejectsADeadLetterOfAGoodMessage() {
        OutputRecord good = result(70);
        replace(good, dead(good, good.position(), "INFERENCE_FAILED"));
        assertOnly(Violation.Kind.WRONG_DEAD_LETTER, "should be LABELLED: 0 results, 1 dead");
    }

    @Test
    void rejectsADeadLetterBesideAResult() {
        OutputRecord good = result(70);
        committed.add(dead(good, end(deadLetter(0)), "TIMEOUT"));
        assertOnly(Violation.Kind.WRONG_DEAD_LETTER, "should be LABELLED: 1 results, 1 dead");
    }

    @Test
    void rejectsAResultOfABadMessage() {
        OutputRecord bad = deadLetter(4);
        OutputRecord good = result(300);
        replace(
                bad,
                new OutputRecord(
                        bad.position(),
                        bad.source(),
                        Kind.RESULT,
                        bad.producer(),
                        bad.partition(),
                        bad.seq(),
                        "",
                        good.label(),
                        good.scoreBits(),
                        ""));
        assertThat(check(Options.unordered()))
                .extracting(Violation::kind)
                .containsExactly(Violation.Kind.WRONG_DEAD_LETTER);
    }

    @Test
    void rejectsADeadLetterWithAWrongReason() {
        OutputRecord letter = deadLetter(4);
        replace(letter, dead(letter, letter.position(), "TIMEOUT"));
        assertOnly(Violation.Kind.WRONG_DEAD_LETTER, "expected reason BAD_ENCODING");
    }

    @Test
    void rejectsAnOutputOfNoMessage() {
        OutputRecord good = result(70);
        OutputRecord invented =
                new OutputRecord(
                        end(good),
                        new SourcePosition("reviews", 0, 39),
                        Kind.RESULT,
                        "feed",
                        0,
                        0,
                        good.text(),
                        good.label(),
                        good.scoreBits(),
                        "");
        committed.add(invented);
        assertOnly(Violation.Kind.UNKNOWN_SOURCE, "result of reviews-0@39");
    }

    @Test
    void rejectsAnOutputOfAnotherFeed() {
        OutputRecord good = result(70);
        replace(good, numbered(good, "stranger", good.partition(), good.seq()));
        assertOnly(Violation.Kind.UNKNOWN_SOURCE, "sent by feed");
    }

    @Test
    void rejectsANumberThatIsNotTheMessages() {
        OutputRecord good = result(70);
        replace(good, numbered(good, "feed", good.partition(), good.seq() + 1));
        assertOnly(Violation.Kind.SEQUENCE, "number " + good.seq() + " stands there");
    }

    @Test
    void rejectsANumberOfAnotherPartition() {
        OutputRecord good = result(70);
        replace(good, numbered(good, "feed", (good.partition() + 1) % INPUTS, good.seq()));
        assertOnly(Violation.Kind.SEQUENCE, "number " + good.seq() + " stands there");
    }

    @Test
    void allowsTwiceOnlyWhatWasToBeClassifiedAgain() {
        OutputRecord twice = result(70);
        committed.add(at(twice, end(twice)));
        assertThat(check(new Options(true, List.of(around(twice)), List.of()))).isEmpty();

        OutputRecord other = result(90);
        committed.add(at(other, end(other)));
        assertThat(check(new Options(true, List.of(around(twice)), List.of())))
                .singleElement()
                .satisfies(v -> assertThat(v.kind()).isEqualTo(Violation.Kind.DUPLICATED))
                .satisfies(v -> assertThat(v.sentence()).contains(other.source() + " "));
    }

    @Test
    void allowsNothingMissingButWhatWasReportedAsLost() {
        OutputRecord lost = result(70);
        remove(lost);
        assertThat(check(new Options(true, List.of(), List.of(around(lost))))).isEmpty();

        OutputRecord other = result(90);
        remove(other);
        assertThat(check(new Options(true, List.of(), List.of(around(lost)))))
                .singleElement()
                .satisfies(v -> assertThat(v.kind()).isEqualTo(Violation.Kind.MISSING))
                .satisfies(v -> assertThat(v.sentence()).contains(other.source() + " "));
    }

    @Test
    void rejectsAReportOfALossThatIsNone() {
        Range range = around(result(70));
        assertThat(check(new Options(true, List.of(), List.of(range))))
                .singleElement()
                .satisfies(v -> assertThat(v.kind()).isEqualTo(Violation.Kind.FALSE_LOSS))
                .satisfies(v -> assertThat(v.sentence()).isEqualTo(range.toString()));
    }

    private List<Violation> check() {
        return check(Options.strict());
    }

    private List<Violation> check(Options options) {
        return GuaranteeChecker.check(
                input,
                OutputLog.of(seen),
                OutputLog.of(committed),
                GuaranteeCheckerTest::model,
                options);
    }

    /** Exactly one case of exactly one kind. */
    private void assertOnly(Violation.Kind kind, String sentence) {
        List<Violation> violations = check();
        assertThat(violations).extracting(Violation::kind).containsExactly(kind);
        assertThat(violations.get(0).count()).isEqualTo(1);
        assertThat(violations.get(0).sentence()).contains(sentence);
    }

    private OutputRecord result(int number) {
        return committed.stream()
                .filter(r -> r.kind() == Kind.RESULT)
                .skip(number)
                .findFirst()
                .orElseThrow();
    }

    private OutputRecord deadLetter(int number) {
        return committed.stream()
                .filter(r -> r.kind() == Kind.DEAD_LETTER)
                .skip(number)
                .findFirst()
                .orElseThrow();
    }

    /** The next result of the same partition. */
    private OutputRecord nextOf(OutputRecord record) {
        return committed.stream()
                .skip(committed.indexOf(record) + 1L)
                .filter(r -> r.kind() == Kind.RESULT)
                .filter(r -> r.source().partition() == record.source().partition())
                .findFirst()
                .orElseThrow();
    }

    /** The next free place behind a record's. */
    private SourcePosition end(OutputRecord record) {
        SourcePosition position = record.position();
        long last =
                committed.stream()
                        .map(OutputRecord::position)
                        .filter(p -> p.topic().equals(position.topic()))
                        .filter(p -> p.partition() == position.partition())
                        .mapToLong(SourcePosition::offset)
                        .max()
                        .orElseThrow();
        return new SourcePosition(position.topic(), position.partition(), last + 1);
    }

    private static Range around(OutputRecord record) {
        SourcePosition source = record.source();
        return new Range(source.topic(), source.partition(), source.offset(), source.offset());
    }

    /** In the end, and for the reader as well. */
    private void replace(OutputRecord before, OutputRecord after) {
        Collections.replaceAll(committed, before, after);
        Collections.replaceAll(seen, before, after);
    }

    private void remove(OutputRecord record) {
        committed.remove(record);
        seen.remove(record);
    }

    private static OutputRecord at(OutputRecord record, SourcePosition position) {
        return new OutputRecord(
                position,
                record.source(),
                record.kind(),
                record.producer(),
                record.partition(),
                record.seq(),
                record.text(),
                record.label(),
                record.scoreBits(),
                record.reason());
    }

    private static OutputRecord with(OutputRecord record, String label, int scoreBits) {
        return new OutputRecord(
                record.position(),
                record.source(),
                record.kind(),
                record.producer(),
                record.partition(),
                record.seq(),
                record.text(),
                label,
                scoreBits,
                record.reason());
    }

    private static OutputRecord numbered(
            OutputRecord record, String producer, int partition, long seq) {
        return new OutputRecord(
                record.position(),
                record.source(),
                record.kind(),
                producer,
                partition,
                seq,
                record.text(),
                record.label(),
                record.scoreBits(),
                record.reason());
    }

    private static OutputRecord dead(OutputRecord record, SourcePosition position, String reason) {
        return new OutputRecord(
                position,
                record.source(),
                Kind.DEAD_LETTER,
                record.producer(),
                record.partition(),
                record.seq(),
                "",
                "",
                0,
                reason);
    }

    private static float score(OutputRecord record) {
        return Float.intBitsToFloat(record.scoreBits());
    }
}
