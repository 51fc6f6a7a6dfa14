package io.labelstream.inference;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/**
 * What {@code tokenizer.json} and {@code tokenizer_config.json} say that the tokenizer library does
 * not act on by itself.
 *
 * @param highestId the highest id that {@code tokenizer.json} lists; -1 for none
 * @param cutsLeft whether {@code tokenizer.json} itself cuts long texts at their start
 */
record TokenizerFiles(int highestId, boolean cutsLeft) {

    /** No model has a tenth as many. */
    private static final int HIGHEST_ID = 100_000_000;

    /** Keeps no field names: a vocabulary is full of them, each seen once. */
    private static final ObjectMapper JSON =
            new ObjectMapper(
                    JsonFactory.builder()
                            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                            .build());

    /**
     * Reads {@code tokenizer.json} token by token, for it may hold a quarter of a million of them.
     *
     * @throws IOException if it is no JSON object, or lists an id that no model has
     */
    static TokenizerFiles read(byte[] tokenizer) throws IOException {
        long highest = -1;
        boolean left = false;
        try (JsonParser parser = JSON.createParser(tokenizer)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("expected a JSON object");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String field = parser.currentName();
                parser.nextToken();
                switch (field) {
                    case "added_tokens" -> highest = Math.max(highest, highestAdded(parser));
                    case "model" -> highest = Math.max(highest, highestOfModel(parser));
                    case "truncation" -> left = direction(parser);
                    default -> parser.skipChildren();
                }
            }
        }
        if (highest > HIGHEST_ID) {
            throw new IOException(
                    "it lists id %d, which is above %d".formatted(highest, HIGHEST_ID));
        }
        return new TokenizerFiles((int) highest, left);
    }

    private static boolean direction(JsonParser parser) throws IOException {
        JsonNode direction = JSON.<JsonNode>readTree(parser).path("direction");
        return isLeft(direction.asText(""));
    }

    static boolean isLeft(String side) {
        return side.equalsIgnoreCase("left");
    }

    /** The same tokenizer, but cutting long texts at the given side. */
    static byte[] cutting(byte[] tokenizer, boolean left) throws IOException {
        ObjectNode json = (ObjectNode) JSON.readTree(tokenizer);
        json.putObject("truncation")
                .put("direction", left ? "Left" : "Right")
                // The library is told its own.
                .put("max_length", 512)
                .put("strategy", "LongestFirst")
                .put("stride", 0);
        return JSON.writeValueAsBytes(json);
    }

    private static long highestAdded(JsonParser parser) throws IOException {
        long highest = -1;
        for (JsonNode token : JSON.<JsonNode>readTree(parser)) {
            JsonNode id = token.path("id");
            if (id.isNumber() && !id.canConvertToLong()) {
                throw new IOException("an id of its added tokens is no whole number");
            }
            highest = Math.max(highest, id.asLong(-1));
        }
        return highest;
    }

    private static long highestOfModel(JsonParser parser) throws IOException {
        long highest = -1;
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return highest;
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            boolean vocabulary = parser.currentName().equals("vocab");
            JsonToken value = parser.nextToken();
            if (vocabulary && value == JsonToken.START_OBJECT) {
                // Word pieces and byte pairs: token to id.
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    if (!parser.nextToken().isNumeric()) {
                        throw new IOException("an id in its vocabulary is no number");
                    }
                    highest = Math.max(highest, parser.getLongValue());
                }
            } else if (vocabulary && value == JsonToken.START_ARRAY) {
                // Unigram: a list of token and score, the id being the place in the list.
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    parser.skipChildren();
                    highest++;
                }
            } else {
                parser.skipChildren();
            }
        }
        return highest;
    }
}
