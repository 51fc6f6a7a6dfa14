package io.labelstream.inference;

/** A label and its calibrated score. */
public record ScoredLabel(String label, float score) {}
