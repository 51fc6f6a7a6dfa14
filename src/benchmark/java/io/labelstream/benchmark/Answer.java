package io.labelstream.benchmark;

/** What the model says of one text: the best label and its score. */
record Answer(String label, double score) {}
