package io.labelstream.serde;

/** A class that a schema names; initializing it leaves a mark. */
final class BadInputTrap {

    static final String MARK = "labelstream.test.trap";

    static {
        System.setProperty(MARK, "sprung");
    }

    private BadInputTrap() {}
}
