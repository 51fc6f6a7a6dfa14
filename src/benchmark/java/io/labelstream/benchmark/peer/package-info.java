/**
 * What users would build instead of Labelstream, each as well as it can be built: they share with
 * it the broker, the model's bytes, sessions and their threads, and the guarantee.
 */
package io.labelstream.benchmark.peer;
