package io.labelstream.serde.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.labelstream.serde.DeadLetter.Reason;
import io.labelstream.serde.RefusedMessageException;
import io.labelstream.serde.StrictUtf8;
import java.io.IOException;

/** Opens Jackson's parser on values, with limits, and words what it refuses. Used by one thread. */
final class StrictJson {

    /** How deep objects and arrays may stand in each other. */
    static final int MAX_DEPTH = 500;

    /** Digits of a number. */
    static final int MAX_DIGITS = 1000;

    /**
     * A factory keeps names that it has read, and they may be long: after this many bytes a new one
     * takes its place.
     */
    private static final int BYTES_PER_FACTORY = 16 * 1024 * 1024;

    private static final StreamReadConstraints LIMITS =
            StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(MAX_DIGITS)
                    // Strings and names are as long as input.max-bytes lets a value be.
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .build();

    private JsonFactory factory = newFactory();
    private long read;

    private static JsonFactory newFactory() {
        return new JsonFactoryBuilder()
                // The JVM would keep interned names for all threads; and detection would let
                // UTF-16 and UTF-32 in.
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .disable(JsonFactory.Feature.CHARSET_DETECTION)
                .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                .streamReadConstraints(LIMITS)
                .build();
    }

    /**
     * A parser of a value.
     *
     * @return its byte offsets count from {@link #start}
     */
    JsonParser open(byte[] value) throws IOException {
        if (read > BYTES_PER_FACTORY) {
            factory = newFactory();
            read = 0;
        }
        read += value.length;
        int start = start(value);
        return factory.createParser(value, start, value.length - start);
    }

    /** Where the JSON begins: behind the byte order mark, if there is one. */
    static int start(byte[] value) {
        return StrictUtf8.startsWithMark(value) ? StrictUtf8.MARK_LENGTH : 0;
    }

    /** What an exception of the parser means; its own message may quote the value. */
    static RefusedMessageException refused(Exception e) {
        if (e instanceof StreamConstraintsException) {
            return parse(
                    "beyond the limits of JSON here: objects and arrays %d deep, numbers of %d digits"
                            .formatted(MAX_DEPTH, MAX_DIGITS));
        }
        return parse(e instanceof IOException ? "not JSON" : "the JSON parser failed");
    }

    /** The refusal of a value that is JSON and no object. */
    static RefusedMessageException notAnObject(JsonToken root) {
        return parse("the value is %s, expected a JSON object".formatted(describe(root)));
    }

    static RefusedMessageException parse(String message) {
        return new RefusedMessageException(Reason.PARSE, message);
    }

    /** What begins with a token; null stands for no token at all. */
    static String describe(JsonToken token) {
        if (token == null) {
            return "blank";
        }
        return switch (token) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            case VALUE_STRING -> "a string";
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
            case VALUE_TRUE, VALUE_FALSE -> "a boolean";
            case VALUE_NULL -> "null";
            default -> "no value";
        };
    }
}
