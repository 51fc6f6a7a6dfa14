package io.labelstream.endtoend.faults;

import io.labelstream.endtoend.cluster.Debugger;
import io.labelstream.endtoend.cluster.Node;
import io.labelstream.endtoend.cluster.TcpProxy;
import io.labelstream.endtoend.faults.InputLog.Expectation;
import io.labelstream.endtoend.faults.scenario.InferenceThread;
import io.labelstream.endtoend.faults.scenario.Pause;
import io.labelstream.inference.TinyBundle;
import java.time.Duration;
import java.util.Locale;
import java.util.Random;

/** The kinds of fault of a {@link Soak}. Each strikes and heals; the job is left to itself. */
enum SoakFault {
    KILL_TASK_MANAGER(2, true) {
        @Override
        void strike(World world, String job, Random random) {
            Node victim = world.flink().taskManagerOf(job);
            victim.kill();
            victim.start();
        }
    },
    TERMINATE_TASK_MANAGER(1, true) {
        @Override
        void strike(World world, String job, Random random) {
            Node victim = world.flink().taskManagerOf(job);
            victim.terminate(PATIENCE);
            victim.start();
        }
    },
    KILL_BROKER(1, false) {
        @Override
        void strike(World world, String job, Random random) {
            int broker = random.nextInt(world.kafka().brokers().size());
            world.kafka().broker(broker).kill();
            pause(1000 + random.nextInt(2000));
            world.kafka().restart(broker);
        }
    },
    TERMINATE_BROKER(1, false) {
        @Override
        void strike(World world, String job, Random random) {
            int broker = random.nextInt(world.kafka().brokers().size());
            world.kafka().broker(broker).terminate(PATIENCE);
            world.kafka().restart(broker);
        }
    },
    PAUSE_SHORTLY(1, false) {
        @Override
        void strike(World world, String job, Random random) {
            Node paused = world.flink().taskManagerOf(job);
            paused.pause();
            pause(1000 + random.nextInt(2000));
            paused.resume();
        }
    },
    PAUSE_TOO_LONG(1, true) {
        @Override
        void strike(World world, String job, Random random) {
            Node paused = world.flink().taskManagerOf(job);
            paused.pause();
            pause(9000);
            paused.resume();
        }
    },
    CUT_NETWORK(1, false) {
        @Override
        void strike(World world, String job, Random random) {
            world.kafka().proxies().forEach(TcpProxy::silence);
            pause(3000 + random.nextInt(5000));
            world.kafka().proxies().forEach(TcpProxy::heal);
        }
    },
    SLOW_MODEL(1, false) {
        @Override
        void strike(World world, String job, Random random) {
            world.feed().send(TinyBundle.SLOW_WORD, 400, Expectation.LABELLED);
        }
    },
    HANGING_MODEL(1, false) {
        @Override
        void strike(World world, String job, Random random) {
            world.feed().send(TinyBundle.HANGING_WORD, 1, Expectation.DEAD);
        }
    },
    POISON_BATCH(1, false) {
        @Override
        void strike(World world, String job, Random random) {
            world.feed().send(TinyBundle.FAILING_WORD, 1 + random.nextInt(5), Expectation.DEAD);
        }
    },
    OUT_OF_MEMORY(2, true) {
        @Override
        void strike(World world, String job, Random random) {
            try (Debugger debugger = world.flink().debugger(world.flink().taskManagerOf(job))) {
                InferenceThread.hold(debugger).fail("java.lang.OutOfMemoryError");
            }
        }
    };

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final int weight;
    private final boolean restarting;

    SoakFault(int weight, boolean restarting) {
        this.weight = weight;
        this.restarting = restarting;
    }

    /** Whether the job must fail by it and start again; others may restart it. */
    boolean restarting() {
        return restarting;
    }

    /** How often it comes in a round. */
    int weight() {
        return weight;
    }

    /** Breaks something and mends it again. */
    abstract void strike(World world, String job, Random random);

    private static void pause(int millis) {
        Pause.of(Duration.ofMillis(millis));
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
