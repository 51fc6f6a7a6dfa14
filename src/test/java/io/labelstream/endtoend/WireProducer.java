package io.labelstream.endtoend;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * Sends a record in Kafka's wire format, byte by byte, with a timestamp before 1970 or none at all:
 * brokers take both, and Kafka's own producer does not send them.
 */
final class WireProducer {

    private static final short PRODUCE = 0;
    private static final short VERSION = 7;
    private static final byte MAGIC = 2;
    private static final int TIMEOUT_MILLIS = 30_000;

    private WireProducer() {}

    /**
     * Sends a record without headers to partition 0.
     *
     * @param key may be null
     * @param value may be null
     * @return its offset
     */
    static long send(String servers, String topic, byte[] key, byte[] value, long timestamp)
            throws IOException {
        int colon = servers.lastIndexOf(':');
        byte[] request = request(topic, batch(record(key, value), timestamp));
        try (Socket socket =
                new Socket(
                        servers.substring(0, colon),
                        Integer.parseInt(servers.substring(colon + 1)))) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            out.writeInt(request.length);
            out.write(request);
            out.flush();
            return offset(new DataInputStream(socket.getInputStream()));
        }
    }

    private static byte[] request(String topic, byte[] batch) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeShort(PRODUCE);
        out.writeShort(VERSION);
        out.writeInt(1); // correlation
        writeString(out, "wire-producer");
        out.writeShort(-1); // no transaction
        out.writeShort(-1); // acknowledged by all replicas
        out.writeInt(TIMEOUT_MILLIS);
        out.writeInt(1); // topics
        writeString(out, topic);
        out.writeInt(1); // partitions
        out.writeInt(0); // this one
        out.writeInt(batch.length);
        out.write(batch);
        return bytes.toByteArray();
    }

    private static byte[] batch(byte[] record, long timestamp) throws IOException {
        ByteArrayOutputStream checked = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(checked);
        out.writeShort(0); // attributes: not compressed, the sender's timestamps
        out.writeInt(0); // offset of the last record, from the first
        out.writeLong(timestamp); // of the first record
        out.writeLong(timestamp); // the highest
        out.writeLong(-1); // no producer id
        out.writeShort(-1); // nor its epoch
        out.writeInt(-1); // nor a sequence
        out.writeInt(1); // records
        out.write(record);
        CRC32C checksum = new CRC32C();
        checksum.update(checked.toByteArray());

        ByteArrayOutputStream batch = new ByteArrayOutputStream();
        out = new DataOutputStream(batch);
        out.writeLong(0); // offset, which the broker sets
        out.writeInt(Integer.BYTES + Byte.BYTES + Integer.BYTES + checked.size());
        out.writeInt(-1); // epoch of the partition's leader, which the broker sets
        out.writeByte(MAGIC);
        out.writeInt((int) checksum.getValue());
        out.write(checked.toByteArray());
        return batch.toByteArray();
    }

    private static byte[] record(byte[] key, byte[] value) {
        ByteArrayOutputStream record = new ByteArrayOutputStream();
        record.write(0); // attributes
        writeNumber(record, 0); // timestamp, from the first record's
        writeNumber(record, 0); // offset, from the first record's
        writeBytes(record, key);
        writeBytes(record, value);
        writeNumber(record, 0); // headers
        ByteArrayOutputStream sized = new ByteArrayOutputStream();
        writeNumber(sized, record.size());
        sized.writeBytes(record.toByteArray());
        return sized.toByteArray();
    }

    private static void writeString(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeShort(bytes.length);
        out.write(bytes);
    }

    private static void writeBytes(ByteArrayOutputStream out, byte[] bytes) {
        writeNumber(out, bytes == null ? -1 : bytes.length);
        if (bytes != null) {
            out.writeBytes(bytes);
        }
    }

    /** Zigzag, seven bits a byte. */
    private static void writeNumber(ByteArrayOutputStream out, int value) {
        int left = (value << 1) ^ (value >> 31);
        while ((left & ~0x7F) != 0) {
            out.write((left & 0x7F) | 0x80);
            left >>>= 7;
        }
        out.write(left);
    }

    private static long offset(DataInputStream in) throws IOException {
        in.readInt(); // size
        in.readInt(); // correlation
        in.readInt(); // topics
        in.readUTF(); // name of the topic, in ASCII
        in.readInt(); // partitions
        in.readInt(); // this one
        short error = in.readShort();
        long offset = in.readLong();
        if (error != 0) {
            throw new IOException("Kafka refused the record with error " + error);
        }
        return offset;
    }
}
