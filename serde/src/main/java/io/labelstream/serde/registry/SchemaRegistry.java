package io.labelstream.serde.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.labelstream.serde.DeadLetter;
import io.labelstream.serde.RefusedMessageException;
import io.labelstream.serde.RegistrySettings;
import io.labelstream.serde.avro.AvroSchemas;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.avro.Schema;

/**
 * The schemas of a registry. Any number of threads; they ask the registry one after the other, and
 * an interrupt ends the wait.
 */
public final class SchemaRegistry {

    /** How many schemas one may refer to, by way of others too. */
    private static final int MAX_REFERENCES = 200;

    private static final int MAX_REFERENCE_DEPTH = 20;

    private final boolean autoRegister;
    private final RegistryHttp http;
    private final SchemaCache cache;

    /**
     * A client; asks nothing yet.
     *
     * @throws IllegalArgumentException if an address is none
     */
    public SchemaRegistry(RegistrySettings settings) {
        this(settings, SchemaCache.of(settings.urls()));
    }

    SchemaRegistry(RegistrySettings settings, SchemaCache cache) {
        this.autoRegister = settings.autoRegister();
        this.http = new RegistryHttp(settings);
        this.cache = cache;
    }

    /**
     * The schema of an id, from memory if any client in this JVM has seen it.
     *
     * @throws RefusedMessageException {@code UNKNOWN_SCHEMA} if the registry has no such id, or if
     *     it is of no Avro schema
     * @throws SchemaRegistryException if the registry does not answer in time
     */
    public Schema byId(int id) throws RefusedMessageException {
        if (id < 0) {
            throw unknown("no registry has a schema with a negative id");
        }
        Schema known = cache.get(id);
        if (known != null) {
            return known;
        }
        try {
            cache.asking().lockInterruptibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SchemaRegistryException(
                    "Interrupted while waiting for the schema of id " + id, e);
        }
        try {
            // Another thread may have asked meanwhile.
            known = cache.get(id);
            return known == null ? ask(id) : known;
        } finally {
            cache.asking().unlock();
        }
    }

    private Schema ask(int id) throws RefusedMessageException {
        try {
            Schema schema = read(id);
            cache.put(id, schema);
            return schema;
        } catch (RefusedMessageException e) {
            cache.putUnknown(id, e.getMessage());
            throw e;
        }
    }

    private Schema read(int id) throws RefusedMessageException {
        JsonNode schema =
                asAvro(
                        http.get("/schemas/ids/" + id),
                        "the schema registry has no schema with id " + id,
                        "the schema with id " + id);
        List<String> references = new ArrayList<>();
        addReferences(schema, MAX_REFERENCE_DEPTH, new HashSet<>(), references);
        try {
            return AvroSchemas.parse(references, schema.path("schema").asText());
        } catch (IllegalArgumentException e) {
            throw unknown("the schema with id %d cannot be read: %s".formatted(id, e.getMessage()));
        }
    }

    /** Adds the schemas that one refers to, each behind those that it refers to itself. */
    private void addReferences(
            JsonNode schema, int depthLeft, Set<String> seen, List<String> references)
            throws RefusedMessageException {
        for (JsonNode reference : schema.path("references")) {
            String subject = reference.path("subject").asText();
            int version = reference.path("version").asInt();
            String path = "/subjects/" + encoded(subject) + "/versions/" + version;
            if (!seen.add(path)) {
                continue;
            }
            if (depthLeft == 0 || seen.size() > MAX_REFERENCES) {
                throw unknown(
                        "the schema refers to more than %d others, or to others more than %d deep"
                                .formatted(MAX_REFERENCES, MAX_REFERENCE_DEPTH));
            }
            String name = "version %d of subject %s".formatted(version, subject);
            // Also what was deleted since: whoever referred to it still does.
            JsonNode referred =
                    asAvro(
                            http.get(path + "?deleted=true"),
                            "the schema refers to %s, which the registry does not have"
                                    .formatted(name),
                            name);
            addReferences(referred, depthLeft - 1, seen, references);
            references.add(referred.path("schema").asText());
        }
    }

    /**
     * An answer that is a schema.
     *
     * @param missing what to say if there is none
     * @param name what to call it
     */
    private static JsonNode asAvro(RegistryHttp.Answer answer, String missing, String name)
            throws RefusedMessageException {
        if (answer.status() == 404) {
            throw unknown(missing);
        }
        if (answer.isTooLarge()) {
            throw unknown(
                    "the registry's answer for %s has more than %d bytes"
                            .formatted(name, RegistryHttp.MAX_ANSWER_BYTES));
        }
        if (answer.status() != 200) {
            // Of this one schema: whoever may read none is told so before the job starts.
            throw unknown(
                    "asked for %s, the schema registry answered %d (error_code %d)"
                            .formatted(name, answer.status(), answer.errorCode()));
        }
        // Absent for Avro, as it was before there were other types.
        if (!answer.body().path("schemaType").asText("AVRO").equals("AVRO")) {
            throw unknown(name + " is no Avro schema");
        }
        return answer.body();
    }

    /**
     * Looks whether the registry is there.
     *
     * @throws SchemaRegistryException if it does not answer in time, or not as a registry does
     */
    public void check() {
        // Whether it has such a schema or not: only a registry gives either answer.
        RegistryHttp.Answer answer = http.get("/schemas/ids/1");
        if (answer.status() == 403) {
            throw new SchemaRegistryException(
                    "The schema registry answered 403 (error_code %d): schema-registry.username may not read schemas"
                            .formatted(answer.errorCode()));
        }
    }

    /**
     * The id of a schema under a subject: registers it, or only looks it up where registering is
     * switched off; from memory if any client in this JVM has asked.
     *
     * @throws SchemaRegistryException if the registry does not answer in time, or will not have the
     *     schema
     */
    public int register(String subject, Schema schema) {
        return cache.idOf(subject, schema, () -> askForId(subject, schema));
    }

    private int askForId(String subject, Schema schema) {
        String path = "/subjects/" + encoded(subject) + (autoRegister ? "/versions" : "");
        RegistryHttp.Answer answer =
                http.post(
                        path,
                        JsonNodeFactory.instance.objectNode().put("schema", schema.toString()));
        if (answer.status() != 200) {
            throw new SchemaRegistryException(refusal(answer, subject, schema));
        }
        JsonNode id = answer.body().path("id");
        if (!id.canConvertToInt()) {
            throw new SchemaRegistryException(
                    "Asked for the id of %s under subject %s, the schema registry gave none"
                            .formatted(schema.getFullName(), subject));
        }
        return id.intValue();
    }

    private static String refusal(RegistryHttp.Answer answer, String subject, Schema schema) {
        String why =
                switch (answer.status()) {
                    case 404 ->
                            "the subject does not have it. Register it, or set schema-registry.auto-register";
                    case 409 ->
                            "an earlier version under the subject is not compatible. Name another subject in schema-registry.subject";
                    default -> "the registry does not take it";
                };
        return "Schema %s has no id under subject %s: %s (HTTP %d, error_code %d)"
                .formatted(schema.getFullName(), subject, why, answer.status(), answer.errorCode());
    }

    /** Whether a client can be made for an address. */
    public static boolean isAddress(String url) {
        return RegistryHttp.isAddress(url);
    }

    private static String encoded(String subject) {
        return URLEncoder.encode(subject, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static RefusedMessageException unknown(String message) {
        return new RefusedMessageException(DeadLetter.Reason.UNKNOWN_SCHEMA, message);
    }
}
