package io.labelstream.endtoend;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;

/**
 * A schema registry, Apicurio's, in a process of its own, which can be halted and let go on. Asked
 * here as by any other program, through the interface that it shares with Confluent's.
 */
final class TestRegistry implements AutoCloseable {

    private static final Path JAR = Path.of(System.getProperty("labelstream.registry"));
    private static final String JSON_TYPE = "application/vnd.schemaregistry.v1+json";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final int port;
    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(PATIENCE)
                    .build();
    private final Map<Integer, Schema> schemas = new HashMap<>();
    private final JavaProcess process;

    /**
     * Starts a registry without schemas, which keeps them in memory.
     *
     * @param folder where its output is kept
     */
    TestRegistry(Path folder) throws IOException {
        port = freePort();
        process =
                JavaProcess.startJar(
                        folder, JAR, List.of("-Xmx384m", "-Dquarkus.http.port=" + port));
        Waiting.until(
                "the registry answers",
                PATIENCE,
                () -> {
                    Waiting.pause();
                    return answers();
                });
    }

    private boolean answers() {
        if (!process.isAlive()) {
            throw process.failed("ended");
        }
        try {
            return send(HttpRequest.newBuilder(URI.create(url() + "/subjects"))).statusCode() < 500;
        } catch (IOException e) {
            return false;
        }
    }

    /** From now on it answers nobody, in the middle of whatever it does. */
    void halt() throws IOException, InterruptedException {
        process.signal("STOP");
    }

    void goOn() throws IOException, InterruptedException {
        process.signal("CONT");
    }

    String url() {
        return "http://127.0.0.1:" + port + "/apis/ccompat/v7";
    }

    /** Registers a schema; its id. */
    int register(String subject, String schema) {
        int id = post("/subjects/" + subject + "/versions", schema);
        schemas.put(id, new Schema.Parser().parse(schema));
        return id;
    }

    /** The id of a schema that must be registered under a subject. */
    int lookUp(String subject, Schema schema) {
        return post("/subjects/" + subject, schema.toString());
    }

    private int post(String path, String schema) {
        String body = JSON.createObjectNode().put("schema", schema).toString();
        return json(HttpRequest.newBuilder(URI.create(url() + path))
                        .header("Content-Type", JSON_TYPE)
                        .POST(HttpRequest.BodyPublishers.ofString(body)))
                .path("id")
                .asInt(-1);
    }

    /** The schema of an id; asked for once, if it was not registered here. */
    Schema schema(int id) {
        return schemas.computeIfAbsent(id, this::ask);
    }

    private Schema ask(int id) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(url() + "/schemas/ids/" + id));
        return new Schema.Parser().parse(json(request).path("schema").asText());
    }

    private JsonNode json(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response = send(request);
            if (response.statusCode() != 200) {
                throw new AssertionError(
                        "The registry answered %d: %s"
                                .formatted(response.statusCode(), response.body()));
            }
            return JSON.readTree(response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException {
        try {
            return http.send(
                    request.timeout(PATIENCE).build(), HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while asking the registry", e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
