package io.labelstream.benchmark;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.labelstream.cli.FailureException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnswerCheckTest {

    private static final int PARTITIONS = 2;

    private final TextSet texts = new TextSet("three", List.of("first", "second", "third"));
    private final List<Answer> expected =
            List.of(new Answer("a", 0.9), new Answer("b", 0.8), new Answer("c", 0.7));

    /** Six texts, the set twice: 0 2 4 in partition 0, and 1 3 5 in partition 1. */
    private final List<Labelled> right =
            List.of(
                    new Labelled(0, 0, new Answer("a", 0.9), 0),
                    new Labelled(0, 1, new Answer("c", 0.7), 0),
                    new Labelled(0, 2, new Answer("b", 0.8), 0),
                    new Labelled(1, 0, new Answer("b", 0.80009), 0),
                    new Labelled(1, 1, new Answer("a", 0.9), 0),
                    new Labelled(1, 2, new Answer("c", 0.7), 0));

    private void check(List<Labelled> results) {
        AnswerCheck.check("peer", texts, expected, PARTITIONS, 6, results);
    }

    private void assertRefused(Labelled result, String... parts) {
        List<Labelled> results = new ArrayList<>(right.subList(0, 5));
        results.add(result);
        assertThatExceptionOfType(FailureException.class)
                .isThrownBy(() -> check(results))
                .satisfies(
                        e -> {
                            for (String part : parts) {
                                org.assertj.core.api.Assertions.assertThat(e.getMessage())
                                        .contains(part);
                            }
                        });
    }

    @Test
    void acceptsTheSameLabelsAndScoresNearEnough() {
        assertThatCode(() -> check(right)).doesNotThrowAnyException();
    }

    @Test
    void acceptsResultsThatEndEarly() {
        List<Labelled> early = List.of(right.get(3), right.get(0), right.get(4));
        assertThatCode(() -> check(early)).doesNotThrowAnyException();
    }

    @Test
    void refusesALostText() {
        List<Labelled> results = new ArrayList<>(right);
        results.remove(1);
        assertThatExceptionOfType(FailureException.class)
                .isThrownBy(() -> check(results))
                .withMessageContaining("Contender peer: position 0@1 has no result")
                .withMessageContaining("2 results of partition 0, up to offset 2");
    }

    @Test
    void refusesAnotherLabel() {
        assertRefused(
                new Labelled(1, 2, new Answer("a", 0.7), 0),
                "Contender peer, position 1@2",
                "found a 0.700000",
                "expected c 0.700000");
    }

    @Test
    void refusesAnotherScore() {
        assertRefused(
                new Labelled(1, 2, new Answer("c", 0.7002), 0), "found c 0.700200", "0.700000");
    }

    @Test
    void refusesATextTwice() {
        assertRefused(new Labelled(1, 1, new Answer("a", 0.9), 0), "1@1", "twice");
    }

    @Test
    void refusesAPositionThatWasNotFed() {
        assertRefused(new Labelled(1, 3, new Answer("b", 0.8), 0), "1@3", "the 6 texts");
        assertRefused(new Labelled(2, 0, new Answer("c", 0.7), 0), "2@0");
    }
}
