package io.labelstream.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;

/**
 * What a run is doing, in a line, from the metrics that its Flink cluster shows on its web UI. Used
 * by one thread.
 */
final class RunStatus {

    private static final Duration PATIENCE = Duration.ofSeconds(2);
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
            long read = 0;
            long labelled = 0;
            long deadLetters = 0;
            for (JsonNode vertex : get("").path("vertices")) {
                String metrics =
                        "/vertices/%s/subtasks/metrics?agg=sum&get=%s,%s,%s"
                                .formatted(
                                        vertex.path("id").asText(), READ, LABELLED, DEAD_LETTERS);
                for (JsonNode metric : get(metrics)) {
                    long sum = metric.path("sum").asLong();
                    switch (metric.path("id").asText()) {
                        case READ -> read += sum;
                        case LABELLED -> labelled += sum;
                        case DEAD_LETTERS -> deadLetters += sum;
                        default -> {}
                    }
                }
            }
            JsonNode checkpoints = get("/checkpoints").path("counts");
            return String.format(
                    Locale.ROOT,
                    "Read %d, labelled %d (%.1f/s), dead letters %d; checkpoints %d, failed %d.",
                    read,
                    labelled,
                    rate(labelled),
                    deadLetters,
                    checkpoints.path("completed").asLong(),
                    checkpoints.path("failed").asLong());
        } catch (IOException e) {
            return "The job runs; its figures cannot be had: " + e;
        }
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
