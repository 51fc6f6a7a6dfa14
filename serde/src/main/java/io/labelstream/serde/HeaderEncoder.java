package io.labelstream.serde;

import io.labelstream.serde.json.EventJson;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Output format {@code headers}: the value stays as it is, byte for byte; the event stands in
 * headers {@code labelstream.*}, their values in UTF-8. What one model gives to every message is
 * encoded once.
 */
final class HeaderEncoder implements ResultEncoder {

    static final String PREFIX = "labelstream.";

    private final EventJson json = new EventJson();
    private ModelIdentity model;
    private List<MessageHeader> modelHeaders = List.of();

    @Override
    public byte[] value(RawMessage message, LabelledEvent event) {
        return message.value();
    }

    @Override
    public List<MessageHeader> headers(LabelledEvent event) {
        List<MessageHeader> headers = new ArrayList<>(14);
        headers.add(header("label", event.label()));
        headers.add(header("score", Float.toString(event.score())));
        headers.add(new MessageHeader(PREFIX + "labels", json.labels(event.labels())));
        headers.add(header("out-of-scope", Boolean.toString(event.outOfScope())));
        headers.add(header("truncated", Boolean.toString(event.truncated())));
        if (!event.attention().isEmpty()) {
            headers.add(new MessageHeader(PREFIX + "attention", json.attention(event.attention())));
        }
        headers.add(header("source.topic", event.source().topic()));
        headers.add(header("source.partition", Integer.toString(event.source().partition())));
        headers.add(header("source.offset", Long.toString(event.source().offset())));
        headers.add(header("source.timestamp", Long.toString(event.timestamp())));
        headers.addAll(model(event.model()));
        return headers;
    }

    private List<MessageHeader> model(ModelIdentity identity) {
        if (!identity.equals(model)) {
            model = identity;
            modelHeaders =
                    List.of(
                            header("model.name", identity.name()),
                            header("model.version", identity.version()),
                            header("model.digest", identity.digest()));
        }
        return modelHeaders;
    }

    private static MessageHeader header(String name, String value) {
        return new MessageHeader(PREFIX + name, value.getBytes(StandardCharsets.UTF_8));
    }
}
