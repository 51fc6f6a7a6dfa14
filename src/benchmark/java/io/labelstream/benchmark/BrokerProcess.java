package io.labelstream.benchmark;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The broker of a benchmark, in a JVM of its own on this machine. */
final class BrokerProcess implements AutoCloseable {

    private static final String HEAP = "-Xmx1g";
    private static final Duration END_PATIENCE = Duration.ofSeconds(20);

    private final ChildProcess child;
    private final String bootstrapServers;

    private BrokerProcess(ChildProcess child, String bootstrapServers) {
        this.child = child;
        this.bootstrapServers = bootstrapServers;
    }

    /** Starts a broker; returns when it takes requests. */
    static BrokerProcess start(Path folder) throws IOException {
        ChildProcess child =
                ChildProcess.start(
                        "broker",
                        folder,
                        ProcessBuilder.Redirect.PIPE,
                        List.of(HEAP),
                        BrokerMain.class.getName());
        BufferedReader out =
                new BufferedReader(
                        new InputStreamReader(
                                child.process().getInputStream(), StandardCharsets.UTF_8));
        String address = out.readLine();
        if (address == null) {
            child.close();
            throw child.failure("did not start");
        }
        return new BrokerProcess(child, address);
    }

    String bootstrapServers() {
        return bootstrapServers;
    }

    /** User and system time so far, in seconds, by wall-clock time. */
    Series cpuSeconds() {
        return child.cpuSeconds();
    }

    @Override
    public void close() throws IOException {
        child.process().getOutputStream().close();
        try {
            child.process().waitFor(END_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        child.close();
    }
}
