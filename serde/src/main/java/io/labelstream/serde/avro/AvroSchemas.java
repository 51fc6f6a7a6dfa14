package io.labelstream.serde.avro;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.avro.Schema;

/** Parses schemas from files and registries, within limits. Any number of threads. */
public final class AvroSchemas {

    /** Longest schema, in characters, with those that it refers to. */
    public static final int MAX_CHARACTERS = 1_000_000;

    /** How many objects and arrays may stand within one another; a nested record takes three. */
    static final int MAX_NESTING = 300;

    private static final int MAX_MESSAGE = 300;

    // Comments are no JSON, but Avro's own tools take them in files.
    private static final JsonFactory JSON =
            JsonFactory.builder()
                    .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(MAX_NESTING).build())
                    .build();

    private AvroSchemas() {}

    /**
     * Parses a schema.
     *
     * @throws IllegalArgumentException if it is none, or beyond the limits; says what is wrong
     */
    public static Schema parse(String json) {
        return parse(List.of(), json);
    }

    /**
     * Parses a schema that uses types of others.
     *
     * @param references the others, each behind those that it uses itself
     * @throws IllegalArgumentException if one is none, or beyond the limits; says what is wrong
     */
    public static Schema parse(List<String> references, String json) {
        // Whether defaults fit is looked at where one is used: Avro's check of all of them can take
        // time beyond any bound.
        Schema.Parser parser = new Schema.Parser().setValidateDefaults(false);
        long characters = json.length();
        for (String reference : references) {
            characters += reference.length();
            if (characters > MAX_CHARACTERS) {
                throw tooLong(characters);
            }
            parse(parser, reference);
        }
        return parse(parser, json);
    }

    private static Schema parse(Schema.Parser parser, String json) {
        checkLimits(json);
        try {
            return parser.parse(json);
        } catch (RuntimeException e) {
            // Of several kinds, as Avro takes much for granted of a schema's JSON.
            throw new IllegalArgumentException("Not an Avro schema: " + shortened(e), e);
        } catch (StackOverflowError e) {
            // Types that are named need not stand within one another to be deep.
            throw new IllegalArgumentException(
                    "Not an Avro schema: its types use each other too deep", e);
        }
    }

    private static IllegalArgumentException tooLong(long characters) {
        return new IllegalArgumentException(
                "Not an Avro schema: it has %d characters, at most %d are read"
                        .formatted(characters, MAX_CHARACTERS));
    }

    /** Avro's parser goes down by recursion, so what is too deep must not come to it. */
    private static void checkLimits(String json) {
        if (json.length() > MAX_CHARACTERS) {
            throw tooLong(json.length());
        }
        try (JsonParser parser = JSON.createParser(json)) {
            if (parser.nextToken() == null) {
                throw new IllegalArgumentException("Not an Avro schema: it is empty");
            }
            while (parser.nextToken() != null) {
                // Only whether it can be read counts.
            }
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("Not an Avro schema: " + where(e), e);
        } catch (IOException e) {
            throw new UncheckedIOException("Reading from memory failed", e);
        }
    }

    /** What is wrong; Avro likes to append the schema. */
    private static String shortened(RuntimeException e) {
        String message = String.valueOf(e.getMessage());
        return message.substring(0, Math.min(message.length(), MAX_MESSAGE));
    }

    private static String where(JsonProcessingException e) {
        return e.getLocation() == null
                ? e.getOriginalMessage()
                : "line %d, column %d: %s"
                        .formatted(
                                e.getLocation().getLineNr(),
                                e.getLocation().getColumnNr(),
                                e.getOriginalMessage());
    }
}
