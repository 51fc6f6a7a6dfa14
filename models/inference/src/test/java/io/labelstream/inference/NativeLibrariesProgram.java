package io.labelstream.inference;

import java.io.IOException;

/** Loads the native libraries, says so or why not, and waits for the end of its input. */
final class NativeLibrariesProgram {

    static final String LOADED = "all loaded";

    private NativeLibrariesProgram() {}

    @SuppressWarnings("SystemOut") // Its test reads it.
    public static void main(String[] args) throws IOException {
        try {
            NativeLibraries.loadOnnxRuntime();
            NativeLibraries.loadTokenizer();
            System.out.println(LOADED);
        } catch (BundleException e) {
            System.out.println(e.getClass().getSimpleName() + ": " + e.getMessage());
        }
        System.out.println(System.in.read());
    }
}
