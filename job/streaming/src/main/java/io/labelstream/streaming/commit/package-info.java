/**
 * The Kafka sinks' guard: no result that was lost between a checkpoint and its commit passes
 * silently, and no two jobs write under one transactional id prefix without a word. {@link
 * io.labelstream.streaming.commit.GuardedSink} is where to begin.
 */
package io.labelstream.streaming.commit;
