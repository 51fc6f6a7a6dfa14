package io.labelstream.inference;

/** Where a session runs. */
public enum DeviceType {
    /** A CUDA device where one can be used, else the CPU; says which it took. */
    AUTO,
    CPU,
    /** A CUDA device, or no start. */
    CUDA
}
