/**
 * The Kafka source's guard: no message that Kafka has deleted before the job read it is passed over
 * without a word. {@link io.labelstream.streaming.source.GuardedSource} is where to begin.
 */
package io.labelstream.streaming.source;
