package io.labelstream.endtoend.faults.scenario;

import io.labelstream.endtoend.cluster.Node;
import io.labelstream.endtoend.faults.CheckedRun;
import io.labelstream.endtoend.faults.ReportedLoss;
import io.labelstream.endtoend.faults.World;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** A job that ends because results are lost, and the next one, which goes on without them. */
final class LostResults {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private LostResults() {}

    /**
     * Waits for the end that a loss must have.
     *
     * @return what the job names as lost, of the slot that failed
     * @throws AssertionError if it ends otherwise, or names no message
     */
    static ReportedLoss awaitEnd(World world, String job) {
        String end = world.rest().awaitEnd(job, PATIENCE);
        String reason = world.rest().rootCause(job);
        if (!end.equals("FAILED") || !reason.contains("LostResultsException")) {
            throw new AssertionError("The job is %s, and says: %s".formatted(end, reason));
        }
        ReportedLoss loss = ReportedLoss.in(reason);
        if (loss.messages() == 0) {
            throw new AssertionError("No message is named as lost: " + reason);
        }
        return loss;
    }

    /**
     * Starts the job again, told to go on, and checks that just what its log names is missing.
     *
     * @param first what the exception of the failed slot has named
     * @return what was seen, in words
     */
    static String goOn(World world, Path checkpoint, ReportedLoss first) throws IOException {
        Map<Node, Integer> before = new HashMap<>();
        world.flink().taskManagers().forEach(node -> before.put(node, node.log().length()));
        String job =
                world.submitOnly(
                        Map.of("output.lost-results", "report"),
                        "-s",
                        checkpoint.toUri().toString());
        world.rest().awaitRunning(job, PATIENCE);
        world.awaitNewOutput();
        StringBuilder said = new StringBuilder();
        before.forEach((node, length) -> said.append(node.log().substring(length)));
        ReportedLoss whole = ReportedLoss.in(said.toString());
        if (!whole.ranges().containsAll(first.ranges())) {
            throw new AssertionError(
                    "The exception named %s, the log names %s"
                            .formatted(first.ranges(), whole.ranges()));
        }
        CheckedRun run = world.settleAndCheck(job, whole);
        checkMissing(world, run, whole.messages());
        return "with output.lost-results: report the log names all %d, just these are missing, and the job goes on; %s"
                .formatted(whole.messages(), run);
    }

    /**
     * Checks that so many messages have no outcome. That none has two, and which may have none, is
     * checked already.
     *
     * @param run that was checked last
     * @param named how many the job has said to be without one
     */
    static void checkMissing(World world, CheckedRun run, int named) {
        int missing = run.messages() - world.committed().count();
        if (missing != named) {
            throw new AssertionError(
                    "%d messages are missing, the job names %d".formatted(missing, named));
        }
    }
}
