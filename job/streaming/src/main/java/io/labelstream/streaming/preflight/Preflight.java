package io.labelstream.streaming.preflight;

import io.labelstream.streaming.JobConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the world before the job starts, so that what cannot work fails at once and says why.
 */
public final class Preflight {

    private static final Logger LOG = LoggerFactory.getLogger(Preflight.class);

    private Preflight() {}

    /**
     * Makes every check, and stops at the first problem. Warnings are logged. Gives up after about
     * ten seconds where Kafka or the schema registry do not answer.
     *
     * @throws PreflightException if something is not as it must be
     */
    public static void check(JobConfig config, Place place) {
        examine(
                config,
                place,
                finding -> {
                    switch (finding.status()) {
                        case PROBLEM -> throw new PreflightException(finding.message());
                        case WARNING -> LOG.warn("{}: {}", finding.check(), finding.message());
                        default -> LOG.info("{}: {}", finding.check(), finding.message());
                    }
                });
    }

    /**
     * Makes every check.
     *
     * @param found is told each finding, on this thread, always in the same order
     */
    public static void examine(JobConfig config, Place place, Consumer<Finding> found) {
        List<CheckGroup> groups =
                List.of(
                        place == Place.HERE ? new MachineChecks(config) : new ClusterChecks(config),
                        new RegistryChecks(config),
                        new KafkaChecks(config),
                        new ModelChecks(config, place));
        // Kafka loads the classes that its settings name through this, as it will for the job.
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        ExecutorService threads =
                Executors.newFixedThreadPool(
                        groups.size(),
                        task -> {
                            Thread thread = new Thread(task, "preflight");
                            thread.setDaemon(true);
                            thread.setContextClassLoader(loader);
                            return thread;
                        });
        try {
            List<Future<List<Finding>>> answers = new ArrayList<>();
            groups.forEach(group -> answers.add(threads.submit(() -> run(group))));
            for (Future<List<Finding>> answer : answers) {
                answer.get().forEach(found);
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("A check failed for a reason of its own", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PreflightException("Interrupted while looking at the world", e);
        } finally {
            threads.shutdownNow();
        }
    }

    private static List<Finding> run(CheckGroup group) {
        Report report = new Report();
        group.run(report);
        return report.findings();
    }
}
