package io.labelstream.endtoend.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.labelstream.endtoend.faults.PrivacyCheck.Found;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivacyCheckTest {

    private static final String TEXT = PrivacyCheck.TEXT_CANARY;
    private static final String SECRET = PrivacyCheck.SECRET_CANARY;

    /** What the small Flink answers where something is listed. */
    private static final Map<String, String> LISTS =
            Map.of(
                    "/jobs/overview", "{\"jobs\": [{\"jid\": \"j1\"}]}",
                    "/jobs/j1", "{\"vertices\": [{\"id\": \"v1\"}]}",
                    "/jobs/j1/checkpoints", "{\"history\": [{\"id\": 7}]}",
                    "/applications/overview", "{\"applications\": [{\"id\": \"a1\"}]}",
                    "/taskmanagers", "{\"taskmanagers\": [{\"id\": \"localhost:4711-x\"}]}",
                    "/taskmanagers/localhost:4711-x/logs", "{\"logs\": [{\"name\": \"tm.log\"}]}",
                    "/jobmanager/logs", "{\"logs\": [{\"name\": \"jm.log\"}]}");

    private final PrivacyCheck check = new PrivacyCheck(TEXT, SECRET);
    private final List<String> asked = new ArrayList<>();
    private HttpServer flink;

    /** Where the small Flink tells a secret. */
    private Predicate<String> leak = path -> false;

    private int leakStatus = 200;

    @TempDir Path folder;

    @BeforeEach
    void startFlink() throws IOException {
        flink = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        flink.createContext("/", this::answer);
        flink.start();
    }

    @AfterEach
    void stopFlink() {
        flink.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        asked.add(exchange.getRequestURI().getRawPath());
        String body = LISTS.getOrDefault(path, "{}");
        int status = 200;
        if (leak.test(path)) {
            // JSON all the same.
            body =
                    body.replaceFirst(
                            "\\{",
                            "{\"leak\":\n\"" + SECRET + "\"" + (body.equals("{}") ? "" : ","));
            status = leakStatus;
        }
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        try (exchange) {
            exchange.getResponseBody().write(bytes);
        }
    }

    private URI address() {
        return URI.create("http://127.0.0.1:" + flink.getAddress().getPort());
    }

    @Test
    void findsCanariesInFilesWithTheirLine() throws IOException {
        Path log = write("taskmanager.log", "fine\nfine\nRecord @ 7 : " + TEXT + " good\n");
        Path out = write("deep/down/jobmanager.out", "password=" + SECRET);
        write("clean.log", "nothing here\n");

        PrivacyCheck.Result result = check.searchFiles(folder);

        assertThat(result.searched()).isEqualTo(3);
        assertThat(result.found())
                .containsExactlyInAnyOrder(
                        new Found(log + ":3", TEXT, "Record @ 7 : " + TEXT + " good"),
                        new Found(out + ":1", SECRET, "password=" + SECRET));
    }

    @Test
    void findsCanariesInBase64WhereverTheyStandInIt() throws IOException {
        for (String before : new String[] {"", "a", "ab", "abc", "abcd"}) {
            for (String after : new String[] {"", "y", "yz", "xyz"}) {
                byte[] bytes = (before + TEXT + after).getBytes(StandardCharsets.UTF_8);
                Path log = write("out.log", "value=" + Base64.getEncoder().encodeToString(bytes));
                assertThat(check.searchFiles(log).found())
                        .as("between '%s' and '%s'", before, after)
                        .extracting(Found::canary)
                        .containsExactly(TEXT);
            }
        }
    }

    @Test
    void findsCanariesAmongBytesThatAreNoText() throws IOException {
        Path dump = folder.resolve("hs_err.log");
        byte[] canary = TEXT.getBytes(StandardCharsets.UTF_8);
        byte[] bytes = new byte[canary.length + 4];
        bytes[0] = (byte) 0xFF;
        bytes[1] = (byte) 0xC3;
        System.arraycopy(canary, 0, bytes, 2, canary.length);
        Files.write(dump, bytes);
        assertThat(check.searchFiles(dump).found()).hasSize(1);
    }

    @Test
    void showsNoMoreThanSomeOfALongLine() throws IOException {
        Path log = write("long.log", "x".repeat(100_000) + TEXT + "y".repeat(100_000));
        assertThat(check.searchFiles(log).found())
                .singleElement()
                .satisfies(found -> assertThat(found.excerpt()).hasSize(60 + TEXT.length() + 60));
    }

    @Test
    void refusesToSearchNothing() throws IOException {
        Path empty = Files.createDirectory(folder.resolve("logs"));
        assertThatThrownBy(() -> check.searchFiles(empty))
                .hasMessage("No file in " + empty + ", expected logs to search");
        Path missing = folder.resolve("missing");
        assertThatThrownBy(() -> check.searchFiles(missing))
                .hasMessage("No file in " + missing + ", expected logs to search");
    }

    @Test
    void refusesACanaryThatCouldBeFoundByChance() {
        assertThatThrownBy(() -> new PrivacyCheck("wombat"))
                .hasMessage(
                        "Canary wombat has 6 characters, expected at least 12: it could be found by chance");
    }

    @Test
    void findsACanaryOnEachOfFlinksPages() {
        PrivacyCheck.Result clean = check.searchFlink(address());
        assertThat(clean.found()).isEmpty();
        assertThat(asked)
                .contains(
                        "/jobs",
                        "/jobs/j1/exceptions",
                        "/jobs/j1/config",
                        "/jobs/j1/checkpoints/details/7",
                        "/jobs/j1/vertices/v1/subtasks/0",
                        "/applications/a1/exceptions",
                        "/jobmanager/config",
                        "/jobmanager/log",
                        "/jobmanager/logs/jm.log",
                        "/taskmanagers/localhost%3A4711-x",
                        "/taskmanagers/localhost%3A4711-x/thread-dump",
                        "/taskmanagers/localhost%3A4711-x/logs/tm.log");
        assertThat(clean.searched()).isEqualTo(asked.size());

        asked.clear();
        leak = path -> true;
        PrivacyCheck.Result leaking = check.searchFlink(address());
        assertThat(leaking.found())
                .allSatisfy(found -> assertThat(found.canary()).isEqualTo(SECRET))
                .extracting(found -> found.where().replaceFirst("(\\?.*)?:2$", ""))
                .containsExactlyInAnyOrderElementsOf(asked);
    }

    @Test
    void findsACanaryInAnErrorAsWell() {
        leak = "/jobs/j1/config"::equals;
        leakStatus = 500;
        assertThat(check.searchFlink(address()).found())
                .extracting(Found::where)
                .containsExactly("/jobs/j1/config:2");
    }

    @Test
    void refusesAFlinkThatNamesNoJob() {
        leak = "/jobs/overview"::equals;
        leakStatus = 503;
        assertThatThrownBy(() -> check.searchFlink(address()))
                .hasMessage("Flink at " + address() + " names no job, expected one to look at");
    }

    @Test
    void refusesAFlinkThatDoesNotAnswer() {
        flink.stop(0);
        assertThatThrownBy(() -> check.searchFlink(address()))
                .hasMessage("Flink at " + address() + " does not answer /config");
    }

    private Path write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }
}
