package io.labelstream.endtoend.faults;

import io.labelstream.endtoend.OfflineModel;
import io.labelstream.inference.ModelBundle;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/**
 * A run whose promises were all kept.
 *
 * @param messages that were fed
 * @param replayed results and dead letters that came twice, which was excused
 * @param deadLetters among them
 * @param aborted output records that a {@code read_uncommitted} reader saw and that were never
 *     committed
 */
public record CheckedRun(int messages, int replayed, int deadLetters, int aborted) {

    /** Of a cluster with one job and one TaskManager there are more than 70. */
    private static final int LEAST_PAGES = 50;

    static CheckedRun of(World world, GuaranteeChecker.Options options) throws IOException {
        OutputLog end =
                OutputLog.readAll(
                        world.kafka().servers(), "read_committed", World.OUTPUT, World.DEAD);
        List<String> wrong = new ArrayList<>();
        try (OfflineModel model = OfflineModel.open(ModelBundle.load(world.model()))) {
            GuaranteeChecker.check(
                            world.feed().log(),
                            world.committed().log(),
                            end,
                            model::answer,
                            options)
                    .forEach(violation -> wrong.add(violation.toString()));
        }
        PrivacyCheck privacy =
                new PrivacyCheck(PrivacyCheck.TEXT_CANARY, PrivacyCheck.SECRET_CANARY);
        // Logs are searched when the scenario has ended: Stage.
        PrivacyCheck.Result pages = privacy.searchFlink(URI.create(world.rest().address()));
        if (pages.searched() < LEAST_PAGES) {
            wrong.add("only %d pages of Flink could be searched".formatted(pages.searched()));
        }
        pages.found().forEach(found -> wrong.add(found.toString()));
        if (!wrong.isEmpty()) {
            throw new AssertionError(
                    "%d broken promises: %s".formatted(wrong.size(), String.join("; ", wrong)));
        }
        return new CheckedRun(
                world.feed().log().size(),
                end.size() - end.sources(),
                end.deadLetters(),
                world.uncommitted().log().countAbsentFrom(end));
    }

    @Override
    public String toString() {
        return "%d messages, %d of them dead letters; %d aborted records"
                .formatted(messages, deadLetters, aborted);
    }
}
