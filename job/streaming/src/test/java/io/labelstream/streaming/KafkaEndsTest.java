package io.labelstream.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import io.labelstream.serde.OutputMessage;
import io.labelstream.streaming.commit.AtLeastOnceSink;
import io.labelstream.streaming.commit.GuardedSink;
import java.util.Map;
import org.apache.flink.api.connector.sink2.Sink;
import org.junit.jupiter.api.Test;

class KafkaEndsTest {

    /** A savepoint of either is read by the other. */
    @Test
    void sinksOfBothGuaranteesHaveTheSameState() {
        GuardedSink<OutputMessage> exactlyOnce = (GuardedSink<OutputMessage>) sink("exactly-once");
        AtLeastOnceSink<OutputMessage> atLeastOnce =
                (AtLeastOnceSink<OutputMessage>) sink("at-least-once");

        assertThat(atLeastOnce.getWriterStateSerializer())
                .hasSameClassAs(exactlyOnce.getWriterStateSerializer());
        assertThat(atLeastOnce.getCommittableSerializer())
                .hasSameClassAs(exactlyOnce.getCommittableSerializer());
    }

    @Test
    void atLeastOnceNeedsNoPrefix() {
        Map<String, String> settings = TestSettings.with("output.delivery", "at-least-once");
        settings.remove("output.transactional-id-prefix");

        assertThat(KafkaEnds.resultSink(JobConfig.of(settings)))
                .isInstanceOf(AtLeastOnceSink.class);
    }

    private static Sink<OutputMessage> sink(String delivery) {
        return KafkaEnds.resultSink(JobConfig.of(TestSettings.with("output.delivery", delivery)));
    }
}
