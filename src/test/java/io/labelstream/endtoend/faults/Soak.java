package io.labelstream.endtoend.faults;

import java.time.Duration;

/** Placeholder. */
record Soak(Duration time) implements Scenario {
    @Override
    public String id() {
        return "soak";
    }

    @Override
    public String promise() {
        return "";
    }

    @Override
    public void play(Stage stage) {}
}
