package io.labelstream.serde.avro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.labelstream.serde.DeadLetter;
import io.labelstream.serde.FieldPath;
import io.labelstream.serde.RefusedMessageException;
import io.labelstream.serde.TextEvent;
import io.labelstream.serde.TextTemplate;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes that claim what is not there, or more than any reader should do. */
class AvroLimitsTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    /** One field of each kind, and the text behind them all. */
    private static final Schema ALL =
            PlainAvro.record(
                    """
                    {'name':'flag','type':'boolean'},
                    {'name':'number','type':'int'},
                    {'name':'large','type':'long'},
                    {'name':'real','type':'double'},
                    {'name':'small','type':'float'},
                    {'name':'raw','type':'bytes'},
                    {'name':'colour','type':{'type':'enum','name':'E','symbols':['A','B']}},
                    {'name':'key','type':{'type':'fixed','name':'F','size':2}},
                    {'name':'list','type':{'type':'array','items':['null','string']}},
                    {'name':'map','type':{'type':'map','values':{'type':'array','items':'long'}}},
                    {'name':'text','type':'string'}
                    """);

    private static final String TEXT = "0278";
    private static final String MAP = "02026b" + "020200" + "00";

    /** The fields of ALL, each valid. */
    private static final List<String> FIELDS =
            List.of(
                    "01",
                    "02",
                    "02",
                    "0000000000000000",
                    "00000000",
                    "02ff",
                    "02",
                    "abcd",
                    "0400020261" + "00",
                    MAP,
                    TEXT);

    /** The fields in front of the list. */
    private static final String BEFORE_LIST = String.join("", FIELDS.subList(0, 8));

    /** The fields in front of the map. */
    private static final String BEFORE_MAP = String.join("", FIELDS.subList(0, 9));

    private static final Schema NULLS =
            PlainAvro.record(
                    """
                    {'name':'nulls','type':{'type':'array','items':'null'}},
                    {'name':'text','type':'string'}
                    """);

    @Test
    void allKindsOfFieldsAreSkipped() throws Exception {
        assertThat(decode(ALL, String.join("", FIELDS))).isEqualTo("x");
    }

    /** In a value that is all right but for one field, so it is that field that is refused. */
    @ParameterizedTest
    @CsvSource({
        "0, 02", // a boolean that is neither
        "1, ffffffff1f", // an int of 33 bits
        "1, 808080808000", // an int of six bytes
        "2, ffffffffffffffffff02", // a long of 65 bits
        "2, 8080808080808080808000", // a long of eleven bytes
        "5, feffffff0f", // 2^31-1 bytes
        "5, feffffffffffffffff01", // 2^63-1 bytes
        "5, 01", // -1 bytes
        "6, 04", // no such symbol
        "6, 01" // a symbol below the first
    })
    void numbersAndLengthsOutOfRangeAreRefused(int field, String hex) {
        List<String> fields = new ArrayList<>(FIELDS);
        fields.set(field, hex);

        assertRefused(ALL, String.join("", fields));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "feffffff0f" + "00", // 2^31-1 items, one of them there
                "feffffffffffffffff01" + "00", // 2^63-1 items
                "ffffffffffffffffff01" + "0200", // -2^63 items, which has no counterpart
                "01" + "ffffffff0f" + "00" + "00", // a block of -2^31 bytes
                "01" + "feffffff0f" + "00" + "00", // a block of 2^31-1 bytes
                "01" + "04" + "00" + "00", // a block of two bytes that has one
                "03" + "02" + "0000" + "00", // a block of one byte that has two
                "02" + "04", // no such branch
                "02" + "00" // no end
            })
    void blocksThatDoNotFitAreRefused(String hex) {
        assertRefused(ALL, BEFORE_LIST + hex + MAP + TEXT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00", // empty
                "020002000200" + "00", // three blocks of one item
                "01" + "02" + "00" + "00", // a block that tells its size
                "01" + "0200" + "0200" + "03" + "04" + "0000" + "00" // both kinds
            })
    void blocksMayTellTheirSize(String hex) throws Exception {
        assertThat(decode(ALL, BEFORE_LIST + hex + MAP + TEXT)).isEqualTo("x");
    }

    @Test
    void hugeMapIsRefusedWithoutMakingRoomForIt() {
        assertTimeoutPreemptively(
                SECOND, () -> assertRefused(ALL, BEFORE_MAP + "feffffff0f" + MAP.repeat(1000)));
    }

    @Test
    void itemsWithoutBytesAreReadUpToALimit() throws Exception {
        byte[] thousand = bytes(number(1000), "00" + TEXT);
        byte[] most = bytes(number(AvroBytes.MAX_EMPTY_STEPS), "00" + TEXT);
        byte[] tooMany = bytes(number(AvroBytes.MAX_EMPTY_STEPS + 1L), "00" + TEXT);
        byte[] endless = bytes(number(Long.MAX_VALUE), "00" + TEXT);
        byte[] endlessBlock = bytes(number(-Long.MAX_VALUE), "00" + "00" + TEXT);

        assertThat(decoder(NULLS).decode(thousand).text()).isEqualTo("x");
        assertTimeoutPreemptively(
                SECOND,
                () -> {
                    assertThat(decoder(NULLS).decode(most).text()).isEqualTo("x");
                    assertRefused(NULLS, tooMany);
                    assertRefused(NULLS, endless);
                    assertRefused(NULLS, endlessBlock);
                });
    }

    @Test
    void recordsOfNothingThatDoubleAtEachLevelAreRefusedInTime() {
        StringBuilder fields = new StringBuilder("{'name':'f0','type':");
        fields.append("{'type':'record','name':'R0','fields':[]}},");
        for (int level = 1; level <= 40; level++) {
            fields.append(
                    "{'name':'f%d','type':{'type':'record','name':'R%d','fields':[{'name':'a','type':'R%d'},{'name':'b','type':'R%d'}]}},"
                            .formatted(level, level, level - 1, level - 1));
        }
        Schema schema = PlainAvro.record(fields + "{'name':'text','type':'string'}");

        assertTimeoutPreemptively(SECOND, () -> assertRefused(schema, TEXT));
    }

    @Test
    void listLinkedByRecordsIsReadUpToALimit() throws Exception {
        Schema schema =
                PlainAvro.schema(
                        """
                        {'type':'record','name':'Node','fields':[
                            {'name':'text','type':'string'},
                            {'name':'next','type':['null','Node']}]}
                        """);
        int most = AvroBytes.MAX_DEPTH - 1;

        assertThat(decode(schema, TEXT + ("02" + TEXT).repeat(most) + "00")).isEqualTo("x");
        assertRefused(schema, TEXT + ("02" + TEXT).repeat(most + 1) + "00");
        assertTimeoutPreemptively(
                SECOND, () -> assertRefused(schema, TEXT + ("02" + TEXT).repeat(350_000) + "00"));
    }

    @Test
    void recordThatHoldsItselfAlwaysIsRefused() {
        Schema schema =
                PlainAvro.schema(
                        """
                        {'type':'record','name':'Node','fields':[
                            {'name':'a','type':'Node'},
                            {'name':'b','type':'Node'},
                            {'name':'text','type':'string'}]}
                        """);

        assertTimeoutPreemptively(SECOND, () -> assertRefused(schema, TEXT));
    }

    @Test
    void manyTypesWithinOneAnotherDoNotTakeTheStack() {
        StringBuilder fields = new StringBuilder("{'name':'f0','type':");
        fields.append("{'type':'record','name':'R0','fields':[{'name':'a','type':'int'}]}},");
        for (int level = 1; level <= 5000; level++) {
            fields.append(
                    "{'name':'f%d','type':{'type':'record','name':'R%d','fields':[{'name':'a','type':'R%d'}]}},"
                            .formatted(level, level, level - 1));
        }
        Schema schema = PlainAvro.record(fields + "{'name':'text','type':'string'}");

        assertRefused(schema, "00".repeat(10_000));
    }

    @Test
    void valueCutAnywhereIsRefused() throws Exception {
        byte[] value = PlainAvro.write(anything());
        byte[] inBlocks = PlainAvro.writeInBlocks(anything());

        for (byte[] whole : List.of(value, inBlocks)) {
            assertThat(decoder(ALL).decode(whole).text()).isEqualTo("some text");
            for (int length = 0; length < whole.length; length++) {
                assertRefused(ALL, Arrays.copyOf(whole, length));
            }
        }
    }

    /** That nothing else is thrown; most changes are refused, some make another value. */
    @Test
    void changedBytesAreReadOrRefused() {
        Random random = new Random(5);
        byte[] value = PlainAvro.writeInBlocks(anything());
        AvroTextDecoder decoder = decoder(ALL);
        int refused = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] changed = value.clone();
            for (int i = random.nextInt(3); i >= 0; i--) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
            }
            refused += isRefused(decoder, changed) ? 1 : 0;
        }

        assertThat(refused).isBetween(5_000, 19_999);
    }

    @Test
    void anyBytesAreReadOrRefused() {
        Random random = new Random(6);
        AvroTextDecoder decoder = decoder(ALL);
        AvroTextDecoder textEvents = AvroTextDecoder.ofTextEvents();
        int refused = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);
            refused += isRefused(decoder, bytes) ? 1 : 0;
            refused += isRefused(textEvents, bytes) ? 1 : 0;
        }

        assertThat(refused).isGreaterThan(30_000);
    }

    private static boolean isRefused(AvroTextDecoder decoder, byte[] value) {
        try {
            TextEvent event = decoder.decode(value);
            assertThat(event.text()).isNotNull();
            return false;
        } catch (RefusedMessageException e) {
            assertThat(e.reason()).isIn(DeadLetter.Reason.SCHEMA, DeadLetter.Reason.BAD_ENCODING);
            return true;
        }
    }

    private static GenericRecord anything() {
        return PlainAvro.values(
                ALL,
                true,
                -70_000,
                Long.MIN_VALUE,
                0.5,
                0.25f,
                ByteBuffer.wrap(new byte[] {1, 2, 3}),
                new GenericData.EnumSymbol(ALL.getField("colour").schema(), "B"),
                new GenericData.Fixed(ALL.getField("key").schema(), new byte[] {1, 2}),
                Arrays.asList("a", null, "a longer item of some thirty letters", null, "b"),
                new TreeMap<>(
                        Map.of(
                                "one",
                                List.of(1L, -1L),
                                "none",
                                List.of(),
                                "two",
                                List.of(1L << 40))),
                "some text");
    }

    private static AvroTextDecoder decoder(Schema schema) {
        return new AvroTextDecoder(schema, null, TextTemplate.field(FieldPath.parse("text")), null);
    }

    private static String decode(Schema schema, String hex) throws RefusedMessageException {
        return decoder(schema).decode(HexFormat.of().parseHex(hex)).text();
    }

    private static void assertRefused(Schema schema, String hex) {
        assertRefused(schema, HexFormat.of().parseHex(hex));
    }

    private static void assertRefused(Schema schema, byte[] value) {
        assertThatThrownBy(() -> decoder(schema).decode(value))
                .isInstanceOfSatisfying(
                        RefusedMessageException.class,
                        e -> assertThat(e.reason()).isEqualTo(DeadLetter.Reason.SCHEMA));
    }

    private static byte[] bytes(byte[] first, String hex) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(first);
        bytes.writeBytes(HexFormat.of().parseHex(hex));
        return bytes.toByteArray();
    }

    /** A long as Avro writes it. */
    private static byte[] number(long value) {
        AvroBuffer buffer = new AvroBuffer();
        buffer.writeLong(value);
        return buffer.toByteArray();
    }
}
