package io.labelstream.endtoend.faults;

import io.labelstream.endtoend.faults.scenario.BadNetwork;
import io.labelstream.endtoend.faults.scenario.BrokersAway;
import io.labelstream.endtoend.faults.scenario.CancelStorm;
import io.labelstream.endtoend.faults.scenario.ChangePartitions;
import io.labelstream.endtoend.faults.scenario.ChangePrefix;
import io.labelstream.endtoend.faults.scenario.CrashLoop;
import io.labelstream.endtoend.faults.scenario.CutNetwork;
import io.labelstream.endtoend.faults.scenario.DamagedCheckpoint;
import io.labelstream.endtoend.faults.scenario.ForgetTransaction;
import io.labelstream.endtoend.faults.scenario.FullBrokerDisk;
import io.labelstream.endtoend.faults.scenario.FullCheckpointDisk;
import io.labelstream.endtoend.faults.scenario.FullTemporaryFolder;
import io.labelstream.endtoend.faults.scenario.HangingModel;
import io.labelstream.endtoend.faults.scenario.KillBeforeCommit;
import io.labelstream.endtoend.faults.scenario.KillCoordinator;
import io.labelstream.endtoend.faults.scenario.KillInferenceThread;
import io.labelstream.endtoend.faults.scenario.KillJobManager;
import io.labelstream.endtoend.faults.scenario.KillTaskManager;
import io.labelstream.endtoend.faults.scenario.LoneMessage;
import io.labelstream.endtoend.faults.scenario.LoseCommit;
import io.labelstream.endtoend.faults.scenario.MemoryBudget;
import io.labelstream.endtoend.faults.scenario.OutOfMemory;
import io.labelstream.endtoend.faults.scenario.PauseShortly;
import io.labelstream.endtoend.faults.scenario.PauseTooLong;
import io.labelstream.endtoend.faults.scenario.PoisonBatch;
import io.labelstream.endtoend.faults.scenario.RefuseStart;
import io.labelstream.endtoend.faults.scenario.RepeatedSubmission;
import io.labelstream.endtoend.faults.scenario.Rescale;
import io.labelstream.endtoend.faults.scenario.RestoreOlder;
import io.labelstream.endtoend.faults.scenario.RollBrokers;
import io.labelstream.endtoend.faults.scenario.SharePrefix;
import io.labelstream.endtoend.faults.scenario.SlowModel;
import io.labelstream.endtoend.faults.scenario.StallReaders;
import io.labelstream.endtoend.faults.scenario.StopInOrder;
import io.labelstream.endtoend.faults.scenario.SwappedModel;
import io.labelstream.endtoend.faults.scenario.TooLargeResult;
import io.labelstream.endtoend.faults.scenario.UncommittedReader;
import io.labelstream.endtoend.faults.scenario.UnreadableMessages;
import io.labelstream.endtoend.faults.scenario.WrongClock;
import java.util.List;

/** All scenarios, in the order of the matrix. */
final class Scenarios {

    private Scenarios() {}

    static List<Scenario> all() {
        return List.of(
                new KillTaskManager(),
                new KillBeforeCommit(),
                new KillJobManager(),
                new KillCoordinator(),
                new RollBrokers(),
                new BrokersAway(),
                new PauseShortly(),
                new PauseTooLong(),
                new LoseCommit(),
                new ForgetTransaction(),
                new StallReaders(),
                new ChangePrefix(),
                new SharePrefix(),
                new RestoreOlder(),
                new Rescale(),
                new SlowModel(),
                new FullCheckpointDisk(),
                new FullBrokerDisk(),
                new FullTemporaryFolder(),
                new CutNetwork(),
                new BadNetwork(),
                new WrongClock(),
                new PoisonBatch(),
                new HangingModel(),
                new KillInferenceThread(),
                new CancelStorm(),
                new RepeatedSubmission(),
                new MemoryBudget(),
                new OutOfMemory(),
                new UnreadableMessages(),
                new TooLargeResult(),
                new RefuseStart(),
                new ChangePartitions(),
                new StopInOrder(),
                new LoneMessage(),
                new DamagedCheckpoint(),
                new SwappedModel(),
                new CrashLoop(),
                new UncommittedReader());
    }
}
