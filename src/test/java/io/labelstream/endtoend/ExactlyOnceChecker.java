package io.labelstream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.labelstream.inference.Classification;
import io.labelstream.inference.InferenceException;
import io.labelstream.inference.ModelBundle;
import io.labelstream.inference.SessionSettings;
import io.labelstream.inference.TextClassifier;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Holds what a job wrote against what it was given. */
final class ExactlyOnceChecker {

    private ExactlyOnceChecker() {}

    /**
     * Every message once, labelled or dead-lettered; in the order of its partition; label right.
     */
    static void check(NumberedInput input, OutputReader committed, ModelBundle bundle)
            throws InferenceException {
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

    /** To the last bit of the score: fp32 on the CPU does not depend on batch mates. */
    private static void checkLabels(NumberedInput input, OutputReader committed, ModelBundle bundle)
            throws InferenceException {
        Map<String, Classification> expected = new HashMap<>();
        try (TextClassifier classifier = TextClassifier.open(bundle, SessionSettings.cpu())) {
            for (Map.Entry<Position, String> message : input.readable().entrySet()) {
                String text = message.getValue();
                if (!expected.containsKey(text)) {
                    expected.put(text, classify(classifier, text));
                }
                var event = committed.event(message.getKey());
                assertThat(event.path("text").asText()).isEqualTo(text);
                assertThat(event.path("label").asText())
                        .isEqualTo(expected.get(text).best().label());
                assertThat(event.path("score").floatValue())
                        .isEqualTo(expected.get(text).best().score());
            }
        }
    }

    private static Classification classify(TextClassifier classifier, String text)
            throws InferenceException {
        return Classification.of(
                classifier.bundle(),
                classifier
                        .run(List.of(classifier.tokenizer().encode(text, "")), false)
                        .get(0)
                        .logits(),
                1);
    }
}
