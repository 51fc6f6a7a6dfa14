package io.labelstream.endtoend.faults.scenario;

import io.labelstream.endtoend.cluster.FlinkCluster;
import io.labelstream.endtoend.cluster.FlinkSettings;
import io.labelstream.endtoend.cluster.TcpProxy;
import io.labelstream.endtoend.cluster.TcpProxy.Direction;
import io.labelstream.endtoend.faults.CheckedRun;
import io.labelstream.endtoend.faults.Scenario;
import io.labelstream.endtoend.faults.Stage;
import io.labelstream.endtoend.faults.World;
import io.labelstream.endtoend.faults.WorldSettings;
import java.time.Duration;

/** Connections stay, but nothing comes through: as when a cable is pulled. */
public final class CutNetwork implements Scenario {

    private static final Duration SHORT = Duration.ofSeconds(5);

    /** Several times the heartbeat timeout: Flink must have noticed. */
    private static final Duration LONG = Duration.ofSeconds(30);

    /** What is cut. */
    private enum Cut {
        BROKER("broker"),
        TO_JOB_MANAGER("to JobManager"),
        TO_TASK_MANAGERS("to TaskManagers"),
        BOTH_WAYS("between them");

        private final String title;

        Cut(String title) {
            this.title = title;
        }

        private void strike(World world) {
            switch (this) {
                case BROKER -> world.kafka().proxies().forEach(TcpProxy::silence);
                case TO_JOB_MANAGER ->
                        silence(world.flink(), Direction.TO_TARGET, Direction.FROM_TARGET);
                case TO_TASK_MANAGERS ->
                        silence(world.flink(), Direction.FROM_TARGET, Direction.TO_TARGET);
                case BOTH_WAYS -> world.flink().proxies().forEach(TcpProxy::silence);
            }
        }

        /**
         * Cuts one way between JobManager and TaskManagers. Each of them may answer over the
         * connection that the other one has opened, so each way leads through all proxies.
         */
        private static void silence(
                FlinkCluster flink, Direction atJobManager, Direction atTaskManagers) {
            flink.proxies().get(0).silence(atJobManager);
            flink.proxies().stream().skip(1).forEach(proxy -> proxy.silence(atTaskManagers));
        }
    }

    @Override
    public String id() {
        return "F20";
    }

    @Override
    public String promise() {
        return "network cut for 5 and for 30 s: job from broker, TaskManagers to JobManager, JobManager to TaskManagers, both ways; each of the last three, for 30 s, restarts the job, and it goes on by itself";
    }

    @Override
    public void play(Stage stage) throws Exception {
        World world =
                stage.world(WorldSettings.usual().withFlink(FlinkSettings.faults().withProxies()));
        String job = world.submit();
        for (Duration time : new Duration[] {SHORT, LONG}) {
            for (Cut cut : Cut.values()) {
                int restarts = restartsOf(cut, time, world, job);
                stage.note("%s %d s: %d restarts", cut.title, time.toSeconds(), restarts);
            }
        }
        CheckedRun run = world.settleAndCheck(job);
        stage.note("%s", run);
    }

    private static int restartsOf(Cut cut, Duration time, World world, String job) {
        int before = world.rest().failures(job);
        long start = System.nanoTime();
        cut.strike(world);
        Pause.of(time);
        long lastSeen = world.committed().lastSeenNanos();
        world.kafka().proxies().forEach(TcpProxy::heal);
        world.flink().proxies().forEach(TcpProxy::heal);
        world.awaitNewOutput();
        world.rest().awaitSlots(4);
        world.rest().awaitRunning(job, Duration.ofMinutes(2));
        int restarts = world.rest().failures(job) - before;
        boolean isLong = time.equals(LONG);
        // The reader's own line is not cut: without output, the job's is.
        if (isLong && cut == Cut.BROKER && lastSeen - start > time.toNanos() / 2) {
            throw new AssertionError("Output was committed though the brokers were cut off");
        }
        if (isLong && cut != Cut.BROKER && restarts == 0) {
            throw new AssertionError(
                    "A cut %s of %d s restarted nothing: it did not strike"
                            .formatted(cut.title, time.toSeconds()));
        }
        return restarts;
    }
}
