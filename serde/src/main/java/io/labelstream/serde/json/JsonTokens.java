package io.labelstream.serde.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.labelstream.serde.DuplicateKeys;
import io.labelstream.serde.RefusedMessageException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/**
 * The tokens of one document, each checked for what Jackson lets through: numbers that no double
 * can hold and, if so asked, names that an object has twice.
 */
final class JsonTokens {

    /** The largest double has more digits: a number without an exponent is below it. */
    private static final int DIGITS_IN_RANGE = 300;

    private final JsonParser parser;

    /** Those of each object that is open, the innermost first; null if names may come twice. */
    private final Deque<Set<String>> names;

    JsonTokens(JsonParser parser, DuplicateKeys duplicateKeys) {
        this.parser = parser;
        this.names = duplicateKeys == DuplicateKeys.DEAD_LETTER ? new ArrayDeque<>() : null;
    }

    /** The next token; null at the end of the document. */
    JsonToken next() throws IOException, RefusedMessageException {
        JsonToken token = parser.nextToken();
        if (token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_NUMBER_FLOAT) {
            checkRange(token);
        } else if (names != null) {
            checkNames(token);
        }
        return token;
    }

    /**
     * Goes to the last token of a value.
     *
     * @param first token of the value, the current one
     */
    void skip(JsonToken first) throws IOException, RefusedMessageException {
        int depth = first.isStructStart() ? 1 : 0;
        while (depth > 0) {
            JsonToken token = next();
            if (token.isStructStart()) {
                depth++;
            } else if (token.isStructEnd()) {
                depth--;
            }
        }
    }

    /** Of the field whose name or value is the current token. */
    String name() throws IOException {
        return parser.currentName();
    }

    /** Of the string that is the current token; may hold lone surrogates. */
    String text() throws IOException {
        return parser.getText();
    }

    private void checkRange(JsonToken token) throws IOException, RefusedMessageException {
        boolean plain = token == JsonToken.VALUE_NUMBER_INT || !hasExponent();
        if (plain && parser.getTextLength() <= DIGITS_IN_RANGE) {
            return;
        }
        if (Double.isInfinite(Double.parseDouble(parser.getText()))) {
            throw StrictJson.parse("a number is beyond the range of a double");
        }
    }

    private boolean hasExponent() throws IOException {
        char[] characters = parser.getTextCharacters();
        int end = parser.getTextOffset() + parser.getTextLength();
        for (int i = parser.getTextOffset(); i < end; i++) {
            if (characters[i] == 'e' || characters[i] == 'E') {
                return true;
            }
        }
        return false;
    }

    private void checkNames(JsonToken token) throws IOException, RefusedMessageException {
        if (token == JsonToken.START_OBJECT) {
            names.push(new HashSet<>());
        } else if (token == JsonToken.END_OBJECT) {
            names.pop();
        } else if (token == JsonToken.FIELD_NAME && !names.element().add(name())) {
            throw StrictJson.parse("an object has a field twice");
        }
    }
}
