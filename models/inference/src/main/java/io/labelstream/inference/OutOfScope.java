package io.labelstream.inference;

/**
 * When a text fits none of a single-label model's labels: its best label says so, or it fits too
 * badly.
 *
 * @param label the label that itself means "none of these"; empty for none
 * @param measure how the fit is measured
 * @param threshold a text that measures less is out of scope
 */
public record OutOfScope(String label, OutOfScopeMeasure measure, double threshold) {}
