package io.labelstream.streaming.commit;

import org.apache.flink.connector.kafka.sink.KafkaWriterState;

/**
 * What a writer keeps in checkpoints.
 *
 * @param claim null but in the subtask that holds it
 */
record GuardedWriterState(KafkaWriterState connector, Claim claim) {}
