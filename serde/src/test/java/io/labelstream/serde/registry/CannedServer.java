package io.labelstream.serde.registry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An HTTP server that says what a test wants it to say, also what no registry would. */
final class CannedServer implements AutoCloseable {

    /** An answer; with a location to go to where the status is 302. */
    record Answer(int status, String body) {}

    /** Finds answers. */
    interface Answers {

        /**
         * Answers.
         *
         * @param path of the request
         * @param number of the request, from 0
         */
        Answer to(String path, int number);
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Answers answers;
    private final List<String> requests = new CopyOnWriteArrayList<>();

    CannedServer(Answers answers) throws IOException {
        this.answers = answers;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    List<String> requests() {
        return List.copyOf(requests);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getRawPath();
        int number;
        synchronized (this) {
            number = requests.size();
            requests.add(path);
        }
        Answer answer = answers.to(path, number);
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        try {
            if (answer.status() == 302) {
                exchange.getResponseHeaders().set("Location", answer.body());
            }
            exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
            if (body.length > 0) {
                exchange.getResponseBody().write(body);
            }
        } finally {
            exchange.close();
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
