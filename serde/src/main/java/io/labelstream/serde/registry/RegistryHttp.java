package io.labelstream.serde.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.labelstream.serde.RegistrySettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks a registry until it answers: each of its addresses in turn, then after a pause again, until
 * the time is up.
 *
 * <p>What does not come from the registry is no answer: connections refused, silence, HTTP 5xx and
 * 429, redirects, pages that are no JSON, a 404 of some server in between. A 401 or 403 ends the
 * asking at once.
 *
 * <p>Any number of threads. The HTTP client's own threads end when this object is no longer used.
 */
final class RegistryHttp {

    /** Largest answer that is read. */
    static final int MAX_ANSWER_BYTES = 4 * 1024 * 1024;

    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);

    /** What the last request gets, be the time as good as up. */
    private static final Duration SHORTEST_REQUEST = Duration.ofSeconds(1);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private static final String MEDIA_TYPE = "application/vnd.schemaregistry.v1+json";

    private static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /**
     * What the registry said.
     *
     * @param status of HTTP: 200, or a 4xx that the registry means
     * @param isTooLarge whether it said more than is read
     * @param body what it said; missing if it was no JSON, or too large
     */
    record Answer(int status, boolean isTooLarge, JsonNode body) {

        /** The registry's own code of an error; 0 for none. */
        int errorCode() {
            return body.path("error_code").asInt();
        }
    }

    private final List<String> urls;
    private final Duration timeout;
    private final String authorization;
    private HttpClient client;
    private volatile int lastToAnswer;

    RegistryHttp(RegistrySettings settings) {
        urls = checked(settings.urls());
        timeout = settings.timeout();
        authorization =
                settings.username().isEmpty()
                        ? null
                        : "Basic "
                                + Base64.getEncoder()
                                        .encodeToString(
                                                (settings.username() + ":" + settings.password())
                                                        .getBytes(StandardCharsets.UTF_8));
    }

    /** Without the slash at their end. */
    private static List<String> checked(List<String> urls) {
        if (urls.isEmpty()) {
            throw new IllegalArgumentException("schema-registry.url names no address");
        }
        List<String> checked = new ArrayList<>();
        for (String url : urls) {
            if (!isAddress(url)) {
                // Without the address: it may hold a password.
                throw new IllegalArgumentException(
                        "Address %d of schema-registry.url is not of the form http://HOST:PORT or https://HOST/PATH; give a name and password as schema-registry.username and schema-registry.password"
                                .formatted(checked.size() + 1));
            }
            checked.add(url.endsWith("/") ? url.substring(0, url.length() - 1) : url);
        }
        return List.copyOf(checked);
    }

    static boolean isAddress(String url) {
        URI uri;
        try {
            uri = URI.create(url);
        } catch (IllegalArgumentException e) {
            return false;
        }
        boolean isHttp =
                "http".equalsIgnoreCase(uri.getScheme())
                        || "https".equalsIgnoreCase(uri.getScheme());
        return isHttp
                && uri.getHost() != null
                && uri.getRawUserInfo() == null
                && uri.getRawQuery() == null
                && uri.getRawFragment() == null;
    }

    /**
     * Asks for something.
     *
     * @param path with its slash
     * @throws SchemaRegistryException if no answer came in time, if the registry wants another name
     *     or password, or if the thread is interrupted, which stays marked so
     */
    Answer get(String path) {
        return ask(request(path).GET(), path);
    }

    /**
     * Sends something.
     *
     * @throws SchemaRegistryException as {@link #get}
     */
    Answer post(String path, JsonNode body) {
        return ask(
                request(path)
                        .header("Content-Type", MEDIA_TYPE)
                        .POST(HttpRequest.BodyPublishers.ofString(body.toString())),
                path);
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(urls.get(0) + path))
                        .header("Accept", MEDIA_TYPE + ", application/json");
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        return request;
    }

    private Answer ask(HttpRequest.Builder request, String path) {
        long deadline = System.nanoTime() + timeout.toNanos();
        Duration pause = FIRST_PAUSE;
        try {
            while (true) {
                IOException failure = new IOException();
                int first = lastToAnswer;
                for (int i = 0; i < urls.size(); i++) {
                    int index = (first + i) % urls.size();
                    String url = urls.get(index) + path;
                    try {
                        Answer answer = askOne(request.uri(URI.create(url)).build(), deadline);
                        lastToAnswer = index;
                        return answer;
                    } catch (IOException e) {
                        failure = new IOException(url + " " + described(e), e);
                    }
                }
                Duration left = Duration.ofNanos(deadline - System.nanoTime());
                if (left.isNegative() || left.isZero()) {
                    throw new SchemaRegistryException(
                            "The schema registry gave no answer within %d s (schema-registry.timeout): %s"
                                    .formatted(timeout.toSeconds(), failure.getMessage()),
                            failure);
                }
                Thread.sleep(shorter(pause, left).toMillis() + 1);
                pause = shorter(pause.multipliedBy(2), LONGEST_PAUSE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SchemaRegistryException(
                    "Interrupted while asking the schema registry for " + path, e);
        }
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static String described(IOException e) {
        if (e instanceof NotFromRegistryException) {
            return e.getMessage();
        }
        return "could not be asked: "
                + e.getClass().getSimpleName()
                + (e.getMessage() == null ? "" : " " + e.getMessage());
    }

    /** Something answered that is not the registry, or the registry while it is not well. */
    private static final class NotFromRegistryException extends IOException {
        private static final long serialVersionUID = 1L;

        NotFromRegistryException(String message) {
            super(message);
        }
    }

    private Answer askOne(HttpRequest request, long deadline)
            throws IOException, InterruptedException {
        HttpResponse<byte[]> response = send(request, deadline);
        int status = response.statusCode();
        boolean isSuccess = status >= 200 && status < 300;
        boolean isTooLarge = response.body().length > MAX_ANSWER_BYTES;
        JsonNode body = isTooLarge ? MissingNode.getInstance() : json(response.body());
        Answer answer = new Answer(status, isTooLarge, body);
        if (status == 401 || (status == 403 && answer.errorCode() == 0)) {
            throw new SchemaRegistryException(
                    "%s answered %d. Check schema-registry.username and schema-registry.password, and what that user may do."
                            .formatted(request.uri(), status));
        }
        if (status == 408 || status == 429 || (!isSuccess && (status < 400 || status >= 500))) {
            throw new NotFromRegistryException("answered " + status);
        }
        String wanted = request.method().equals("GET") ? "schema" : "id";
        if (isSuccess && !isTooLarge && !body.path(wanted).isValueNode()) {
            throw new NotFromRegistryException(
                    "answered something else than a JSON object with " + wanted);
        }
        boolean isPath = status == 404 && answer.errorCode() / 100 != 404;
        if (isPath || (!isSuccess && answer.errorCode() == 0)) {
            // A registry that knows the path says what is wrong in a code of its own: 40403.
            throw new NotFromRegistryException(
                    "answered %d without a registry's error_code: check the path in schema-registry.url"
                            .formatted(status));
        }
        return answer;
    }

    private static JsonNode json(byte[] body) throws IOException {
        try {
            JsonNode json = JSON.readTree(body);
            return json == null ? MissingNode.getInstance() : json;
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        }
    }

    /**
     * The HTTP client's own time limit ends with the headers; this one covers all of the answer.
     */
    private HttpResponse<byte[]> send(HttpRequest request, long deadline)
            throws IOException, InterruptedException {
        Duration left = Duration.ofNanos(deadline - System.nanoTime());
        Duration limit = shorter(REQUEST_TIMEOUT, left);
        if (limit.compareTo(SHORTEST_REQUEST) < 0) {
            limit = SHORTEST_REQUEST;
        }
        CompletableFuture<HttpResponse<byte[]>> response =
                client().sendAsync(request, head -> new LimitedBody(MAX_ANSWER_BYTES));
        try {
            return response.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new HttpTimeoutException("no answer within " + limit.toMillis() + " ms");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw cause;
            }
            throw new IOException(e.getCause());
        } finally {
            // Ends the request if it is not over.
            response.cancel(true);
        }
    }

    /** Made when first needed: what is known already needs no threads. */
    private synchronized HttpClient client() {
        if (client == null) {
            client =
                    HttpClient.newBuilder()
                            .version(HttpClient.Version.HTTP_1_1)
                            .connectTimeout(REQUEST_TIMEOUT)
                            .build();
        }
        return client;
    }
}
