/**
 * What users would build instead of Labelstream, each as one would usually build it, tuned by the
 * settings that its sweep states. They share with it the broker, the model's bytes, sessions and
 * their threads, and the guarantee.
 */
package io.labelstream.benchmark.peer;
