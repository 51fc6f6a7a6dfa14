package io.labelstream.cli;

/** Why a message cannot be made again out of its dead letter. */
enum ReplayObstacle {
    NOT_A_DEAD_LETTER("its headers labelstream.* are missing or cannot be read"),
    VALUE_LEFT_OUT("its value was left out"),
    HEADERS_LEFT_OUT("its headers were left out"),
    KEY_LEFT_OUT("its key was left out");

    private final String sentence;

    ReplayObstacle(String sentence) {
        this.sentence = sentence;
    }

    /** For people. */
    String sentence() {
        return sentence;
    }
}
