/**
 * What happens to a message: tokenize, micro-batch, classify. Flink functions are thin shells; the
 * thinking is in {@link io.labelstream.operators.MicroBatcher} and {@link
 * io.labelstream.operators.InferenceWorker}, which know no Flink.
 */
package io.labelstream.operators;
