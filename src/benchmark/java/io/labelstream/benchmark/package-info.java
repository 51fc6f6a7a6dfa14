/**
 * Measures the job against its engine's limit and against what a user would pick instead. Every
 * measured thing runs in a JVM of its own.
 */
package io.labelstream.benchmark;
