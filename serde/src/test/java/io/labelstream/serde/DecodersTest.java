package io.labelstream.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DecodersTest {

    private final TextDecoder text = InputFormat.TEXT.decoder();
    private final TextDecoder avro = InputFormat.AVRO.decoder();

    @Test
    void textIsTheWholeValue() throws UnreadableMessageException {
        assertThat(text.decode(" caf\u00E9 \uD83D\uDE00\n".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(TextEvent.of(" caf\u00E9 \uD83D\uDE00\n"));
    }

    @Test
    void byteOrderMarkIsDropped() throws UnreadableMessageException {
        assertThat(text.decode(HexFormat.of().parseHex("efbbbf6869")).text()).isEqualTo("hi");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "c328", // a continuation that is none
                "ff",
                "f5808080", // beyond U+10FFFF
                "c080", // overlong NUL
                "eda0bdedb880", // surrogates, each encoded for itself
                "6869e282", // cut within a character
                "fffe68006900" // UTF-16
            })
    void whatIsNotUtf8IsRefused(String hex) {
        assertThatThrownBy(() -> text.decode(HexFormat.of().parseHex(hex)))
                .isInstanceOfSatisfying(
                        UnreadableMessageException.class,
                        e -> assertThat(e.reason()).isEqualTo(DeadLetter.Reason.BAD_ENCODING));
    }

    @Test
    void readsTextEventsThatPlainAvroWrote() throws Exception {
        assertThat(avro.decode(plainAvro("7", "good film", null)))
                .isEqualTo(new TextEvent("7", "good film", ""));
        assertThat(avro.decode(plainAvro(null, "good", "bad")))
                .isEqualTo(new TextEvent("", "good", "bad"));
    }

    @Test
    void textInAvroMustBeUtf8() {
        // No id, a text of one byte FF, no second text.
        assertThatThrownBy(() -> avro.decode(HexFormat.of().parseHex("0002ff00")))
                .isInstanceOfSatisfying(
                        UnreadableMessageException.class,
                        e -> assertThat(e.reason()).isEqualTo(DeadLetter.Reason.BAD_ENCODING));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "01", // not even an union index
                "000a6869", // text cut short
                "00feffffff0f", // a text of 2 GiB, announced by five bytes
                "0001", // a text of negative length
                "040268690002686900", // no such union branch
                "000268000000" // more bytes than a record
            })
    void whatIsNoTextEventIsRefusedWithoutGreatAllocations(String hex) {
        assertThatThrownBy(() -> avro.decode(HexFormat.of().parseHex(hex)))
                .isInstanceOfSatisfying(
                        UnreadableMessageException.class,
                        e -> assertThat(e.reason()).isEqualTo(DeadLetter.Reason.SCHEMA));
    }

    @Test
    void decoderReadsOnAfterARefusal() throws Exception {
        assertThatThrownBy(() -> avro.decode(new byte[] {1}))
                .isInstanceOf(UnreadableMessageException.class);
        assertThat(avro.decode(plainAvro(null, "good", null)).text()).isEqualTo("good");
    }

    private static byte[] plainAvro(String id, String text, String pair) throws IOException {
        Schema schema =
                new Schema.Parser()
                        .parse(DecodersTest.class.getResourceAsStream("/text-event-as-sent.avsc"));
        GenericRecord record = new GenericData.Record(schema);
        record.put("id", id);
        record.put("text", text);
        record.put("textPair", pair);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
        new GenericDatumWriter<GenericRecord>(schema).write(record, encoder);
        encoder.flush();
        return bytes.toByteArray();
    }
}
