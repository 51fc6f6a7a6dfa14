package io.labelstream.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a run is doing, in a line, from the metrics that its Flink cluster shows on its web UI. Used
 * by one thread.
 */
final class RunStatus {

    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final long FETCH_MILLIS = 500;
    private static final String READ = "Source__kafka-source.numRecordsIn";
    private static final String LABELLED = "result-sink__Writer.numRecordsIn";
    private static final String DEAD_LETTERS = "dead-letter-sink__Writer.numRecordsIn";

    private final HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    private final ObjectMapper json = new ObjectMapper();
    private final URI job;
    private long labelledBefore;
    private long nanosBefore = System.nanoTime();

    RunStatus(LocalCluster cluster) {
        this.job = URI.create(cluster.webUi() + "/jobs/" + cluster.job());
    }

    /** Counts since this start; the rate since the last call. */
    String line() throws InterruptedException {
        try {
            List<String> vertices = new ArrayList<>();
            get("").path("vertices").forEach(vertex -> vertices.add(vertex.path("id").asText()));
            // Flink fetches figures when it is asked for some, and answers with those it had.
            sum(vertices, LABELLED);
            Thread.sleep(FETCH_MILLIS);
            long labelled = sum(vertices, LABELLED);
            return String.format(
                    Locale.ROOT,
                    "Read %d, labelled %d (%.1f/s), dead letters %d; %s.",
                    sum(vertices, READ),
                    labelled,
                    rate(labelled),
                    sum(vertices, DEAD_LETTERS),
                    lastCheckpoint(get("/checkpoints").path("latest").path("completed")));
        } catch (IOException e) {
            return "The job runs; its figures cannot be had: " + e;
        }
    }

    private static String lastCheckpoint(JsonNode completed) {
        if (!completed.has("id")) {
            return "no checkpoint yet";
        }
        long age = System.currentTimeMillis() - completed.path("latest_ack_timestamp").asLong();
        return "checkpoint %d, %d s ago".formatted(completed.path("id").asLong(), age / 1000);
    }

    /** Of one metric at a time: where one of several is unknown, none is given. */
    private long sum(List<String> vertices, String metric)
            throws IOException, InterruptedException {
        long sum = 0;
        for (String vertex : vertices) {
            String path = "/vertices/%s/subtasks/metrics?agg=sum&get=%s".formatted(vertex, metric);
            sum += get(path).path(0).path("sum").asLong();
        }
        return sum;
    }

    private double rate(long labelled) {
        long now = System.nanoTime();
        // After a restart of the job its counts begin at 0 again.
        double rate = Math.max(0, labelled - labelledBefore) / ((now - nanosBefore) / 1e9);
        labelledBefore = labelled;
        nanosBefore = now;
        return rate;
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(job + path)).timeout(PATIENCE).build();
        return json.readTree(http.send(request, HttpResponse.BodyHandlers.ofString()).body());
    }
}
