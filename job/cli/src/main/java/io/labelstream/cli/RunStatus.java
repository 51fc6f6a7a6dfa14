package io.labelstream.cli;

/** What a run is doing, in a line, from the metrics of its Flink cluster. Used by one thread. */
final class RunStatus {
    private final LocalCluster cluster;

    RunStatus(LocalCluster cluster) {
        this.cluster = cluster;
    }

    String line() {
        return cluster.status().toString();
    }
}
