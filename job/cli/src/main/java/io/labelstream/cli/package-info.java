/**
 * The command line: an embedded broker and a MiniCluster to run the job in one process, and a way
 * to ask a model without either.
 */
package io.labelstream.cli;
