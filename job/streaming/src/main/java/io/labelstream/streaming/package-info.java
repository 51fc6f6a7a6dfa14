/**
 * The job: options, topology, preflight. {@link io.labelstream.streaming.Topology} reads like its
 * picture.
 */
package io.labelstream.streaming;
