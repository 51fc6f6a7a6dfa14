package io.labelstream.benchmark.peer;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.labelstream.benchmark.Workload;
import io.labelstream.inference.Classification;
import io.labelstream.inference.InferenceException;
import io.labelstream.inference.ModelBundle;
import io.labelstream.serde.LabelScore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A model behind HTTP, with dynamic batches as model servers make them: {@code POST /classify} with
 * {@code {"text": ...}} answers with label and scores. As many sessions as slots, each with a
 * thread of its own; requests are read and answered on others.
 */
final class ModelServer implements AutoCloseable {

    /** What is asked. */
    record Question(String text) {}

    /** What is answered. */
    record Answer(
            String label,
            float score,
            List<LabelScore> labels,
            boolean outOfScope,
            boolean truncated) {}

    private record Waiting(HttpExchange exchange, String text) {}

    private static final Logger LOG = LoggerFactory.getLogger(ModelServer.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PATH = "/classify";
    private static final int OK = 200;
    private static final Duration LINGER = Duration.ofMillis(5);

    /** Connections that wait to be accepted: each slot may open as many as it has requests. */
    private static final int BACKLOG = 1024;

    static {
        // Else each answer waits for the client's delayed acknowledgement of its headers.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        // Else the server closes connections that the client would have used again.
        System.setProperty("sun.net.httpserver.maxIdleConnections", Integer.toString(BACKLOG));
    }

    private final HttpServer http;
    private final ExecutorService handlers;
    private final ExecutorService sessions;
    private final DynamicBatcher<Waiting> batcher;

    private ModelServer(HttpServer http, int slots, int batch) {
        this.http = http;
        this.handlers = Executors.newFixedThreadPool(slots);
        this.sessions = Executors.newFixedThreadPool(slots);
        this.batcher = new DynamicBatcher<>(batch, LINGER);
    }

    /**
     * Starts a server on a free port of this machine; requests wait until models are loaded.
     *
     * @param batch how many texts a run has, at most
     */
    static ModelServer start(Workload workload, int batch) throws IOException {
        InetAddress local = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        ModelServer server =
                new ModelServer(
                        HttpServer.create(new InetSocketAddress(local, 0), BACKLOG),
                        workload.slots(),
                        batch);
        for (int slot = 0; slot < workload.slots(); slot++) {
            server.sessions.execute(() -> server.work(workload));
        }
        server.http.setExecutor(server.handlers);
        server.http.createContext(PATH, server::read);
        server.http.start();
        return server;
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + http.getAddress().getPort() + PATH);
    }

    /** On a handler's thread: the exchange stays open until its text was run. */
    private void read(HttpExchange exchange) throws IOException {
        Question question = JSON.readValue(exchange.getRequestBody(), Question.class);
        batcher.add(new Waiting(exchange, question.text()));
    }

    /** On a session's thread. */
    private void work(Workload workload) {
        try (SlotModel model = SlotModel.open(workload.bundlePath(), workload.modelFile())) {
            while (true) {
                run(model, batcher.take());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.error("A session of the model server has ended: {}", e.toString());
        }
    }

    private void run(SlotModel model, List<Waiting> batch) {
        List<SlotModel.Answer> answers;
        try {
            answers = model.answer(batch.stream().map(Waiting::text).toList());
        } catch (InferenceException e) {
            LOG.error("The model server failed on {} texts: {}", batch.size(), e.getMessage());
            batch.forEach(waiting -> waiting.exchange().close());
            return;
        }
        for (int i = 0; i < batch.size(); i++) {
            HttpExchange exchange = batch.get(i).exchange();
            SlotModel.Answer answer = answers.get(i);
            handlers.execute(() -> respond(exchange, model.bundle(), answer));
        }
    }

    /** On a handler's thread. */
    private static void respond(
            HttpExchange exchange, ModelBundle bundle, SlotModel.Answer answer) {
        try (exchange) {
            byte[] body = JSON.writeValueAsBytes(answer(bundle, answer));
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(OK, body.length);
            exchange.getResponseBody().write(body);
        } catch (IOException | InferenceException e) {
            // The client sees a connection that ends, and fails its job.
            LOG.error("The model server cannot answer: {}", e.getMessage());
        }
    }

    private static Answer answer(ModelBundle bundle, SlotModel.Answer answer)
            throws InferenceException {
        Classification classification = Classification.answer(bundle, answer.output().logits(), 0);
        return new Answer(
                classification.best().label(),
                classification.best().score(),
                classification.labels().stream()
                        .map(label -> new LabelScore(label.label(), label.score()))
                        .toList(),
                classification.outOfScope(),
                answer.encoded().truncated());
    }

    /** Not while a client waits. Sessions end with the run under way. */
    @Override
    public void close() {
        http.stop(0);
        handlers.shutdownNow();
        sessions.shutdownNow();
    }
}
