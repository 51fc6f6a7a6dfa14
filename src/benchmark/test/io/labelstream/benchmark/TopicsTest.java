package io.labelstream.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import io.labelstream.cli.EmbeddedKafka;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class TopicsTest {

    private static final String TOPIC = "results";

    @Test
    void showsWhatWasCommittedBehindATransactionThatIsStillOpen() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start();
                Topics topics = new Topics(kafka.bootstrapServers());
                KafkaProducer<byte[], byte[]> open = producer(kafka, "run-0");
                KafkaProducer<byte[], byte[]> done = producer(kafka, "run-1")) {
            topics.createOutput(TOPIC, 1);
            write(open);
            write(done);
            done.commitTransaction();
            assertThat(committedEnd(topics)).isZero();

            topics.endTransactions("another-run");
            assertThat(committedEnd(topics)).isZero();

            topics.endTransactions("run-");
            // Two results, and the ends of two transactions.
            assertThat(committedEnd(topics)).isEqualTo(4);
        }
    }

    private static long committedEnd(Topics topics) throws InterruptedException {
        return topics.ends(TOPIC, 1, IsolationLevel.READ_COMMITTED).get(0);
    }

    private static void write(KafkaProducer<byte[], byte[]> producer) throws Exception {
        producer.initTransactions();
        producer.beginTransaction();
        producer.send(new ProducerRecord<>(TOPIC, new byte[1])).get();
    }

    private static KafkaProducer<byte[], byte[]> producer(EmbeddedKafka kafka, String id) {
        Map<String, Object> settings =
                Map.of("bootstrap.servers", kafka.bootstrapServers(), "transactional.id", id);
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }
}
