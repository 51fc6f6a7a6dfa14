package io.labelstream.serde;

import java.util.List;

/** Messages and events for tests. */
public final class Events {

    private Events() {}

    public static LabelledEvent labelled(String text) {
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

    /** A message with headers of which one has no value, and a name comes twice. */
    public static RawMessage message(byte[] key, byte[] value, long timestamp) {
        return new RawMessage(
                "reviews",
                2,
                77,
                timestamp,
                key,
                value,
                List.of(
                        new MessageHeader("b", new byte[] {1}),
                        new MessageHeader("a", null),
                        new MessageHeader("b", new byte[] {2})));
    }
}
