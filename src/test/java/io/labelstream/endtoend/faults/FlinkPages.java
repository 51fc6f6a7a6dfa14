package io.labelstream.endtoend.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * All that Flink's REST interface tells of a cluster, its TaskManagers and its jobs. Used by one
 * thread.
 */
final class FlinkPages {

    private static final List<String> CLUSTER =
            List.of(
                    "/config",
                    "/overview",
                    "/jobs",
                    "/jobs/metrics",
                    "/applications/overview",
                    "/jars",
                    "/datasets",
                    "/jobmanager/config",
                    "/jobmanager/environment",
                    "/jobmanager/metrics",
                    "/jobmanager/thread-dump",
                    "/jobmanager/log",
                    "/jobmanager/stdout",
                    "/taskmanagers/metrics");

    private static final List<String> OF_APPLICATION =
            List.of("", "/exceptions", "/jobmanager/config");

    private static final List<String> OF_JOB =
            List.of(
                    "/exceptions?maxExceptions=1000",
                    "/config",
                    "/plan",
                    "/accumulators?includeSerializedValue=true",
                    "/metrics",
                    "/status",
                    "/execution-result",
                    "/checkpoints/config",
                    "/jobmanager/config",
                    "/jobmanager/environment",
                    "/rescales/config",
                    "/rescales/history",
                    "/rescales/overview",
                    "/rescales/summary");

    private static final List<String> OF_VERTEX =
            List.of(
                    "",
                    "/accumulators",
                    "/backpressure",
                    "/flamegraph",
                    "/jm-operator-metrics",
                    "/metrics",
                    "/subtasks/0",
                    "/subtasks/accumulators",
                    "/subtasks/metrics",
                    "/subtasktimes",
                    "/taskmanagers",
                    "/watermarks");

    private static final List<String> OF_TASK_MANAGER =
            List.of("", "/metrics", "/thread-dump", "/log", "/stdout");

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    private final URI flink;

    /**
     * Of a cluster.
     *
     * @param flink address of its REST interface, such as {@code http://localhost:8081}
     */
    FlinkPages(URI flink) {
        this.flink = flink;
    }

    /**
     * Asks for each page.
     *
     * @param visitor gets path and body, also of pages that answer with an error
     * @return how many answered as they should
     * @throws IllegalStateException if Flink does not answer, or names no job
     */
    int visit(BiConsumer<String, byte[]> visitor) {
        Visit visit = new Visit(visitor);
        visit.pages("", CLUSTER);
        for (String name : visit.names("/jobmanager/logs", "logs", "name")) {
            visit.page("/jobmanager/logs/" + name);
        }
        for (String id : visit.names("/applications/overview", "applications", "id")) {
            visit.pages("/applications/" + id, OF_APPLICATION);
        }
        List<String> jobs = visit.names("/jobs/overview", "jobs", "jid");
        if (jobs.isEmpty()) {
            throw new IllegalStateException(
                    "Flink at %s names no job, expected one to look at".formatted(flink));
        }
        for (String id : jobs) {
            visitJob(visit, "/jobs/" + id);
        }
        for (String id : visit.names("/taskmanagers", "taskmanagers", "id")) {
            visit.pages("/taskmanagers/" + id, OF_TASK_MANAGER);
            for (String name : visit.names("/taskmanagers/" + id + "/logs", "logs", "name")) {
                visit.page("/taskmanagers/" + id + "/logs/" + name);
            }
        }
        return visit.answered;
    }

    private static void visitJob(Visit visit, String job) {
        visit.pages(job, OF_JOB);
        for (String id : visit.names(job + "/checkpoints", "history", "id")) {
            visit.page(job + "/checkpoints/details/" + id);
        }
        for (String id : visit.names(job, "vertices", "id")) {
            visit.pages(job + "/vertices/" + id, OF_VERTEX);
        }
    }

    /** One walk through all pages. */
    private final class Visit {
        private final BiConsumer<String, byte[]> visitor;
        private int answered;

        private Visit(BiConsumer<String, byte[]> visitor) {
            this.visitor = visitor;
        }

        private void pages(String prefix, List<String> pages) {
            pages.forEach(page -> page(prefix + page));
        }

        /** What a list on a page names, fit for a path; nothing if the page answers otherwise. */
        private List<String> names(String page, String list, String field) {
            HttpResponse<byte[]> response = page(page);
            List<String> names = new ArrayList<>();
            if (response.statusCode() == 200) {
                for (JsonNode entry : json(page, response.body()).path(list)) {
                    names.add(
                            URLEncoder.encode(entry.path(field).asText(), StandardCharsets.UTF_8));
                }
            }
            return names;
        }

        private HttpResponse<byte[]> page(String page) {
            HttpResponse<byte[]> response = get(page);
            if (response.statusCode() == 200) {
                answered++;
            }
            visitor.accept(page, response.body());
            return response;
        }
    }

    private HttpResponse<byte[]> get(String page) {
        HttpRequest request = HttpRequest.newBuilder(flink.resolve(page)).timeout(PATIENCE).build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new IllegalStateException(
                    "Flink at %s does not answer %s".formatted(flink, page), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while asking " + page, e);
        }
    }

    private JsonNode json(String page, byte[] body) {
        try {
            return JSON.readTree(body);
        } catch (IOException e) {
            throw new IllegalStateException("Flink at %s: %s is no JSON".formatted(flink, page), e);
        }
    }
}
