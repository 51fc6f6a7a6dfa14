package io.labelstream.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the web UI of a run answers, and whom. */
@Timeout(60)
class LocalClusterTest {

    @TempDir static Path folder;

    private static LocalCluster cluster;

    @BeforeAll
    static void start() throws IOException {
        cluster = LocalCluster.start(new Configuration(), 1, folder);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @ParameterizedTest
    @CsvSource({"/overview", "/jobs", "/jobmanager/config", "/index.html"})
    void canBeLookedAt(String path) throws Exception {
        assertThat(ask("GET", path).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /jars/upload", // code as a jar
        "POST, /jobs", // code as a job
        "PATCH, /jobs/ID", // cancels a job
        "GET, /jobs/ID/yarn-cancel",
        "GET, /jobs/ID/yarn-stop",
        "POST, /jobs/ID/stop",
        "POST, /jobs/ID/savepoints", // writes files anywhere
        "POST, /savepoint-disposal", // removes files anywhere
        "PUT, /jobs/ID/resource-requirements",
        "DELETE, /cluster"
    })
    void takesNothing(String method, String path) throws Exception {
        HttpResponse<String> answer = ask(method, path.replace("ID", new JobID().toHexString()));

        assertThat(answer.statusCode()).isEqualTo(404);
        // Said of a path that is none, and not by a handler that misses a job or a body.
        assertThat(answer.body()).containsAnyOf("Not found: /", "Unable to load requested file /");
    }

    @Test
    void isReachedFromThisMachineOnly() throws Exception {
        InetAddress outside =
                NetworkInterface.networkInterfaces()
                        .flatMap(NetworkInterface::inetAddresses)
                        .filter(address -> !address.isLoopbackAddress())
                        .findFirst()
                        .orElse(null);
        Assumptions.assumeTrue(outside != null, "this machine has no network");
        try (Socket socket = new Socket()) {
            InetSocketAddress webUi = new InetSocketAddress(outside, cluster.webUi().getPort());
            assertThatThrownBy(() -> socket.connect(webUi, 5_000))
                    .isInstanceOf(ConnectException.class);
        }
    }

    private static HttpResponse<String> ask(String method, String path) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(cluster.webUi() + path))
                        .method(method, HttpRequest.BodyPublishers.noBody())
                        .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }
}
