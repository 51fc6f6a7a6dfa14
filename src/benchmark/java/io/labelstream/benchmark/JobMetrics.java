package io.labelstream.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a job's {@link FileMetricReporter} wrote, read after the run. */
final class JobMetrics {

    private final List<JsonNode> lines;

    private JobMetrics(List<JsonNode> lines) {
        this.lines = lines;
    }

    /**
     * Reads a file.
     *
     * @return nothing if there is none: the contender is not the job
     */
    static Optional<JobMetrics> read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        List<JsonNode> lines = new ArrayList<>();
        String all = Files.readString(file);
        // The process was killed: a last line may be half written.
        for (String line : all.substring(0, all.lastIndexOf('\n') + 1).lines().toList()) {
            lines.add(Json.read(line));
        }
        return Optional.of(new JobMetrics(lines));
    }

    /** A counter's growth; NaN where it is not known for these times. */
    double growth(String counter, long fromMillis, long toMillis) {
        Series series = new Series();
        for (JsonNode line : lines) {
            if (line.has(counter)) {
                series.add(line.path("millis").asLong(), line.path(counter).asDouble());
            }
        }
        return series.growth(fromMillis, toMillis);
    }

    /** Share of padding among all tokens that were run. */
    double paddingWaste(long fromMillis, long toMillis) {
        return 1
                - growth("tokens", fromMillis, toMillis)
                        / growth("paddedTokens", fromMillis, toMillis);
    }

    /** A histogram's last state before a time; nothing where the job has none of this name. */
    Optional<JsonNode> histogram(String name, long beforeMillis) {
        JsonNode last = null;
        for (JsonNode line : lines) {
            if (line.has(name) && line.path("millis").asLong() <= beforeMillis) {
                last = line.path(name);
            }
        }
        return Optional.ofNullable(last);
    }
}
