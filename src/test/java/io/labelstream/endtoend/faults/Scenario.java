package io.labelstream.endtoend.faults;

/** A fault, and what is promised of it. */
public interface Scenario {

    /** Its row in the matrix of faults, such as {@code F1}. */
    String id();

    /** What is done, and what must hold, in a sentence. */
    String promise();

    /**
     * Starts a world, breaks it, heals it and checks it.
     *
     * @throws Exception if the promise was not kept
     */
    void play(Stage stage) throws Exception;
}
