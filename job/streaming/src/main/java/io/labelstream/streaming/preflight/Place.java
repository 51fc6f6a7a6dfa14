package io.labelstream.streaming.preflight;

/** Where the job is going to run. */
public enum Place {
    /** In this process, on this machine: model, device, memory and folders are tried here. */
    HERE,
    /** On a Flink cluster: what belongs to its machines cannot be seen from here. */
    CLUSTER
}
