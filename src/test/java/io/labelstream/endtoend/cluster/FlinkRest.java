package io.labelstream.endtoend.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.labelstream.endtoend.Waiting;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** A JobManager's REST interface. Safe for use by several threads. */
public final class FlinkRest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration START = Duration.ofSeconds(90);
    private static final Duration STOP = Duration.ofSeconds(90);
    private static final Set<String> ENDED = Set.of("FINISHED", "FAILED", "CANCELED");

    private final ObjectMapper json = new ObjectMapper();
    private final HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    private final String address;

    FlinkRest(String address) {
        this.address = address;
    }

    public String address() {
        return address;
    }

    /** RUNNING, FAILED, ...; empty while the JobManager does not answer or does not know it. */
    public Optional<String> state(String job) {
        return ask("/jobs/" + job).map(answer -> answer.path("state").asText());
    }

    /** Whether every task of a job runs. */
    public boolean runs(String job) {
        Optional<JsonNode> answer = ask("/jobs/" + job);
        if (answer.isEmpty() || !answer.get().path("state").asText().equals("RUNNING")) {
            return false;
        }
        for (JsonNode vertex : answer.get().path("vertices")) {
            if (!vertex.path("status").asText().equals("RUNNING")) {
                return false;
            }
        }
        return true;
    }

    /**
     * Waits until every task runs.
     *
     * @throws AssertionError if the job ends instead, or does not get there
     */
    public void awaitRunning(String job, Duration patience) {
        Waiting.until(
                () -> "job %s runs; it is %s\n%s".formatted(job, state(job), rootCause(job)),
                patience,
                () -> {
                    Waiting.pause();
                    if (state(job).filter(ENDED::contains).isPresent()) {
                        throw new AssertionError(
                                "The job is %s: %s".formatted(state(job).get(), rootCause(job)));
                    }
                    return runs(job);
                });
    }

    /** Waits until a job has ended; how it did. */
    public String awaitEnd(String job, Duration patience) {
        Waiting.until(
                () -> "job %s has ended; it is %s".formatted(job, state(job)),
                patience,
                () -> {
                    Waiting.pause();
                    return state(job).filter(ENDED::contains).isPresent();
                });
        return state(job).get();
    }

    /** How often the job has failed, and was started again or ended. */
    public int failures(String job) {
        return failureTimes(job).size();
    }

    /**
     * When the job failed, in milliseconds since 1970, newest first.
     *
     * @throws AssertionError if the JobManager does not say
     */
    public List<Long> failureTimes(String job) {
        List<Long> times = new ArrayList<>();
        answer("/jobs/" + job + "/exceptions?maxExceptions=" + FlinkSettings.FAILURES_KEPT)
                .path("exceptionHistory")
                .path("entries")
                .forEach(e -> times.add(e.path("timestamp").asLong()));
        return times;
    }

    /** The stack trace of what failed last; empty if nothing did. */
    public String rootCause(String job) {
        return ask("/jobs/" + job + "/exceptions?maxExceptions=1")
                .map(
                        answer ->
                                answer.path("exceptionHistory")
                                        .path("entries")
                                        .path(0)
                                        .path("stacktrace")
                                        .asText())
                .orElse("");
    }

    /** How many checkpoints have completed in the job's life. */
    public int completedCheckpoints(String job) {
        return answer("/jobs/" + job + "/checkpoints").path("counts").path("completed").asInt();
    }

    /** What the JobManager says of checkpoints. */
    public Optional<JsonNode> checkpoints(String job) {
        return ask("/jobs/" + job + "/checkpoints");
    }

    /** Waits for so many more checkpoints. */
    public void awaitCheckpoints(String job, int more, Duration patience) {
        int before = completedCheckpoints(job);
        Waiting.until(
                () -> more + " more checkpoints\n" + rootCause(job),
                patience,
                () -> {
                    Waiting.pause();
                    return completedCheckpoints(job) >= before + more;
                });
    }

    /**
     * Brings a job's jar to the JobManager, where that is allowed.
     *
     * @return its id there
     */
    public String upload(Path jar) {
        String boundary = "jar-of-a-job";
        try {
            JsonNode answer =
                    send(
                            "POST",
                            "/jars/upload",
                            "multipart/form-data; boundary=" + boundary,
                            BodyPublishers.concat(
                                    BodyPublishers.ofString(
                                            "--%s\r\nContent-Disposition: form-data; name=\"jarfile\"; filename=\"%s\"\r\nContent-Type: application/java-archive\r\n\r\n"
                                                    .formatted(boundary, jar.getFileName())),
                                    BodyPublishers.ofFile(jar),
                                    BodyPublishers.ofString("\r\n--" + boundary + "--\r\n")));
            return Path.of(answer.path("filename").asText()).getFileName().toString();
        } catch (FileNotFoundException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Lets the JobManager run the main method of a jar that was brought to it.
     *
     * @param from checkpoint to go on from; null for none
     * @return the job that it has submitted
     */
    public String run(String jar, Path config, Path from) {
        ObjectNode request = json.createObjectNode();
        request.putArray("programArgsList").add("--config").add(config.toString());
        if (from != null) {
            request.put("savepointPath", from.toUri().toString());
        }
        return send("POST", "/jars/" + jar + "/run", request.toString()).path("jobid").asText();
    }

    /** Cancels a job; returns when it has ended. */
    public void cancel(String job) {
        send("PATCH", "/jobs/" + job + "?mode=cancel", "");
        awaitEnd(job, STOP);
    }

    /**
     * Stops a job with a savepoint; returns when it has ended.
     *
     * @return where the savepoint is
     */
    public String stop(String job, String folder, boolean drain) {
        JsonNode answer =
                send(
                        "POST",
                        "/jobs/" + job + "/stop",
                        "{\"targetDirectory\": \"%s\", \"drain\": %s}".formatted(folder, drain));
        String request = answer.path("request-id").asText();
        JsonNode[] last = new JsonNode[1];
        Waiting.until(
                () -> "job %s has stopped with a savepoint: %s".formatted(job, last[0]),
                STOP,
                () -> {
                    Waiting.pause();
                    last[0] = ask("/jobs/" + job + "/savepoints/" + request).orElse(null);
                    return last[0] != null
                            && last[0].path("status").path("id").asText().equals("COMPLETED");
                });
        JsonNode operation = last[0].path("operation");
        if (operation.path("location").isMissingNode()) {
            throw new AssertionError("The job could not be stopped: " + operation);
        }
        awaitEnd(job, STOP);
        return operation.path("location").asText();
    }

    /** Resource ids of the TaskManagers on which tasks of a job run. */
    public Set<String> taskManagers(String job) {
        Set<String> found = new TreeSet<>();
        ask("/jobs/" + job)
                .ifPresent(
                        answer ->
                                answer.path("vertices")
                                        .forEach(
                                                vertex ->
                                                        found.addAll(
                                                                taskManagers(
                                                                        job,
                                                                        vertex.path("id")
                                                                                .asText()))));
        return found;
    }

    private Set<String> taskManagers(String job, String vertex) {
        Set<String> found = new TreeSet<>();
        ask("/jobs/%s/vertices/%s".formatted(job, vertex))
                .ifPresent(
                        answer ->
                                answer.path("subtasks")
                                        .forEach(
                                                one ->
                                                        found.add(
                                                                one.path("taskmanager-id")
                                                                        .asText())));
        return found;
    }

    /** Waits until the JobManager has so many slots. */
    public void awaitSlots(int slots) {
        Waiting.until(
                () -> slots + " slots are there: " + ask("/overview"),
                START,
                () -> {
                    Waiting.pause();
                    return ask("/overview")
                            .filter(answer -> answer.path("slots-total").asInt() >= slots)
                            .isPresent();
                });
    }

    /** The sum of a metric over all subtasks of a job whose full name ends so. */
    public double sum(String job, String metric) {
        double sum = 0;
        for (JsonNode vertex : ask("/jobs/" + job).map(a -> a.path("vertices")).orElseThrow()) {
            String path =
                    "/jobs/%s/vertices/%s/subtasks/metrics?agg=sum&get=%s"
                            .formatted(job, vertex.path("id").asText(), metric);
            sum += ask(path).map(a -> a.path(0).path("sum").asDouble()).orElse(0.0);
        }
        return sum;
    }

    /** An answer, for which a JobManager that is busy gets time. */
    private JsonNode answer(String path) {
        JsonNode[] answer = new JsonNode[1];
        Waiting.until(
                "the JobManager answers " + path,
                START,
                () -> {
                    answer[0] = ask(path).orElse(null);
                    if (answer[0] == null) {
                        Waiting.pause();
                    }
                    return answer[0] != null;
                });
        return answer[0];
    }

    /** An answer; empty where there is none, or not a good one. */
    public Optional<JsonNode> ask(String path) {
        try {
            HttpResponse<String> answer =
                    http.send(request(path).build(), HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() / 100 == 2
                    ? Optional.of(json.readTree(answer.body()))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while asking " + path, e);
        }
    }

    private JsonNode send(String method, String path, String body) {
        return send(method, path, "application/json", BodyPublishers.ofString(body));
    }

    private JsonNode send(String method, String path, String type, BodyPublisher body) {
        try {
            HttpResponse<String> answer =
                    http.send(
                            request(path)
                                    .method(method, body)
                                    .header("Content-Type", type)
                                    .timeout(START)
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() / 100 != 2) {
                throw new AssertionError("%s %s: %s".formatted(method, path, answer.body()));
            }
            return json.readTree(answer.body());
        } catch (IOException e) {
            throw new AssertionError(method + " " + path + " failed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while asking " + path, e);
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(address + path)).timeout(PATIENCE);
    }
}
