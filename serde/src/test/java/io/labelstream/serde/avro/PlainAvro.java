package io.labelstream.serde.avro;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;

/** Avro's own ways to write and read, to hold ours against. */
final class PlainAvro {

    private PlainAvro() {}

    /** A schema in JSON with single quotes. */
    static Schema schema(String json) {
        return AvroSchemas.parse(json.replace('\'', '"'));
    }

    /** A record schema of some fields, in JSON with single quotes. */
    static Schema record(String fields) {
        return schema("{'type':'record','name':'R','fields':[" + fields + "]}");
    }

    /** A record's values in the order of its fields. */
    static GenericRecord values(Schema schema, Object... values) {
        GenericRecord record = new GenericData.Record(schema);
        for (int i = 0; i < values.length; i++) {
            record.put(i, values[i]);
        }
        return record;
    }

    static byte[] write(GenericRecord record) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        return write(record, bytes, EncoderFactory.get().binaryEncoder(bytes, null));
    }

    /** With arrays and maps in blocks that begin with a negative count and their size in bytes. */
    static byte[] writeInBlocks(GenericRecord record) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        return write(
                record,
                bytes,
                new EncoderFactory().configureBlockSize(64).blockingBinaryEncoder(bytes, null));
    }

    private static byte[] write(
            GenericRecord record, ByteArrayOutputStream bytes, BinaryEncoder encoder) {
        try {
            new GenericDatumWriter<GenericRecord>(record.getSchema()).write(record, encoder);
            encoder.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static GenericRecord read(Schema writer, Schema reader, byte[] bytes) {
        try {
            return new GenericDatumReader<GenericRecord>(writer, reader)
                    .read(null, DecoderFactory.get().binaryDecoder(bytes, null));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
