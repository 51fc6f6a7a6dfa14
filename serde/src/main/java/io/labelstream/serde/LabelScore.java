package io.labelstream.serde;

/** A label and its calibrated score. */
public record LabelScore(String label, float score) {}
