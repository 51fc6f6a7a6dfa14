package io.labelstream.serde.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.labelstream.serde.DeadLetter;
import io.labelstream.serde.RefusedMessageException;
import io.labelstream.serde.RegistrySettings;
import io.labelstream.serde.avro.AvroSchemas;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.apache.avro.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaRegistryTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(700);

    private static final String REVIEW =
            "{\"type\":\"record\",\"name\":\"a.Review\",\"fields\":[{\"name\":\"text\",\"type\":\"string\"}]}";

    private static final String PASSWORD = "s3cret-of-the-registry";

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
    void readsTheSchemaOfAnId() throws Exception {
        int id = standIn.register("reviews-value", REVIEW);

        assertThat(client(LONG, standIn.url()).byId(id)).isEqualTo(AvroSchemas.parse(REVIEW));
        assertThat(standIn.requests()).containsExactly("GET /schemas/ids/" + id);
    }

    @Test
    void addressMayHaveAPathAndASlashBehindIt() throws Exception {
        try (RegistryStandIn below =
                RegistryStandIn.builder().pathPrefix("/apis/ccompat/v7").start()) {
            int id = below.register("s", REVIEW);

            assertThat(client(LONG, below.url() + "/").byId(id).getFullName())
                    .isEqualTo("a.Review");
        }
    }

    @Test
    void unknownIdIsRefusedAndNotAskedForAgainWithinAMinute() throws Exception {
        AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
        SchemaRegistry registry =
                new SchemaRegistry(settings(LONG, standIn.url()), new SchemaCache(nanos::get));

        assertUnknown(registry, 1, "the schema registry has no schema with id 1");
        assertUnknown(registry, 1, "the schema registry has no schema with id 1");
        assertThat(standIn.requests()).hasSize(1);

        int id = standIn.register("s", REVIEW);
        assertThat(id).isEqualTo(1);
        assertUnknown(registry, id, "the schema registry has no schema with id 1");
        nanos.addAndGet(SchemaCache.UNKNOWN_FOR.toNanos());
        assertThat(registry.byId(id).getFullName()).isEqualTo("a.Review");
    }

    @Test
    void negativeIdIsRefusedWithoutBeingAskedFor() {
        assertUnknown(client(LONG, standIn.url()), -1, "negative");
        assertThat(standIn.requests()).isEmpty();
    }

    @Test
    void schemaOfAnotherKindIsRefused() throws Exception {
        int id =
                standIn.register(
                        "p",
                        JSON.createObjectNode()
                                .put("schemaType", "PROTOBUF")
                                .put("schema", "message M {}"));

        assertUnknown(client(LONG, standIn.url()), id, "is no Avro schema");
    }

    @Test
    void schemasThatOneRefersToAreAskedForOnce() throws Exception {
        standIn.register("e", "{\"type\":\"enum\",\"name\":\"a.E\",\"symbols\":[\"A\"]}");
        standIn.register(
                "l",
                referring(
                        "{\"type\":\"record\",\"name\":\"a.L\",\"fields\":[{\"name\":\"e\",\"type\":\"E\"}]}",
                        "e"));
        standIn.register(
                "r/t b",
                referring(
                        "{\"type\":\"record\",\"name\":\"a.R\",\"fields\":[{\"name\":\"e\",\"type\":\"E\"}]}",
                        "e"));
        int id =
                standIn.register(
                        "top",
                        referring(
                                "{\"type\":\"record\",\"name\":\"a.T\",\"fields\":[{\"name\":\"l\",\"type\":\"L\"},{\"name\":\"r\",\"type\":\"R\"}]}",
                                "l",
                                "r/t b"));

        Schema schema = client(LONG, standIn.url()).byId(id);

        assertThat(schema.getField("r").schema().getField("e").schema().getFullName())
                .isEqualTo("a.E");
        assertThat(standIn.requests())
                .containsExactly(
                        "GET /schemas/ids/" + id,
                        "GET /subjects/l/versions/1",
                        "GET /subjects/e/versions/1",
                        "GET /subjects/r%2Ft%20b/versions/1");
    }

    @Test
    void schemasThatReferToOneAnotherForEverAreRefused() throws Exception {
        try (CannedServer server =
                new CannedServer(
                        (path, number) ->
                                new CannedServer.Answer(
                                        200, referring(REVIEW, "s" + number).toString()))) {
            assertUnknown(client(LONG, server.url()), 1, "refers to more than");
            assertThat(server.requests()).hasSizeLessThan(30);
        }
    }

    @Test
    void schemaThatRefersToWhatIsNotThereIsRefused() throws Exception {
        try (CannedServer server =
                new CannedServer(
                        (path, number) ->
                                number == 0
                                        ? new CannedServer.Answer(
                                                200, referring(REVIEW, "gone").toString())
                                        : new CannedServer.Answer(
                                                404, "{\"error_code\":40401,\"message\":\"\"}"))) {
            assertUnknown(
                    client(LONG, server.url()),
                    1,
                    "refers to version 1 of subject gone, which the registry does not have");
        }
    }

    @Test
    void schemaThatThisUserMayNotReadIsItsMessagesFault() throws Exception {
        try (CannedServer server =
                new CannedServer(
                        (path, number) ->
                                new CannedServer.Answer(
                                        403, "{\"error_code\":40301,\"message\":\"\"}"))) {
            assertUnknown(client(LONG, server.url()), 1, "answered 403 (error_code 40301)");
            assertThatThrownBy(() -> client(LONG, server.url()).check())
                    .isInstanceOf(SchemaRegistryException.class)
                    .hasMessageContaining("may not read schemas");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"schema\":\"{\\\"type\\\":\"}", "{\"schema\":7}"})
    void schemaThatIsNoneIsRefused(String body) throws Exception {
        try (CannedServer server =
                new CannedServer((path, number) -> new CannedServer.Answer(200, body))) {
            assertUnknown(client(LONG, server.url()), 1, "cannot be read: Not an Avro schema");
        }
    }

    @Test
    void answerBeyondTheLimitIsRefused() throws Exception {
        String huge = "{\"schema\":\"" + "x".repeat(RegistryHttp.MAX_ANSWER_BYTES) + "\"}";
        try (CannedServer server =
                new CannedServer((path, number) -> new CannedServer.Answer(200, huge))) {
            SchemaRegistry registry = client(LONG, server.url());

            assertUnknown(registry, 1, "has more than 4194304 bytes");
            assertThatThrownBy(() -> registry.register("s", AvroSchemas.parse(REVIEW)))
                    .isInstanceOf(SchemaRegistryException.class)
                    .hasMessageContaining("gave none");
        }
    }

    @Test
    void registryThatIsNotWellIsAskedAgain() throws Exception {
        List<CannedServer.Answer> answers =
                List.of(
                        new CannedServer.Answer(503, ""),
                        new CannedServer.Answer(200, "<html>Maintenance</html>"),
                        new CannedServer.Answer(429, "{\"error_code\":42901}"),
                        new CannedServer.Answer(404, "no such host"),
                        new CannedServer.Answer(
                                200, JSON.createObjectNode().put("schema", REVIEW).toString()));
        try (CannedServer server = new CannedServer((path, number) -> answers.get(number))) {
            assertThat(client(LONG, server.url()).byId(1).getFullName()).isEqualTo("a.Review");
            assertThat(server.requests()).hasSize(5);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "503||answered 503",
                "200|<html>|answered something else than a JSON object",
                "200|[]|answered something else than a JSON object",
                "200||answered something else than a JSON object",
                "200|{} {}|answered something else than a JSON object",
                "200|{\"status\":\"maintenance\"}|answered something else than a JSON object with schema",
                "400|{\"message\":\"\"}|check the path in schema-registry.url",
                "404|{\"error_code\":404}|check the path in schema-registry.url",
                "404|<html>|check the path in schema-registry.url"
            })
    void registryThatStaysUnwellIsGivenUpAfterTheTimeout(String answer) throws Exception {
        String[] parts = answer.split("\\|", -1);
        CannedServer.Answer canned = new CannedServer.Answer(Integer.parseInt(parts[0]), parts[1]);
        try (CannedServer server = new CannedServer((path, number) -> canned)) {
            SchemaRegistry registry = client(SHORT, server.url());
            long start = System.nanoTime();

            assertThatThrownBy(() -> registry.byId(1))
                    .isInstanceOf(SchemaRegistryException.class)
                    .hasMessageContaining(server.url() + "/schemas/ids/1 answered ")
                    .hasMessageContaining(parts[2])
                    .hasMessageContaining("schema-registry.timeout");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(SHORT);
            assertThat(server.requests()).hasSizeBetween(2, 10);
        }
    }

    @Test
    void registryThatIsNotThereIsNamedWithoutThePassword() {
        standIn.close();
        RegistrySettings settings =
                new RegistrySettings(
                        List.of(standIn.url()), "user", PASSWORD, SHORT, true, "subject");
        SchemaRegistry registry = new SchemaRegistry(settings, new SchemaCache(System::nanoTime));

        assertThatThrownBy(() -> registry.byId(1))
                .isInstanceOf(SchemaRegistryException.class)
                .hasMessageContaining(standIn.url() + "/schemas/ids/1 could not be asked")
                .hasMessageNotContaining(PASSWORD);
        assertThatThrownBy(() -> registry.register("subject", AvroSchemas.parse(REVIEW)))
                .isInstanceOf(SchemaRegistryException.class)
                .hasMessageContaining("/subjects/subject/versions could not be asked");
    }

    @Test
    void registryThatSaysNothingIsGivenUpAfterTheTimeout() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            assertGivenUpSoon(silent);
        }
    }

    @Test
    void answerThatDoesNotEndIsGivenUpAfterTheTimeout() throws Exception {
        List<Socket> connections = new CopyOnWriteArrayList<>();
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (ServerSocket stalling = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Future<?> serving =
                    thread.submit(
                            () -> {
                                while (true) {
                                    Socket connection = stalling.accept();
                                    connections.add(connection);
                                    connection
                                            .getOutputStream()
                                            .write(
                                                    "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"
                                                            .getBytes(StandardCharsets.US_ASCII));
                                }
                            });
            assertGivenUpSoon(stalling);
            assertThat(serving.isDone()).isFalse();
        } finally {
            thread.shutdownNow();
            for (Socket connection : connections) {
                connection.close();
            }
        }
    }

    private static void assertGivenUpSoon(ServerSocket server) {
        SchemaRegistry registry = client(SHORT, "http://127.0.0.1:" + server.getLocalPort());
        long start = System.nanoTime();

        assertThatThrownBy(() -> registry.byId(1))
                .isInstanceOf(SchemaRegistryException.class)
                .hasMessageContaining("no answer within");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
    }

    @Test
    void callWaitsUntilTheRegistryIsBack(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("registry.json");
        RegistryStandIn before = RegistryStandIn.builder().file(file).start();
        int id = before.register("s", REVIEW);
        before.close();
        SchemaRegistry registry = client(LONG, before.url());

        CompletableFuture<Schema> asked = CompletableFuture.supplyAsync(() -> byId(registry, id));
        try (ServerSocket down =
                new ServerSocket(before.port(), 50, InetAddress.getLoopbackAddress())) {
            down.setSoTimeout((int) PATIENCE.toMillis());
            for (int attempt = 0; attempt < 3; attempt++) {
                down.accept().close();
            }
        }
        assertThat(asked).isNotDone();

        try (RegistryStandIn after =
                RegistryStandIn.builder().port(before.port()).file(file).start()) {
            assertThat(asked.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).getFullName())
                    .isEqualTo("a.Review");
            assertThat(after.requests()).isNotEmpty();
        }
    }

    @Test
    void interruptEndsTheWaitAtOnce() throws Exception {
        try (CannedServer server =
                new CannedServer((path, number) -> new CannedServer.Answer(503, ""))) {
            SchemaRegistry registry = client(LONG, server.url());
            CompletableFuture<String> ofFirst = new CompletableFuture<>();
            CompletableFuture<String> ofSecond = new CompletableFuture<>();
            Thread first = new Thread(() -> ofFirst.complete(interruption(registry, 1)));
            first.start();
            await(() -> !server.requests().isEmpty());
            // Waits for the first.
            Thread second = new Thread(() -> ofSecond.complete(interruption(registry, 2)));
            second.start();
            await(() -> second.getState() == Thread.State.WAITING);

            second.interrupt();
            assertThat(ofSecond.get(2, TimeUnit.SECONDS))
                    .isEqualTo("Interrupted while waiting for the schema of id 2");
            first.interrupt();
            assertThat(ofFirst.get(2, TimeUnit.SECONDS))
                    .isEqualTo("Interrupted while asking the schema registry for /schemas/ids/1");
        }
    }

    /** What is thrown at a thread that is interrupted meanwhile, and stays so. */
    private static String interruption(SchemaRegistry registry, int id) {
        SchemaRegistryException thrown =
                catchThrowableOfType(SchemaRegistryException.class, () -> registry.byId(id));
        return Thread.currentThread().isInterrupted() ? thrown.getMessage() : "not interrupted";
    }

    private static void await(BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(PATIENCE);
            Thread.onSpinWait();
        }
    }

    @Test
    void wrongPasswordEndsTheWaitAtOnce() throws Exception {
        try (RegistryStandIn guarded = RegistryStandIn.builder().user("me", "another").start()) {
            SchemaRegistry registry =
                    new SchemaRegistry(
                            new RegistrySettings(
                                    List.of(guarded.url()), "me", PASSWORD, LONG, true, "s"),
                            new SchemaCache(System::nanoTime));

            assertThatThrownBy(() -> registry.byId(1))
                    .isInstanceOf(SchemaRegistryException.class)
                    .hasMessageContaining("answered 401")
                    .hasMessageContaining("schema-registry.username and schema-registry.password")
                    .hasMessageNotContaining(PASSWORD);
            assertThat(guarded.requests()).hasSize(1);
        }
    }

    @Test
    void rightPasswordIsLetIn() throws Exception {
        try (RegistryStandIn guarded = RegistryStandIn.builder().user("me", PASSWORD).start()) {
            int id = guarded.register("s", REVIEW);
            SchemaRegistry registry =
                    new SchemaRegistry(
                            new RegistrySettings(
                                    List.of(guarded.url()), "me", PASSWORD, LONG, true, "s"),
                            new SchemaCache(System::nanoTime));

            assertThat(registry.byId(id).getFullName()).isEqualTo("a.Review");
        }
    }

    @Test
    void redirectsAreNotFollowedSoThePasswordStaysHere() throws Exception {
        try (CannedServer elsewhere =
                        new CannedServer((path, number) -> new CannedServer.Answer(200, "{}"));
                CannedServer server =
                        new CannedServer(
                                (path, number) -> new CannedServer.Answer(302, elsewhere.url()))) {
            assertThatThrownBy(() -> client(SHORT, server.url()).byId(1))
                    .isInstanceOf(SchemaRegistryException.class)
                    .hasMessageContaining("answered 302");
            assertThat(elsewhere.requests()).isEmpty();
        }
    }

    @Test
    void addressesAreTriedInTurn() throws Exception {
        int id = standIn.register("s", REVIEW);
        try (CannedServer ill =
                new CannedServer((path, number) -> new CannedServer.Answer(500, ""))) {
            SchemaRegistry registry = client(LONG, ill.url(), standIn.url());

            assertThat(registry.byId(id).getFullName()).isEqualTo("a.Review");
            assertUnknown(registry, 99, "no schema with id 99");
            // The one that answered last is asked first.
            assertThat(ill.requests()).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost:8081",
                "ftp://host",
                "http://me:" + PASSWORD + "@host",
                "http://ho st",
                "http://host?password=" + PASSWORD
            })
    void whatIsNoAddressIsRefusedWithoutBeingShown(String url) {
        assertThatThrownBy(() -> client(LONG, "http://host", url))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Address 2 of schema-registry.url")
                .hasMessageNotContaining(PASSWORD);
    }

    @Test
    void schemaIsRegisteredOnce() throws Exception {
        SchemaRegistry registry = client(LONG, standIn.url());
        Schema schema = AvroSchemas.parse(REVIEW);

        int id = registry.register("out/put value", schema);

        assertThat(registry.register("out/put value", schema)).isEqualTo(id);
        assertThat(registry.register("another", schema)).isEqualTo(id);
        assertThat(registry.byId(id)).isEqualTo(schema);
        assertThat(standIn.requests()).contains("POST /subjects/out%2Fput%20value/versions");
    }

    @Test
    void schemaThatMayNotBeRegisteredIsOnlyLookedUp() throws Exception {
        SchemaRegistry registry =
                new SchemaRegistry(
                        new RegistrySettings(List.of(standIn.url()), "", "", LONG, false, "s"),
                        new SchemaCache(System::nanoTime));
        Schema schema = AvroSchemas.parse(REVIEW);

        assertThatThrownBy(() -> registry.register("s", schema))
                .isInstanceOf(SchemaRegistryException.class)
                .hasMessage(
                        "Schema a.Review has no id under subject s: the subject does not have it."
                                + " Register it, or set schema-registry.auto-register"
                                + " (HTTP 404, error_code 40401)");
        int id = standIn.register("s", REVIEW);
        assertThat(registry.register("s", schema)).isEqualTo(id);
    }

    @Test
    void schemaThatDoesNotFitEarlierOnesIsRefused() throws Exception {
        standIn.register("s", "{\"type\":\"record\",\"name\":\"a.Review\",\"fields\":[]}");

        assertThatThrownBy(
                        () -> client(LONG, standIn.url()).register("s", AvroSchemas.parse(REVIEW)))
                .isInstanceOf(SchemaRegistryException.class)
                .hasMessageContaining("Schema a.Review has no id under subject s")
                .hasMessageContaining("Name another subject in schema-registry.subject")
                .hasMessageContaining("HTTP 409");
    }

    @Test
    void whatOneClientKnowsAllKnowAlsoWhileTheRegistryIsAway() throws Exception {
        int id = standIn.register("s", REVIEW);
        RegistrySettings settings = settings(SHORT, standIn.url());

        Schema first = new SchemaRegistry(settings).byId(id);
        assertThat(new SchemaRegistry(settings).byId(id)).isSameAs(first);
        assertThat(standIn.requests()).hasSize(1);

        standIn.close();
        assertThat(new SchemaRegistry(settings).byId(id)).isSameAs(first);
    }

    @Test
    void threadsThatWantTheSameAskOnce() throws Exception {
        int id = standIn.register("s", REVIEW);
        SchemaRegistry registry = client(LONG, standIn.url());
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<Schema>> schemas = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                schemas.add(threads.submit(() -> registry.byId(id)));
            }
            for (Future<Schema> schema : schemas) {
                assertThat(schema.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).getFullName())
                        .isEqualTo("a.Review");
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(standIn.requests()).hasSize(1);
    }

    private static Schema byId(SchemaRegistry registry, int id) {
        try {
            return registry.byId(id);
        } catch (RefusedMessageException e) {
            throw new AssertionError(e);
        }
    }

    private static void assertUnknown(SchemaRegistry registry, int id, String message) {
        assertThatThrownBy(() -> registry.byId(id))
                .isInstanceOfSatisfying(
                        RefusedMessageException.class,
                        e -> assertThat(e.reason()).isEqualTo(DeadLetter.Reason.UNKNOWN_SCHEMA))
                .hasMessageContaining(message);
    }

    /** A request to register a schema that refers to version 1 of some subjects. */
    private static JsonNode referring(String schema, String... subjects) {
        ObjectNode request = JSON.createObjectNode().put("schema", schema);
        ArrayNode references = request.putArray("references");
        for (String subject : subjects) {
            references.addObject().put("name", subject).put("subject", subject).put("version", 1);
        }
        return request;
    }

    /** A client that knows nothing yet: another test may have had the same port. */
    private static SchemaRegistry client(Duration timeout, String... urls) {
        return new SchemaRegistry(settings(timeout, urls), new SchemaCache(System::nanoTime));
    }

    private static RegistrySettings settings(Duration timeout, String... urls) {
        return new RegistrySettings(List.of(urls), "", "", timeout, true, "subject");
    }
}
