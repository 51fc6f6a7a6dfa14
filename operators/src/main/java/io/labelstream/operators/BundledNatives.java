package io.labelstream.operators;

import io.labelstream.inference.BundleException;
import java.security.CodeSource;
import org.apache.flink.util.FlinkUserCodeClassLoader;

/**
 * Where the classes with native code come from. Flink loads a job's jar once for each submission
 * and restart, but a JVM loads a native library only once: the second tokenizer is an
 * UnsatisfiedLinkError, and each ONNX Runtime leaves a mapped library, a folder of temporary files
 * and the class loader behind. So both belong into Flink's {@code lib/}.
 */
public final class BundledNatives {

    private static final String ONNX_RUNTIME = "ai.onnxruntime.OrtEnvironment";
    private static final String TOKENIZER = "ai.djl.huggingface.tokenizers.HuggingFaceTokenizer";

    private BundledNatives() {}

    /**
     * Looks at the classes without loading their native code. One that is missing passes: where it
     * is needed, its user says so.
     *
     * @throws BundleException if one comes from the job jar
     */
    public static void check() {
        check(BundledNatives.class.getClassLoader());
    }

    static void check(ClassLoader loader) {
        check("ONNX Runtime", ONNX_RUNTIME, loader);
        check("The tokenizer", TOKENIZER, loader);
    }

    private static void check(String what, String name, ClassLoader loader) {
        Class<?> type;
        try {
            type = Class.forName(name, false, loader);
        } catch (ClassNotFoundException e) {
            return;
        }
        if (type.getClassLoader() instanceof FlinkUserCodeClassLoader) {
            CodeSource source = type.getProtectionDomain().getCodeSource();
            throw new BundleException(
                    "%s (class %s) comes from the job's own jar, %s; expected it in Flink's lib/. Its native library can be loaded only once in a TaskManager, but the job's jar is loaded again at each submission. Take it out of the jar, copy flink-lib/*.jar into lib/ on every machine, and restart the cluster."
                            .formatted(what, name, source == null ? "?" : source.getLocation()));
        }
    }
}
