/**
 * What a message is: the records that flow through the job, and their wire forms in Kafka.
 *
 * <p>Records are immutable. They hold other people's texts, so their {@code toString} gives
 * positions and sizes only: Flink puts it into exceptions, logs and its web UI.
 */
package io.labelstream.serde;
