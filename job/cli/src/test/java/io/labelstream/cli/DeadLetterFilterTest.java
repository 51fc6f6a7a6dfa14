package io.labelstream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.labelstream.serde.DeadLetter;
import io.labelstream.serde.SourcePosition;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DeadLetterFilterTest {

    private static final SourcePosition POSITION = new SourcePosition("in", 1, 5);

    private final DeadLetterHeaders letter = letter(1000);

    @Test
    void choosesAllUnlessTold() {
        DeadLetterFilter filter = filter(Set.of(), Set.of(), Set.of(), Set.of());

        assertThat(filter.choosesAll()).isTrue();
        assertThat(filter.chooses(letter)).isTrue();
        assertThat(filter.chooses(letter(-1))).isTrue();
    }

    @Test
    void choosesByReason() {
        assertThat(reasons(DeadLetter.Reason.PARSE, DeadLetter.Reason.SCHEMA).chooses(letter))
                .isTrue();
        assertThat(reasons(DeadLetter.Reason.SCHEMA).chooses(letter)).isFalse();
        assertThat(reasons(DeadLetter.Reason.SCHEMA).choosesAll()).isFalse();
    }

    private static DeadLetterFilter reasons(DeadLetter.Reason... reasons) {
        return filter(Set.of(reasons), Set.of(), Set.of(), Set.of());
    }

    @Test
    void choosesByStage() {
        assertThat(stage(DeadLetter.Stage.DECODE).chooses(letter)).isTrue();
        assertThat(stage(DeadLetter.Stage.CLASSIFY).chooses(letter)).isFalse();
        assertThat(stage(DeadLetter.Stage.CLASSIFY).choosesAll()).isFalse();
    }

    private static DeadLetterFilter stage(DeadLetter.Stage stage) {
        return filter(Set.of(), Set.of(stage), Set.of(), Set.of());
    }

    @Test
    void choosesBySourceTopic() {
        assertThat(topics("other", "in").chooses(letter)).isTrue();
        assertThat(topics("other").chooses(letter)).isFalse();
        assertThat(topics("other").choosesAll()).isFalse();
    }

    private static DeadLetterFilter topics(String... topics) {
        return filter(Set.of(), Set.of(), Set.of(topics), Set.of());
    }

    @Test
    void choosesByPositionInTheSource() {
        assertThat(position(POSITION).chooses(letter)).isTrue();
        assertThat(position(new SourcePosition("in", 1, 6)).chooses(letter)).isFalse();
        assertThat(position(new SourcePosition("in", 0, 5)).chooses(letter)).isFalse();
        assertThat(position(POSITION).choosesAll()).isFalse();
    }

    private static DeadLetterFilter position(SourcePosition position) {
        return filter(Set.of(), Set.of(), Set.of(), Set.of(position));
    }

    @Test
    void choosesByTheMessagesTimeFirstIncludedLastNot() {
        assertThat(time(1000L, null).chooses(letter)).isTrue();
        assertThat(time(1001L, null).chooses(letter)).isFalse();
        assertThat(time(null, 1001L).chooses(letter)).isTrue();
        assertThat(time(null, 1000L).chooses(letter)).isFalse();
        assertThat(time(500L, 1500L).chooses(letter)).isTrue();
        assertThat(time(500L, 1500L).choosesAll()).isFalse();
    }

    @Test
    void messageWithoutATimeIsInNoTime() {
        assertThat(time(null, 1000L).chooses(letter(-1))).isFalse();
        assertThat(time(0L, null).chooses(letter(-1))).isFalse();
    }

    @Test
    void copesWithTheFarthestTimes() {
        assertThat(time(0L, null).chooses(letter(Long.MAX_VALUE))).isTrue();
        assertThat(time(null, 1000L).chooses(letter(Long.MAX_VALUE))).isFalse();
    }

    private static DeadLetterFilter time(Long from, Long until) {
        return new DeadLetterFilter(
                Set.of(),
                Set.of(),
                Set.of(),
                Optional.ofNullable(from).map(Instant::ofEpochMilli),
                Optional.ofNullable(until).map(Instant::ofEpochMilli),
                Set.of());
    }

    @Test
    void everythingMustHold() {
        Set<DeadLetter.Reason> parse = Set.of(DeadLetter.Reason.PARSE);

        assertThat(filter(parse, Set.of(), Set.of("in"), Set.of(POSITION)).chooses(letter))
                .isTrue();
        assertThat(filter(parse, Set.of(), Set.of("other"), Set.of()).chooses(letter)).isFalse();
    }

    private static DeadLetterFilter filter(
            Set<DeadLetter.Reason> reasons,
            Set<DeadLetter.Stage> stages,
            Set<String> topics,
            Set<SourcePosition> positions) {
        return new DeadLetterFilter(
                reasons, stages, topics, Optional.empty(), Optional.empty(), positions);
    }

    private static DeadLetterHeaders letter(long timestamp) {
        return new DeadLetterHeaders(
                POSITION,
                timestamp,
                DeadLetter.Stage.DECODE,
                DeadLetter.Reason.PARSE,
                0,
                Optional.empty());
    }
}
