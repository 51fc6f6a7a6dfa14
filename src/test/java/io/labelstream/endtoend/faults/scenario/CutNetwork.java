package io.labelstream.endtoend.faults.scenario;

import io.labelstream.endtoend.cluster.FlinkSettings;
import io.labelstream.endtoend.cluster.TcpProxy;
import io.labelstream.endtoend.faults.CheckedRun;
import io.labelstream.endtoend.faults.Scenario;
import io.labelstream.endtoend.faults.Stage;
import io.labelstream.endtoend.faults.World;
import io.labelstream.endtoend.faults.WorldSettings;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Connections stay, but nothing comes through: as when a cable is pulled. */
public final class CutNetwork implements Scenario {

    @Override
    public String id() {
        return "F20";
    }

    @Override
    public String promise() {
        return "network cut for 5 and for 30 s: job from broker, TaskManagers from JobManager, JobManager from TaskManagers, all of them";
    }

    @Override
    public void play(Stage stage) throws Exception {
        World world =
                stage.world(WorldSettings.usual().withFlink(FlinkSettings.faults().withProxies()));
        String job = world.submit();
        List<TcpProxy> flink = world.flink().proxies();
        Map<String, List<TcpProxy>> cuts = new LinkedHashMap<>();
        cuts.put("broker", world.kafka().proxies());
        cuts.put("to JobManager", flink.subList(0, 1));
        cuts.put("to TaskManagers", flink.subList(1, flink.size()));
        cuts.put("between them", flink);
        for (int seconds : new int[] {5, 30}) {
            for (Map.Entry<String, List<TcpProxy>> cut : cuts.entrySet()) {
                int before = world.rest().failures(job);
                cut.getValue().forEach(TcpProxy::silence);
                Pause.of(Duration.ofSeconds(seconds));
                cut.getValue().forEach(TcpProxy::heal);
                world.awaitNewOutput();
                world.rest().awaitSlots(4);
                stage.note(
                        "%s %d s: %d restarts",
                        cut.getKey(), seconds, world.rest().failures(job) - before);
            }
        }
        CheckedRun run = world.settleAndCheck(job);
        stage.note("%s", run);
    }
}
