/**
 * What is looked at before the job starts: Kafka, schema registry, model, machine. {@link
 * io.labelstream.streaming.preflight.Preflight} is the way in.
 */
package io.labelstream.streaming.preflight;
