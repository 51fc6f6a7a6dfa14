package io.labelstream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.labelstream.inference.ModelBundle;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Holds what a job wrote against what it was given. */
final class ExactlyOnceChecker {

    private ExactlyOnceChecker() {}

    /**
     * Every message once, labelled or dead-lettered; in the order of its partition; label right.
     */
    static void check(NumberedInput input, OutputReader committed, ModelBundle bundle) {
        assertThat(committed.labelled())
                .as("every readable message is labelled, once")
                .containsExactlyInAnyOrderElementsOf(input.readable().keySet());
        assertThat(committed.dead())
                .as("every unreadable message is a dead letter, once")
                .containsExactlyInAnyOrderElementsOf(input.unreadable());
        checkOrder(committed.labelled());
        checkLabels(input, committed, bundle);
    }

    private static void checkOrder(List<Position> labelled) {
        Map<Integer, Long> last = new HashMap<>();
        for (Position position : labelled) {
            Long before = last.put(position.partition(), position.offset());
            assertThat(before == null || before < position.offset())
                    .as("%s comes after offset %s of its partition", position, before)
                    .isTrue();
        }
    }

    private static void checkLabels(
            NumberedInput input, OutputReader committed, ModelBundle bundle) {
        try (OfflineModel model = OfflineModel.open(bundle)) {
            for (Map.Entry<Position, String> message : input.readable().entrySet()) {
                OfflineModel.Answer expected = model.answer(message.getValue());
                var event = committed.event(message.getKey());
                assertThat(event.path("text").asText()).isEqualTo(message.getValue());
                assertThat(event.path("label").asText()).isEqualTo(expected.label());
                assertThat(event.path("score").floatValue()).isEqualTo(expected.score());
            }
        }
    }
}
