package io.labelstream.endtoend.faults.scenario;

import io.labelstream.endtoend.faults.CheckedRun;
import io.labelstream.endtoend.faults.Scenario;
import io.labelstream.endtoend.faults.Stage;
import io.labelstream.endtoend.faults.World;
import io.labelstream.endtoend.faults.WorldSettings;
import io.labelstream.serde.DeadLetter;
import java.time.Duration;

/** Bytes that are no text, and no bytes at all. The whole corpus is in BadInputIT. */
public final class UnreadableMessages implements Scenario {

    private static final int EACH = 50;

    /** A surrogate alone. */
    private static final byte[] HALF_A_PAIR = {(byte) 0xED, (byte) 0xA0, (byte) 0xBD};

    @Override
    public String id() {
        return "F31";
    }

    @Override
    public String promise() {
        return "tombstones, empty values, bytes that are no UTF-8, in the middle of a load: dead letters, no restart (the whole corpus: BadInputIT, MutatorIT)";
    }

    @Override
    public void play(Stage stage) throws Exception {
        World world = stage.world(WorldSettings.usual().withJob("input.tombstones", "dead-letter"));
        String job = world.submit();
        for (int i = 0; i < EACH; i++) {
            world.feed().sendDead(null, DeadLetter.Reason.TOMBSTONE);
            world.feed().sendDead(new byte[0], DeadLetter.Reason.EMPTY_PAYLOAD);
            world.feed().sendDead(HALF_A_PAIR, DeadLetter.Reason.BAD_ENCODING);
            Pause.of(Duration.ofMillis(50));
        }
        CheckedRun run = world.settleAndCheck(job);
        if (world.rest().failures(job) > 0) {
            throw new AssertionError("The job was restarted: " + world.rest().rootCause(job));
        }
        stage.note("%d of each; %s", EACH, run);
    }
}
