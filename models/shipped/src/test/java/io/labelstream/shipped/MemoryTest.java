package io.labelstream.shipped;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.labelstream.inference.ClassifierSession;
import io.labelstream.inference.EncodedText;
import io.labelstream.inference.SessionSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryTest {

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final long MEGABYTE = 1 << 20;

    /** ONNX Runtime by itself keeps what its largest run took: some 300 MB here. */
    @Test
    void anUnusuallyLargeRunGivesItsMemoryBack() throws Exception {
        assumeTrue(Files.exists(STATUS), "there is no " + STATUS + ": this is no Linux");
        try (ClassifierSession session =
                ClassifierSession.open(Shipped.bundle("sentiment-en"), SessionSettings.cpu())) {
            session.run(texts(19, 27), false);
            long before = residentBytes();

            session.run(texts(32, 256), false);

            assertThat(residentBytes() - before).isLessThan(80 * MEGABYTE);
        }
    }

    private static List<EncodedText> texts(int rows, int tokens) {
        int[] ids = new int[tokens];
        for (int i = 0; i < tokens; i++) {
            ids[i] = 1000 + i;
        }
        return Collections.nCopies(rows, new EncodedText(ids, tokens, false, new int[0]));
    }

    private static long residentBytes() throws IOException {
        return Files.readAllLines(STATUS).stream()
                .filter(line -> line.startsWith("VmRSS"))
                .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }
}
