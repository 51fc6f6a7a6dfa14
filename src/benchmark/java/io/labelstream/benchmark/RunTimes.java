package io.labelstream.benchmark;

/**
 * How long a contender is measured.
 *
 * @param warmUpMillis after its first result, not counted
 * @param windowMillis counted after that
 */
record RunTimes(long warmUpMillis, long windowMillis) {

    /** What a start takes on a small machine; only the size of a backlog depends on it. */
    private static final double START_SECONDS = 8;

    private static final double RESERVE = 1.5;

    static RunTimes ofSeconds(double warmUp, double window) {
        return new RunTimes(Math.round(warmUp * 1000), Math.round(window * 1000));
    }

    /** Texts that no contender labels in that time, each of the set at least once. */
    long backlog(double ceilingTextsPerSecond, TextSet texts) {
        double seconds = START_SECONDS + (warmUpMillis + windowMillis) / 1000.0;
        return Math.max(texts.texts().size(), (long) (RESERVE * ceilingTextsPerSecond * seconds));
    }
}
