package io.labelstream.serde;

import java.util.List;

/** Events for tests. */
final class Events {

    private Events() {}

    static LabelledEvent labelled(String text) {
        return new LabelledEvent(
                "id-1",
                new SourcePosition("reviews", 2, 77),
                1_700_000_000_123L,
                text,
                "",
                "positive",
                0.75f,
                List.of(new LabelScore("positive", 0.75f), new LabelScore("negative", 0.25f)),
                false,
                List.of(new AttendedWord(text, 0, text.length(), 1)),
                true,
                new ModelIdentity("sentiment-en", "1", "abc"));
    }
}
