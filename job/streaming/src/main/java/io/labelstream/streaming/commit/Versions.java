package io.labelstream.streaming.commit;

import java.io.IOException;

/** Of what checkpoints hold. */
final class Versions {

    private Versions() {}

    /**
     * Refuses state of a later release.
     *
     * @throws IOException naming what it is, for any other version than the known one
     */
    static void check(String what, int found, int known) throws IOException {
        if (found != known) {
            throw new IOException(
                    "The checkpoint holds %s in form %d; expected at most %d. It was written by a later version of Labelstream: start with that one."
                            .formatted(what, found, known));
        }
    }
}
