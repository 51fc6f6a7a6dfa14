package io.labelstream.benchmark;

import java.nio.file.Path;

/**
 * The model that is measured.
 *
 * @param precision as reports name it: {@code fp32} or {@code int8}
 * @param folder of the bundle
 * @param file the ONNX file in it; empty for the usual one
 */
record Model(String precision, Path folder, String file) {

    static final String FP32 = "fp32";
    static final String INT8 = "int8";
}
