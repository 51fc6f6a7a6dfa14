package io.labelstream.benchmark;

/**
 * A result, as a reader of the output topic finds it.
 *
 * @param partition of the text in the input topic
 * @param offset of the text in the input topic
 * @param answer what it says of the text
 * @param appendMillis when the broker appended it
 */
record Labelled(int partition, long offset, Answer answer, long appendMillis) {}
