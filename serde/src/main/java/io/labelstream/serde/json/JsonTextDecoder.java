package io.labelstream.serde.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.labelstream.serde.DeadLetter.Reason;
import io.labelstream.serde.DuplicateKeys;
import io.labelstream.serde.FieldPath;
import io.labelstream.serde.RefusedMessageException;
import io.labelstream.serde.StrictUtf8;
import io.labelstream.serde.TextDecoder;
import io.labelstream.serde.TextEvent;
import io.labelstream.serde.TextTemplate;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Input format {@code json}: the value is one JSON object in UTF-8, with or without a byte order
 * mark, and the text stands in fields of it. The whole object is checked, also what lies behind the
 * last wanted field. Lone surrogates in the text become U+FFFD.
 */
public final class JsonTextDecoder implements TextDecoder {

    private final StrictJson json = new StrictJson();
    private final TextTemplate text;
    private final FieldPath pair;
    private final DuplicateKeys duplicateKeys;
    private final FoundFields found;

    /** Numbers in the tree, for each path of the template. */
    private final int[] places;

    private final int pairPlace;

    /**
     * Makes a decoder.
     *
     * @param pair where the second text stands, which may be missing or null; null for none
     */
    public JsonTextDecoder(TextTemplate text, FieldPath pair, DuplicateKeys duplicateKeys) {
        this.text = text;
        this.pair = pair;
        this.duplicateKeys = duplicateKeys;
        List<FieldPath> paths = new ArrayList<>(text.paths());
        if (pair != null) {
            paths.add(pair);
        }
        FieldTree tree = FieldTree.of(paths);
        this.found = new FoundFields(tree);
        this.places = text.paths().stream().mapToInt(tree::number).toArray();
        this.pairPlace = pair == null ? -1 : tree.number(pair);
    }

    @Override
    public TextEvent decode(byte[] value) throws RefusedMessageException {
        StrictUtf8.check(value, 0, value.length);
        try (JsonParser parser = json.open(value)) {
            found.read(new JsonTokens(parser, duplicateKeys));
        } catch (IOException | RuntimeException e) {
            throw StrictJson.refused(e);
        }
        String[] values = new String[places.length];
        for (int i = 0; i < places.length; i++) {
            values[i] = string(text.paths().get(i), places[i], text.isOptional(i));
        }
        String second = pair == null ? null : string(pair, pairPlace, true);
        return new TextEvent("", text.join(values), second == null ? "" : second);
    }

    /** The string of a field; null where there is none and none is needed. */
    private String string(FieldPath path, int place, boolean optional)
            throws RefusedMessageException {
        JsonToken token = found.token(place);
        if (token == JsonToken.VALUE_STRING) {
            return found.text(place);
        }
        if (optional && (token == null || token == JsonToken.VALUE_NULL)) {
            return null;
        }
        throw new RefusedMessageException(
                Reason.SCHEMA,
                "field %s is %s, expected a string"
                        .formatted(path, token == null ? "missing" : StrictJson.describe(token)));
    }
}
