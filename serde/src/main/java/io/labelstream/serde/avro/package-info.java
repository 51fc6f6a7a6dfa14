/**
 * Avro's binary form: texts are read out of records of any schema, results are written as {@code
 * LabelledEvent}.
 *
 * <p>A value is bytes from elsewhere. It is walked by its schema, every length is checked against
 * the bytes that are there, and nothing is built but the texts asked for: no class is ever chosen
 * by a schema.
 */
package io.labelstream.serde.avro;
