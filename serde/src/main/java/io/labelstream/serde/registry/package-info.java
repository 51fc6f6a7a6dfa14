/**
 * Avro behind a schema registry: the framing that Confluent's serializers write, and a client of
 * the registry's HTTP interface, as Confluent documents it.
 *
 * <p>A message that names no schema of the registry is refused; a registry that does not answer
 * never is the message's fault, so it stops the job until it does.
 */
package io.labelstream.serde.registry;
