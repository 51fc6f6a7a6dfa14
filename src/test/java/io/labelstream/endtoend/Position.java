package io.labelstream.endtoend;

/** Where a message stands in the input topic. */
record Position(int partition, long offset) {}
