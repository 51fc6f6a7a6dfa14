package io.labelstream.endtoend;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.labelstream.cli.LocalCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What Flink says of a job, for one of a {@code labelstream run}, at the address that the run
 * names. Figures are some seconds old. Used by one thread.
 */
final class WebUi {

    private static final Pattern ADDRESS = Pattern.compile("Flink's web UI: (\\S+)");
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** What Flink shows of a cluster, a job, a part of a job and a TaskManager. */
    private static final List<String> PAGES =
            List.of(
                    "/config",
                    "/overview",
                    "/datasets",
                    "/jobmanager/config",
                    "/jobmanager/environment",
                    "/jobmanager/logs",
                    "/jobmanager/metrics",
                    "/jobmanager/thread-dump",
                    "/jobs/overview",
                    "/jobs/JOB",
                    "/jobs/JOB/accumulators?includeSerializedValue=true",
                    "/jobs/JOB/checkpoints",
                    "/jobs/JOB/checkpoints/config",
                    "/jobs/JOB/config",
                    "/jobs/JOB/exceptions",
                    "/jobs/JOB/jobmanager/config",
                    "/jobs/JOB/jobmanager/environment",
                    "/jobs/JOB/metrics",
                    "/jobs/JOB/plan",
                    "/jobs/JOB/vertices/VERTEX",
                    "/jobs/JOB/vertices/VERTEX/accumulators",
                    "/jobs/JOB/vertices/VERTEX/metrics",
                    "/jobs/JOB/vertices/VERTEX/taskmanagers",
                    "/taskmanagers",
                    "/taskmanagers/TASKMANAGER",
                    "/taskmanagers/TASKMANAGER/metrics",
                    "/taskmanagers/TASKMANAGER/thread-dump");

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    private final String address;
    private final String id;
    private final String job;

    private WebUi(String address) {
        this.address = address;
        this.id = get(address + "/jobs").path("jobs").path(0).path("id").asText();
        this.job = address + "/jobs/" + id;
    }

    /** Of a run whose job has started. */
    static WebUi of(RunProcess run) {
        Matcher address = ADDRESS.matcher(run.err());
        if (!address.find()) {
            throw new AssertionError("The run names no web UI:\n" + run.err());
        }
        return new WebUi(address.group(1));
    }

    /** Of a cluster in this process, whose job was submitted. */
    static WebUi of(LocalCluster cluster) {
        return new WebUi(cluster.webUi().toString());
    }

    /** How often the job was started again; nothing while Flink does not say. */
    OptionalDouble restarts() {
        JsonNode value = get(job + "/metrics?get=numRestarts").path(0).path("value");
        return value.isMissingNode() ? OptionalDouble.empty() : OptionalDouble.of(value.asDouble());
    }

    /** The largest value of a metric among all subtasks; nothing while Flink does not say. */
    OptionalDouble largest(String metric) {
        OptionalDouble largest = OptionalDouble.empty();
        for (JsonNode vertex : get(job).path("vertices")) {
            String path =
                    "/vertices/%s/subtasks/metrics?agg=max&get=%s"
                            .formatted(vertex.path("id").asText(), metric);
            JsonNode value = get(job + path).path(0).path("max");
            if (!value.isMissingNode()) {
                largest = OptionalDouble.of(Math.max(largest.orElse(0), value.asDouble()));
            }
        }
        return largest;
    }

    /** Everything that can be looked at, for each part of the job and each TaskManager, as sent. */
    List<String> pages() {
        List<String> vertices = get(job).path("vertices").findValuesAsText("id");
        List<String> taskManagers =
                get(address + "/taskmanagers").path("taskmanagers").findValuesAsText("id");
        return PAGES.stream()
                .map(page -> page.replace("JOB", id))
                .flatMap(page -> vertices.stream().map(v -> page.replace("VERTEX", v)))
                .flatMap(page -> taskManagers.stream().map(t -> page.replace("TASKMANAGER", t)))
                .distinct()
                .map(page -> get(address + page).toString())
                .toList();
    }

    private JsonNode get(String uri) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(uri)).timeout(PATIENCE).build();
        try {
            return JSON.readTree(http.send(request, HttpResponse.BodyHandlers.ofString()).body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while asking " + uri, e);
        }
    }
}
