package io.labelstream.serde.registry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** That the stand-in speaks as Confluent's documentation has it. */
class RegistryStandInTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String ONE =
            "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"a\",\"type\":\"int\"}]}";

    /** Reads ONE, and is not read by it. */
    private static final String TWO =
            "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"a\",\"type\":\"long\"}]}";

    private final HttpClient client = HttpClient.newHttpClient();
    private RegistryStandIn standIn;

    @BeforeEach
    void start() throws IOException {
        standIn = RegistryStandIn.builder().start();
    }

    @AfterEach
    void stop() {
        standIn.close();
    }

    @Test
    void versionsHaveNumbersAndSchemasHaveIds() throws Exception {
        assertThat(register("s", ONE)).isEqualTo("200 {\"id\":1}");
        assertThat(register("s", TWO)).isEqualTo("200 {\"id\":2}");
        assertThat(register("s", ONE)).isEqualTo("200 {\"id\":1}");
        assertThat(register("t", TWO)).isEqualTo("200 {\"id\":2}");

        assertThat(get("/subjects")).isEqualTo("200 [\"s\",\"t\"]");
        assertThat(get("/subjects/s/versions")).isEqualTo("200 [1,2]");
        assertThat(get("/subjects/t/versions/1")).isEqualTo("200 " + described("t", 1, 2, TWO));
        assertThat(get("/subjects/s/versions/latest"))
                .isEqualTo("200 " + described("s", 2, 2, TWO));
        assertThat(get("/schemas/ids/1"))
                .isEqualTo("200 " + JSON.createObjectNode().put("schema", ONE));
        assertThat(send("POST", "/subjects/s", request(TWO)))
                .isEqualTo("200 " + described("s", 2, 2, TWO));
    }

    @Test
    void errorsHaveCodes() throws Exception {
        register("s", ONE);

        assertThat(get("/schemas/ids/9")).startsWith("404 {\"error_code\":40403,");
        assertThat(get("/subjects/none/versions")).startsWith("404 {\"error_code\":40401,");
        assertThat(get("/subjects/s/versions/2")).startsWith("404 {\"error_code\":40402,");
        assertThat(get("/subjects/s/versions/x")).startsWith("422 {\"error_code\":42202,");
        assertThat(get("/nowhere")).startsWith("404 {\"error_code\":404,");
        assertThat(send("POST", "/subjects/none", request(ONE)))
                .startsWith("404 {\"error_code\":40401,");
        assertThat(send("POST", "/subjects/s", request(TWO)))
                .startsWith("404 {\"error_code\":40403,");
        assertThat(register("s", "{}")).startsWith("422 {\"error_code\":42201,");
    }

    @Test
    void versionsAreHeldAgainstEarlierOnes() throws Exception {
        register("s", TWO);
        assertThat(register("s", ONE)).startsWith("409 {\"error_code\":409,");
        assertThat(get("/subjects/s/versions")).isEqualTo("200 [1]");

        register("t", ONE);
        assertThat(send("PUT", "/config", "{\"compatibility\":\"FULL_TRANSITIVE\"}"))
                .isEqualTo("200 {\"compatibility\":\"FULL_TRANSITIVE\"}");
        assertThat(register("t", TWO)).startsWith("409 ");
        assertThat(get("/config")).isEqualTo("200 {\"compatibilityLevel\":\"FULL_TRANSITIVE\"}");
        send("PUT", "/config", "{\"compatibility\":\"NONE\"}");
        assertThat(register("s", ONE)).isEqualTo("200 {\"id\":2}");
    }

    private static String request(String schema) {
        return JSON.createObjectNode().put("schema", schema).toString();
    }

    private static JsonNode described(String subject, int version, int id, String schema) {
        return JSON.createObjectNode()
                .put("subject", subject)
                .put("version", version)
                .put("id", id)
                .put("schema", schema);
    }

    private String register(String subject, String schema)
            throws IOException, InterruptedException {
        return send("POST", "/subjects/" + subject + "/versions", request(schema));
    }

    private String get(String path) throws IOException, InterruptedException {
        return send("GET", path, "");
    }

    private String send(String method, String path, String body)
            throws IOException, InterruptedException {
        HttpResponse<String> response =
                client.send(
                        HttpRequest.newBuilder(URI.create(standIn.url() + path))
                                .method(method, HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        return response.statusCode() + " " + response.body();
    }
}
