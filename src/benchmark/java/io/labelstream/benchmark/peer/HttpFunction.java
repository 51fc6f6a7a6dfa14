package io.labelstream.benchmark.peer;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.labelstream.benchmark.Workload;
import io.labelstream.inference.ModelBundle;
import io.labelstream.serde.LabelledEvent;
import io.labelstream.serde.ModelIdentity;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.apache.flink.streaming.api.functions.async.RichAsyncFunction;

/**
 * Asks a {@link ModelServer}, a text a request, over connections that are kept. Requests are made
 * on the task thread; responses are read on the client's own.
 */
final class HttpFunction extends RichAsyncFunction<SourceText, LabelledEvent> {
    private static final long serialVersionUID = 1L;

    private static final int OK = 200;
    private static final ObjectMapper JSON = new ObjectMapper();

    static {
        // In seconds; shorter than the server's, which could else close one that is being used.
        System.setProperty("jdk.httpclient.keepalive.timeout", "10");
    }

    private final URI server;
    private final String bundlePath;
    private final String modelFile;
    private transient ModelIdentity model;
    private transient ExecutorService threads;
    private transient HttpClient client;

    HttpFunction(URI server, Workload workload) {
        this.server = server;
        this.bundlePath = workload.bundlePath();
        this.modelFile = workload.modelFile();
    }

    @Override
    public void open(OpenContext context) {
        ModelBundle bundle = ModelBundle.load(Path.of(bundlePath), modelFile);
        model = new ModelIdentity(bundle.name(), bundle.version(), bundle.digest());
        threads = Executors.newFixedThreadPool(2);
        // HTTP/2 would have every request ask for an upgrade that the server does not know.
        client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .executor(threads)
                        .build();
    }

    @Override
    public void asyncInvoke(SourceText text, ResultFuture<LabelledEvent> result)
            throws IOException {
        byte[] body = JSON.writeValueAsBytes(new ModelServer.Question(text.text()));
        HttpRequest request =
                HttpRequest.newBuilder(server)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofByteArray(body))
                        .build();
        var unused =
                client.sendAsync(request, BodyHandlers.ofByteArray())
                        .whenComplete(
                                (response, failure) -> complete(text, response, failure, result));
    }

    private void complete(
            SourceText text,
            HttpResponse<byte[]> response,
            Throwable failure,
            ResultFuture<LabelledEvent> result) {
        try {
            if (failure != null) {
                throw new IOException("The model server does not answer: " + failure, failure);
            }
            if (response.statusCode() != OK) {
                throw new IOException(
                        "The model server answers with status %d, expected %d"
                                .formatted(response.statusCode(), OK));
            }
            result.complete(
                    List.of(
                            event(
                                    text,
                                    JSON.readValue(response.body(), ModelServer.Answer.class))));
        } catch (IOException | RuntimeException e) {
            result.completeExceptionally(e);
        }
    }

    private LabelledEvent event(SourceText text, ModelServer.Answer answer) {
        return new LabelledEvent(
                "",
                text.position(),
                text.timestamp(),
                text.text(),
                "",
                answer.label(),
                answer.score(),
                answer.labels(),
                answer.outOfScope(),
                List.of(),
                answer.truncated(),
                model);
    }

    @Override
    public void close() {
        if (threads != null) {
            threads.shutdownNow();
        }
    }
}
