package io.labelstream.serde.avro;

/** A class that schemas of a test name; its initialization leaves a mark. */
final class NamedBySchema {

    static final String MARK = "labelstream.test.named-by-schema";

    static {
        System.setProperty(MARK, "initialized");
    }

    private NamedBySchema() {}
}
