package io.labelstream.serde;

/**
 * A model, exactly.
 *
 * @param digest sha256, in hex, over the files that decide the answer
 */
public record ModelIdentity(String name, String version, String digest) {}
