package io.labelstream.inference;

/**
 * How a session runs.
 *
 * @param device where
 * @param deviceIndex which CUDA device; ignored on the CPU
 * @param threads threads of one run on the CPU, at least 1. One session per core with one thread
 *     each does more work than one session with many.
 */
public record SessionSettings(DeviceType device, int deviceIndex, int threads) {

    public SessionSettings {
        if (threads < 1) {
            throw new IllegalArgumentException("threads is " + threads + ", expected at least 1");
        }
    }

    /** One thread on the CPU. */
    public static SessionSettings cpu() {
        return new SessionSettings(DeviceType.CPU, 0, 1);
    }
}
