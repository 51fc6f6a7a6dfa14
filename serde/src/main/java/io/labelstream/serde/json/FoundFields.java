package io.labelstream.serde.json;

import com.fasterxml.jackson.core.JsonToken;
import io.labelstream.serde.RefusedMessageException;
import io.labelstream.serde.Surrogates;
import java.io.IOException;
import java.util.Arrays;

/**
 * What stands in a document at the places of a tree. Of fields of one name the last counts, with
 * all that is in it. Used by one thread, for one document after another.
 */
final class FoundFields {

    private final FieldTree tree;

    /** The first token of each value, by its place's number; null where there is none. */
    private final JsonToken[] tokens;

    /** The strings among the values. */
    private final String[] texts;

    FoundFields(FieldTree tree) {
        this.tree = tree;
        this.tokens = new JsonToken[tree.to()];
        this.texts = new String[tree.to()];
    }

    /**
     * Reads a document to its end.
     *
     * @throws IOException if it is not JSON; with a message that must not be passed on
     * @throws RefusedMessageException if it is not one object
     */
    void read(JsonTokens document) throws IOException, RefusedMessageException {
        forget(tree);
        JsonToken root = document.next();
        if (root != JsonToken.START_OBJECT) {
            throw StrictJson.notAnObject(root);
        }
        readFields(tree, document);
        if (document.next() != null) {
            throw StrictJson.parse("something follows the JSON object");
        }
    }

    /** The first token of the value at a place; null if there is none. */
    JsonToken token(int place) {
        return tokens[place];
    }

    /** The string at a place, without lone surrogates; null if there is none. */
    String text(int place) {
        return texts[place];
    }

    // Value, fields and elements call each other as deep as the tree is, not as deep as the
    // document.

    private void readFields(FieldTree node, JsonTokens document)
            throws IOException, RefusedMessageException {
        while (document.next() == JsonToken.FIELD_NAME) {
            FieldTree field = node.field(document.name());
            readValue(field, document.next(), document);
        }
    }

    private void readElements(FieldTree node, JsonTokens document)
            throws IOException, RefusedMessageException {
        int index = 0;
        for (JsonToken first = document.next();
                first != JsonToken.END_ARRAY;
                first = document.next()) {
            readValue(node.element(index), first, document);
            index++;
        }
    }

    private void readValue(FieldTree node, JsonToken first, JsonTokens document)
            throws IOException, RefusedMessageException {
        if (node == null) {
            document.skip(first);
            return;
        }
        forget(node);
        if (node.isWanted()) {
            tokens[node.from()] = first;
            if (first == JsonToken.VALUE_STRING) {
                texts[node.from()] = Surrogates.replaceLone(document.text());
            }
        }
        if (first == JsonToken.START_OBJECT && node.hasFields()) {
            readFields(node, document);
        } else if (first == JsonToken.START_ARRAY && node.hasElements()) {
            readElements(node, document);
        } else {
            document.skip(first);
        }
    }

    private void forget(FieldTree node) {
        Arrays.fill(tokens, node.from(), node.to(), null);
        Arrays.fill(texts, node.from(), node.to(), null);
    }
}
