package io.labelstream.endtoend.faults.scenario;

import io.labelstream.endtoend.faults.CheckedRun;
import io.labelstream.endtoend.faults.ReportedLoss;
import io.labelstream.endtoend.faults.World;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
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
     * Starts the job again, told to go on, and checks that nothing is missing but what it reports.
     *
     * @return what was seen, in words
     */
    static String goOn(World world, Path checkpoint) throws IOException {
        String job =
                world.submitOnly(
                        Map.of("output.lost-results", "report"),
                        "-s",
                        checkpoint.toUri().toString());
        world.rest().awaitRunning(job, PATIENCE);
        world.awaitNewOutput();
        ReportedLoss whole = ReportedLoss.in(world.flink().logs());
        CheckedRun run = world.settleAndCheck(job, whole);
        return "with output.lost-results: report the log names all %d, no other is missing, and the job goes on; %s"
                .formatted(whole.messages(), run);
    }
}
