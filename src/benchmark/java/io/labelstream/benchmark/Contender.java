package io.labelstream.benchmark;

import java.util.List;
import java.util.Map;

/** One way to label a topic. Runs in a JVM of its own until that is killed. */
public interface Contender {

    /** As reports name it. */
    String name();

    /**
     * The settings to try, of which the best is taken; at least one, may be an empty map. Where
     * there is time for one only, it is the first.
     */
    List<Map<String, String>> sweep();

    /**
     * Labels the topic, exactly once; returns only by an exception.
     *
     * @param settings one of {@link #sweep}
     */
    void run(Workload workload, Map<String, String> settings) throws Exception;
}
