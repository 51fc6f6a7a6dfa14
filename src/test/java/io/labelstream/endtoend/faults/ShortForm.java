package io.labelstream.endtoend.faults;

/** Placeholder. */
record ShortForm() implements Scenario {
    @Override
    public String id() {
        return "short";
    }

    @Override
    public String promise() {
        return "";
    }

    @Override
    public void play(Stage stage) {}
}
