package io.labelstream.endtoend.faults.scenario;

import io.labelstream.endtoend.TopicReader;
import io.labelstream.endtoend.faults.World;
import io.labelstream.serde.DeadLetterSerializationSchema.Header;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** What committed dead letters say of how they came about. */
final class DeadLetters {

    private DeadLetters() {}

    /**
     * Checks that the model was tried more than once on most of so many texts: their runs held
     * others as well, and had to be halved.
     *
     * @return how many these were
     */
    static int requireHalvedRuns(World world, int texts) {
        AtomicInteger halved = new AtomicInteger();
        try (TopicReader reader =
                new TopicReader(world.kafka().servers(), "read_committed", World.DEAD)) {
            reader.drain(
                    letter -> {
                        if (attempts(letter) > 1) {
                            halved.incrementAndGet();
                        }
                    });
        }
        if (halved.get() <= texts / 2) {
            throw new AssertionError(
                    "%d of %d texts had others in their run: the run proves nothing"
                            .formatted(halved.get(), texts));
        }
        return halved.get();
    }

    private static int attempts(ConsumerRecord<byte[], byte[]> letter) {
        byte[] attempts = letter.headers().lastHeader(Header.ATTEMPTS).value();
        return Integer.parseInt(new String(attempts, StandardCharsets.UTF_8));
    }
}
