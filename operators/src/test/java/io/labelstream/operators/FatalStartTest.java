package io.labelstream.operators;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.labelstream.inference.BundleException;
import io.labelstream.inference.PassingBundleException;
import java.io.IOException;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.junit.jupiter.api.Test;

class FatalStartTest {

    @Test
    void bundleThatCannotBeUsedEndsTheJob() {
        assertThatThrownBy(() -> open(new BundleException("no model")))
                .isInstanceOf(SuppressRestartsException.class)
                .hasRootCauseMessage("no model");
    }

    @Test
    void fullDiskIsMetAgainByARestart() {
        PassingBundleException full =
                new PassingBundleException("no room", new IOException("test"));

        assertThatThrownBy(() -> open(full)).isSameAs(full);
    }

    private static void open(RuntimeException failure) {
        FatalStart.orEnd(
                () -> {
                    throw failure;
                });
    }
}
