package io.labelstream.serde.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;

/**
 * A schema registry for tests, on the loopback address: the part of Confluent's HTTP interface that
 * clients use, with its JSON, its error codes and its rules of ids and versions. What it knows it
 * may keep in a file, so it can be stopped and started again.
 *
 * <p>Answers {@code GET /schemas/ids/ID}, {@code GET /subjects}, {@code GET
 * /subjects/SUBJECT/versions}, {@code GET /subjects/SUBJECT/versions/VERSION} (or {@code latest}),
 * {@code POST /subjects/SUBJECT/versions}, {@code POST /subjects/SUBJECT}, {@code GET /config} and
 * {@code PUT /config}.
 *
 * <p>Any number of threads.
 */
public final class RegistryStandIn implements AutoCloseable {

    private static final String HOST = "127.0.0.1";

    private static final String MEDIA_TYPE = "application/vnd.schemaregistry.v1+json";

    private static final ObjectMapper JSON = new ObjectMapper();

    /** What a new version is held against. */
    private enum Compatibility {
        NONE,
        BACKWARD,
        BACKWARD_TRANSITIVE,
        FULL,
        FULL_TRANSITIVE;

        boolean isTransitive() {
            return name().endsWith("_TRANSITIVE");
        }

        boolean isFull() {
            return name().startsWith("FULL");
        }
    }

    /** An error in the registry's words. */
    private static final class ErrorAnswer extends Exception {
        private static final long serialVersionUID = 1L;

        private final int status;
        private final int code;

        ErrorAnswer(int status, int code, String message) {
            super(message);
            this.status = status;
            this.code = code;
        }
    }

    private final HttpServer server;
    private final ExecutorService threads;
    private final String pathPrefix;
    private final String authorization;
    private final Path file;
    private final List<String> requests = new CopyOnWriteArrayList<>();

    /**
     * The state: "compatibility"; "schemas" by id from 1; "subjects" with ids by version from 1.
     */
    private final ObjectNode state;

    private RegistryStandIn(
            HttpServer server,
            String pathPrefix,
            String authorization,
            Path file,
            ObjectNode state) {
        this.server = server;
        this.threads = Executors.newCachedThreadPool();
        this.pathPrefix = pathPrefix;
        this.authorization = authorization;
        this.file = file;
        this.state = state;
    }

    /** How to start one. */
    public static final class Builder {
        private int port;
        private String pathPrefix = "";
        private String authorization;
        private Path file;

        private Builder() {}

        /** At a port; any free one unless told. */
        public Builder port(int port) {
            this.port = port;
            return this;
        }

        /** Below a path, with its slash. */
        public Builder pathPrefix(String pathPrefix) {
            this.pathPrefix = pathPrefix;
            return this;
        }

        /** Only for one user. */
        public Builder user(String name, String password) {
            this.authorization =
                    "Basic "
                            + Base64.getEncoder()
                                    .encodeToString(
                                            (name + ":" + password)
                                                    .getBytes(StandardCharsets.UTF_8));
            return this;
        }

        /** Where the state is kept; it is read from there if it is there. */
        public Builder file(Path file) {
            this.file = file;
            return this;
        }

        public RegistryStandIn start() throws IOException {
            HttpServer server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
            RegistryStandIn standIn =
                    new RegistryStandIn(server, pathPrefix, authorization, file, stateIn(file));
            server.setExecutor(standIn.threads);
            server.createContext("/", standIn::answer);
            server.start();
            return standIn;
        }
    }

    public static Builder builder() {
        return new Builder();
    }

    private static ObjectNode stateIn(Path file) throws IOException {
        if (file != null && Files.exists(file)) {
            return (ObjectNode) JSON.readTree(Files.readAllBytes(file));
        }
        ObjectNode state = JSON.createObjectNode().put("compatibility", "BACKWARD");
        state.putArray("schemas");
        state.putObject("subjects");
        return state;
    }

    public int port() {
        return server.getAddress().getPort();
    }

    public String url() {
        return "http://" + HOST + ":" + port() + pathPrefix;
    }

    /** What was asked so far, such as {@code GET /schemas/ids/1}. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    /** Registers a schema without a request. */
    public int register(String subject, String schema) throws IOException {
        return register(subject, JSON.createObjectNode().put("schema", schema));
    }

    /** Registers what a request would hold: schema, schemaType, references. */
    public int register(String subject, JsonNode request) throws IOException {
        try {
            return registered(subject, request).path("id").asInt();
        } catch (ErrorAnswer e) {
            throw new IOException(e);
        }
    }

    /** Hangs up on all who wait, and leaves the port free. */
    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getRawPath();
        requests.add(exchange.getRequestMethod() + " " + path);
        try {
            byte[] request = exchange.getRequestBody().readAllBytes();
            send(exchange, 200, answerTo(exchange, path, request));
        } catch (ErrorAnswer e) {
            send(
                    exchange,
                    e.status,
                    JSON.createObjectNode()
                            .put("error_code", e.code)
                            .put("message", e.getMessage()));
        } finally {
            exchange.close();
        }
    }

    private static void send(HttpExchange exchange, int status, JsonNode body) throws IOException {
        byte[] bytes = JSON.writeValueAsBytes(body);
        exchange.getResponseHeaders().set("Content-Type", MEDIA_TYPE);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private JsonNode answerTo(HttpExchange exchange, String path, byte[] request)
            throws ErrorAnswer, IOException {
        if (authorization != null
                && !authorization.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            throw new ErrorAnswer(401, 401, "Unauthorized");
        }
        if (!path.startsWith(pathPrefix + "/")) {
            throw notFound();
        }
        List<String> parts =
                Arrays.stream(path.substring(pathPrefix.length() + 1).split("/"))
                        .map(part -> URLDecoder.decode(part, StandardCharsets.UTF_8))
                        .toList();
        return switch (exchange.getRequestMethod()) {
            case "GET" -> get(parts);
            case "POST" -> post(parts, JSON.readTree(request));
            case "PUT" -> put(parts, JSON.readTree(request));
            default -> throw new ErrorAnswer(405, 405, "HTTP 405 Method Not Allowed");
        };
    }

    private static ErrorAnswer notFound() {
        return new ErrorAnswer(404, 404, "HTTP 404 Not Found");
    }

    private synchronized JsonNode get(List<String> parts) throws ErrorAnswer {
        if (parts.equals(List.of("subjects"))) {
            ArrayNode subjects = JSON.createArrayNode();
            state.path("subjects").fieldNames().forEachRemaining(subjects::add);
            return subjects;
        }
        if (parts.equals(List.of("config"))) {
            return JSON.createObjectNode()
                    .put("compatibilityLevel", state.path("compatibility").asText());
        }
        if (parts.size() == 3 && parts.subList(0, 2).equals(List.of("schemas", "ids"))) {
            return byId(parts.get(2));
        }
        boolean isOfSubject =
                parts.size() >= 3
                        && parts.get(0).equals("subjects")
                        && parts.get(2).equals("versions");
        if (isOfSubject && parts.size() == 3) {
            ArrayNode versions = JSON.createArrayNode();
            for (int version = 1; version <= ids(parts.get(1)).size(); version++) {
                versions.add(version);
            }
            return versions;
        }
        if (isOfSubject && parts.size() == 4) {
            return byVersion(parts.get(1), parts.get(3));
        }
        throw notFound();
    }

    private JsonNode byId(String id) throws ErrorAnswer {
        JsonNode schema =
                id.matches("\\d{1,9}")
                        ? state.path("schemas").path(Integer.parseInt(id) - 1)
                        : JSON.missingNode();
        if (schema.isMissingNode()) {
            throw new ErrorAnswer(404, 40403, "Schema " + id + " not found");
        }
        return schema;
    }

    private JsonNode byVersion(String subject, String version) throws ErrorAnswer {
        JsonNode ids = ids(subject);
        if (!version.equals("latest") && !version.matches("\\d{1,9}")) {
            throw new ErrorAnswer(422, 42202, "The specified version is not valid");
        }
        int number = version.equals("latest") ? ids.size() : Integer.parseInt(version);
        if (number < 1 || number > ids.size()) {
            throw new ErrorAnswer(404, 40402, "Version " + version + " not found.");
        }
        return described(subject, number, ids.path(number - 1).asInt());
    }

    private JsonNode described(String subject, int version, int id) throws ErrorAnswer {
        ObjectNode described =
                JSON.createObjectNode()
                        .put("subject", subject)
                        .put("version", version)
                        .put("id", id);
        return described.setAll((ObjectNode) byId(Integer.toString(id)));
    }

    private JsonNode ids(String subject) throws ErrorAnswer {
        JsonNode ids = state.path("subjects").path(subject);
        if (ids.isMissingNode()) {
            throw new ErrorAnswer(404, 40401, "Subject '" + subject + "' not found.");
        }
        return ids;
    }

    private JsonNode post(List<String> parts, JsonNode request) throws ErrorAnswer, IOException {
        if (parts.size() == 3
                && parts.get(0).equals("subjects")
                && parts.get(2).equals("versions")) {
            return registered(parts.get(1), request);
        }
        if (parts.size() == 2 && parts.get(0).equals("subjects")) {
            return lookedUp(parts.get(1), request);
        }
        throw notFound();
    }

    private synchronized JsonNode put(List<String> parts, JsonNode request)
            throws ErrorAnswer, IOException {
        if (!parts.equals(List.of("config"))) {
            throw notFound();
        }
        String level = request.path("compatibility").asText();
        if (Arrays.stream(Compatibility.values()).noneMatch(l -> l.name().equals(level))) {
            throw new ErrorAnswer(422, 42203, "Invalid compatibility level");
        }
        state.put("compatibility", level);
        save();
        return JSON.createObjectNode().put("compatibility", level);
    }

    private synchronized JsonNode lookedUp(String subject, JsonNode request)
            throws ErrorAnswer, IOException {
        JsonNode ids = ids(subject);
        JsonNode asked = stored(request);
        for (int i = 0; i < ids.size(); i++) {
            if (byId(ids.path(i).asText()).equals(asked)) {
                return described(subject, i + 1, ids.path(i).asInt());
            }
        }
        throw new ErrorAnswer(404, 40403, "Schema not found");
    }

    private synchronized JsonNode registered(String subject, JsonNode request)
            throws ErrorAnswer, IOException {
        JsonNode asked = stored(request);
        ArrayNode schemas = (ArrayNode) state.path("schemas");
        ObjectNode subjects = (ObjectNode) state.path("subjects");
        ArrayNode ids =
                subjects.has(subject) ? (ArrayNode) subjects.path(subject) : JSON.createArrayNode();
        int id = 1 + indexOf(asked, schemas);
        boolean isThere = id > 0 && indexOf(JsonNodeFactory.instance.numberNode(id), ids) >= 0;
        if (!isThere) {
            checkCompatible(subject, asked, ids);
            if (id == 0) {
                schemas.add(asked);
                id = schemas.size();
            }
            ids.add(id);
            subjects.set(subject, ids);
            save();
        }
        return JSON.createObjectNode().put("id", id);
    }

    private static int indexOf(JsonNode element, ArrayNode array) {
        for (int i = 0; i < array.size(); i++) {
            if (array.get(i).equals(element)) {
                return i;
            }
        }
        return -1;
    }

    /**
     * A request as it is kept: Avro in one spelling, and nothing that means nothing. Avro that
     * refers to others stays as it is but for white space, for Avro would put the others in.
     */
    private ObjectNode stored(JsonNode request) throws ErrorAnswer, IOException {
        ObjectNode stored = JSON.createObjectNode();
        String schema = request.path("schema").asText();
        if (isAvro(request)) {
            String spelled = parsed(request).toString();
            boolean refers = !request.path("references").isEmpty();
            stored.put("schema", refers ? JSON.readTree(schema).toString() : spelled);
        } else {
            stored.put("schemaType", request.path("schemaType").asText());
            stored.put("schema", schema);
        }
        if (!request.path("references").isEmpty()) {
            stored.set("references", request.path("references"));
        }
        return stored;
    }

    private static boolean isAvro(JsonNode schema) {
        return schema.path("schemaType").asText("AVRO").equals("AVRO");
    }

    private Schema parsed(JsonNode schema) throws ErrorAnswer {
        Schema.Parser parser = new Schema.Parser();
        List<String> referred = new ArrayList<>();
        addReferred(schema, referred);
        try {
            referred.forEach(parser::parse);
            return parser.parse(schema.path("schema").asText());
        } catch (AvroRuntimeException e) {
            throw new ErrorAnswer(422, 42201, "Invalid schema: " + e.getMessage());
        }
    }

    private void addReferred(JsonNode schema, List<String> referred) throws ErrorAnswer {
        for (JsonNode reference : schema.path("references")) {
            JsonNode found =
                    byVersion(
                            reference.path("subject").asText(), reference.path("version").asText());
            addReferred(found, referred);
            String json = found.path("schema").asText();
            if (!referred.contains(json)) {
                referred.add(json);
            }
        }
    }

    private void checkCompatible(String subject, JsonNode asked, ArrayNode ids) throws ErrorAnswer {
        Compatibility rule = Compatibility.valueOf(state.path("compatibility").asText());
        if (rule == Compatibility.NONE) {
            return;
        }
        for (int i = rule.isTransitive() ? 0 : Math.max(0, ids.size() - 1); i < ids.size(); i++) {
            JsonNode earlier = byId(ids.path(i).asText());
            boolean isCompatible =
                    isAvro(earlier)
                            && isAvro(asked)
                            && canRead(parsed(asked), parsed(earlier))
                            && (!rule.isFull() || canRead(parsed(earlier), parsed(asked)));
            if (!isCompatible) {
                throw new ErrorAnswer(
                        409,
                        409,
                        "Schema being registered is incompatible with an earlier schema for subject \""
                                + subject
                                + "\"");
            }
        }
    }

    private static boolean canRead(Schema reader, Schema writer) {
        return SchemaCompatibility.checkReaderWriterCompatibility(reader, writer).getType()
                == SchemaCompatibility.SchemaCompatibilityType.COMPATIBLE;
    }

    /** In one step, so a registry that is killed has all of it or nothing. */
    private void save() throws IOException {
        if (file != null) {
            Path written = file.resolveSibling(file.getFileName() + ".new");
            Files.write(written, JSON.writeValueAsBytes(state));
            Files.move(
                    written,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
