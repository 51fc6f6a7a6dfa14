package io.labelstream.endtoend.faults.scenario;

import io.labelstream.endtoend.cluster.TcpProxy;
import io.labelstream.endtoend.faults.CheckedRun;
import io.labelstream.endtoend.faults.Scenario;
import io.labelstream.endtoend.faults.Stage;
import io.labelstream.endtoend.faults.World;
import io.labelstream.endtoend.faults.WorldSettings;
import java.time.Duration;

/** A line to the broker that is slow, thin, and breaks. */
public final class BadNetwork implements Scenario {

    @Override
    public String id() {
        return "F21";
    }

    @Override
    public String promise() {
        return "line to the broker: 100 ms and 64 KB/s, connections that break every 200 KB, half-closed, silent for 5 and 30 s: later results, nothing lost";
    }

    @Override
    public void play(Stage stage) throws Exception {
        World world = stage.world(WorldSettings.usual());
        String job = world.submit();
        TcpProxy line = world.kafka().proxies().get(0);
        line.slow(100, 64 * 1024);
        Pause.of(Duration.ofSeconds(15));
        line.heal();
        line.breakEvery(200 * 1024);
        Pause.of(Duration.ofSeconds(15));
        line.heal();
        for (int i = 0; i < 3; i++) {
            line.halfClose();
            Pause.of(Duration.ofSeconds(3));
        }
        for (int seconds : new int[] {5, 30}) {
            line.silence();
            Pause.of(Duration.ofSeconds(seconds));
            line.heal();
            world.awaitNewOutput();
        }
        line.refuse();
        Pause.of(Duration.ofSeconds(10));
        line.heal();
        world.awaitNewOutput();
        int restarts = world.rest().failures(job);
        CheckedRun run = world.settleAndCheck(job);
        stage.note("%d restarts; %s", restarts, run);
    }
}
