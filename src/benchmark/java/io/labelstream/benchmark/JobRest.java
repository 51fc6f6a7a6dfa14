package io.labelstream.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** What Flink says of a running job. Used by one thread. */
final class JobRest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    private final String job;

    private JobRest(String job) {
        this.job = job;
    }

    /**
     * Waits until all tasks of a job run, their models loaded.
     *
     * @param child the job's process
     * @param folder of the run, in which the job leaves its address
     */
    static JobRest awaitRunning(ChildProcess child, Path folder, Duration patience)
            throws IOException, InterruptedException {
        Path file = folder.resolve(LabelstreamContender.JOB_URI_FILE);
        long giveUp = System.currentTimeMillis() + patience.toMillis();
        JobRest rest = null;
        while (rest == null || !rest.running()) {
            child.checkAlive();
            if (System.currentTimeMillis() > giveUp) {
                throw child.failure("did not run within " + patience.toSeconds() + " s");
            }
            Thread.sleep(200);
            if (rest == null && Files.exists(file)) {
                rest = new JobRest(Files.readString(file));
            }
        }
        return rest;
    }

    private boolean running() throws IOException, InterruptedException {
        JsonNode vertices = get("").path("vertices");
        for (JsonNode vertex : vertices) {
            if (!vertex.path("status").asText().equals("RUNNING")) {
                return false;
            }
        }
        return !vertices.isEmpty();
    }

    /**
     * The longest time for which a checkpoint held up a subtask: alignment and synchronous part.
     *
     * @return 0 where none was completed in that time
     */
    long longestStallMillis(long fromMillis, long toMillis)
            throws IOException, InterruptedException {
        long longest = 0;
        for (JsonNode checkpoint : get("/checkpoints").path("history")) {
            long trigger = checkpoint.path("trigger_timestamp").asLong();
            if (trigger >= fromMillis
                    && trigger <= toMillis
                    && checkpoint.path("status").asText().equals("COMPLETED")) {
                longest = Math.max(longest, longestStallMillis(checkpoint.path("id").asLong()));
            }
        }
        return longest;
    }

    private long longestStallMillis(long checkpoint) throws IOException, InterruptedException {
        long longest = 0;
        for (JsonNode vertex : get("").path("vertices")) {
            String path =
                    "/checkpoints/details/%d/subtasks/%s"
                            .formatted(checkpoint, vertex.path("id").asText());
            for (JsonNode subtask : get(path).path("subtasks")) {
                long align = subtask.path("alignment").path("duration").asLong();
                long sync = subtask.path("checkpoint").path("sync").asLong();
                longest = Math.max(longest, align + sync);
            }
        }
        return longest;
    }

    /** Bytes of the newest completed checkpoint; 0 where there is none yet. */
    long checkpointBytes() throws IOException, InterruptedException {
        return get("/checkpoints").path("latest").path("completed").path("state_size").asLong();
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(job + path)).timeout(PATIENCE).build();
        return Json.read(http.send(request, HttpResponse.BodyHandlers.ofByteArray()).body());
    }
}
