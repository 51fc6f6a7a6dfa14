package io.labelstream.operators;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.onnxruntime.OrtEnvironment;
import io.labelstream.inference.BundleException;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.function.Consumer;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.util.FlinkUserCodeClassLoaders;
import org.apache.flink.util.FlinkUserCodeClassLoaders.ResolveOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class BundledNativesTest {

    @Test
    void oneThatComesWithTheJvmsClassPathPasses() throws IOException {
        assertThatCode(BundledNatives::check).doesNotThrowAnyException();
        // As in a cluster that has them in lib/, with a job jar that has others.
        URL ours = jarOf(BundledNatives.class);
        try (URLClassLoader loader =
                userCode(ResolveOrder.CHILD_FIRST, getClass().getClassLoader(), false, ours)) {
            assertThatCode(() -> BundledNatives.check(loader)).doesNotThrowAnyException();
        }
    }

    @Test
    void oneThatIsMissingIsForItsUserToName() throws IOException {
        try (URLClassLoader loader = userCode(ResolveOrder.CHILD_FIRST, null, false)) {
            assertThatCode(() -> BundledNatives.check(loader)).doesNotThrowAnyException();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void onnxRuntimeInTheJobJarIsRefusedWithAdvice(boolean withSafetyNet) throws IOException {
        try (URLClassLoader loader =
                userCode(
                        ResolveOrder.CHILD_FIRST,
                        getClass().getClassLoader(),
                        withSafetyNet,
                        jarOf(OrtEnvironment.class))) {
            assertThatThrownBy(() -> BundledNatives.check(loader))
                    .isInstanceOf(BundleException.class)
                    .hasMessageStartingWith("ONNX Runtime (class ai.onnxruntime.OrtEnvironment)")
                    .hasMessageContaining("onnxruntime")
                    .hasMessageContaining("expected it in Flink's lib/")
                    .hasMessageContaining("copy flink-lib/*.jar into lib/ on every machine");
        }
    }

    @ParameterizedTest
    @EnumSource(ResolveOrder.class)
    void tokenizerThatOnlyTheJobJarHasIsRefusedInEitherOrder(ResolveOrder order)
            throws IOException {
        try (URLClassLoader loader =
                userCode(order, null, true, jarOf(HuggingFaceTokenizer.class), djl())) {
            assertThatThrownBy(() -> BundledNatives.check(loader))
                    .isInstanceOf(BundleException.class)
                    .hasMessageStartingWith("The tokenizer (class ai.djl.huggingface");
        }
    }

    /** What Flink makes of a job jar. */
    private static URLClassLoader userCode(
            ResolveOrder order, ClassLoader parent, boolean withSafetyNet, URL... jars) {
        Consumer<Throwable> ignored = error -> {};
        return FlinkUserCodeClassLoaders.create(
                order,
                jars,
                parent,
                CoreOptions.ALWAYS_PARENT_FIRST_LOADER_PATTERNS
                        .defaultValue()
                        .toArray(String[]::new),
                ignored,
                withSafetyNet);
    }

    /** The tokenizer's class needs it to be loaded. */
    private static URL djl() {
        return jarOf(ai.djl.modality.nlp.preprocess.Tokenizer.class);
    }

    private static URL jarOf(Class<?> type) {
        return type.getProtectionDomain().getCodeSource().getLocation();
    }
}
