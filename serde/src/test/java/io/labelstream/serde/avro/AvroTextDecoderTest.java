package io.labelstream.serde.avro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.labelstream.serde.DeadLetter;
import io.labelstream.serde.FieldPath;
import io.labelstream.serde.RefusedMessageException;
import io.labelstream.serde.TextEvent;
import io.labelstream.serde.TextTemplate;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AvroTextDecoderTest {

    private static final Schema REVIEW =
            PlainAvro.record(
                    """
                    {'name':'id','type':'long'},
                    {'name':'title','type':['null','string']},
                    {'name':'body','type':{'type':'record','name':'Body','fields':[
                        {'name':'parts','type':{'type':'array','items':'string'}},
                        {'name':'byLanguage','type':{'type':'map','values':'string'}}]}}
                    """);

    private final AvroTextDecoder textEvents = AvroTextDecoder.ofTextEvents();

    @Test
    void readsTextEventsThatPlainAvroWrote() throws Exception {
        assertThat(textEvents.decode(textEvent("7", "good film", null)))
                .isEqualTo(new TextEvent("7", "good film", ""));
        assertThat(textEvents.decode(textEvent(null, "caf\u00E9 \uD83D\uDE00", "bad")))
                .isEqualTo(new TextEvent("", "caf\u00E9 \uD83D\uDE00", "bad"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0002ff00", // no id, a text of one byte FF, no second text
                "0004c08000", // overlong NUL
                "000ceda0bdedb88000" // surrogates, each encoded for itself
            })
    void textMustBeUtf8(String hex) {
        assertRefused(
                () -> textEvents.decode(HexFormat.of().parseHex(hex)),
                DeadLetter.Reason.BAD_ENCODING,
                "not valid UTF-8");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", // nothing
                "01", // a branch below the first
                "000a6869", // text cut short
                "0001", // a text of negative length
                "040268690002686900", // no such branch
                "000268000000" // more bytes than a record
            })
    void whatIsNoTextEventIsRefused(String hex) {
        assertRefused(
                () -> textEvents.decode(HexFormat.of().parseHex(hex)),
                DeadLetter.Reason.SCHEMA,
                "not of the schema");
    }

    @Test
    void decoderReadsOnAfterARefusal() throws Exception {
        assertThatThrownBy(() -> textEvents.decode(new byte[] {1}))
                .isInstanceOf(RefusedMessageException.class);

        assertThat(textEvents.decode(textEvent(null, "good", null)).text()).isEqualTo("good");
    }

    @Test
    void joinsFieldsElementsAndEntries() throws Exception {
        TextTemplate template =
                TextTemplate.parse(
                        "{title}: {body.parts[1]} {body.byLanguage.en} {body.byLanguage['zh-CN']}");
        AvroTextDecoder decoder =
                new AvroTextDecoder(
                        REVIEW, null, template, FieldPath.parse("body.byLanguage.pair"));

        GenericRecord review =
                review(
                        "A title",
                        List.of("zero", "one", "two"),
                        Map.of("zh-CN", "\u597D", "en", "good", "x", "y", "pair", "second"));

        TextEvent expected = new TextEvent("", "A title: one good \u597D", "second");
        assertThat(decoder.decode(PlainAvro.write(review))).isEqualTo(expected);
        assertThat(decoder.decode(PlainAvro.writeInBlocks(review))).isEqualTo(expected);
    }

    @Test
    void optionalFieldsMayBeNullOrMissing() throws Exception {
        TextTemplate template =
                TextTemplate.parse("[{title?}|{body.parts[7]?}|{body.byLanguage.en?}|{none?}]");
        AvroTextDecoder decoder =
                new AvroTextDecoder(REVIEW, null, template, FieldPath.parse("title"));

        assertThat(decoder.decode(PlainAvro.write(review(null, List.of("a"), Map.of()))))
                .isEqualTo(new TextEvent("", "[|||]", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"title", "body.parts[1]", "body.byLanguage.en"})
    void otherFieldsMayNot(String path) {
        AvroTextDecoder decoder = decoder(REVIEW, path);
        byte[] value = PlainAvro.write(review(null, List.of("a"), Map.of("e", "f")));

        assertRefused(
                () -> decoder.decode(value),
                DeadLetter.Reason.SCHEMA,
                "field " + path + " is missing or null");
    }

    @ParameterizedTest
    @CsvSource({
        "id, 'field id is a long, expected a string'",
        "body, 'field body is a record, expected a string'",
        "body.parts, 'field body.parts is an array, expected a string'",
        "title.more, 'field title is a string, expected a record or a map'",
        "body.parts.more, 'field body.parts is an array, expected a record or a map'",
        "body[0], 'field body is a record, expected an array'",
        "nothing, 'there is no string at field nothing'",
        "body.nothing, 'there is no string at field body.nothing'"
    })
    void fieldThatIsNoStringIsNamedAtStart(String path, String message) {
        assertThatThrownBy(() -> AvroTextDecoder.check(REVIEW, text(path), null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Schema R: " + message);
    }

    @Test
    void secondTextIsCheckedAtStartToo() {
        FieldPath number = FieldPath.parse("id");

        assertThatThrownBy(() -> AvroTextDecoder.check(REVIEW, text("title"), number))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Schema R: field id is a long, expected a string");
    }

    @Test
    void fieldsThatAreStringsPassTheCheck() {
        AvroTextDecoder.check(
                REVIEW,
                TextTemplate.parse("{title} {body.parts[0]} {body.byLanguage.en?}"),
                FieldPath.parse("title"));
        AvroTextDecoder.check(io.labelstream.avro.TextEvent.getClassSchema(), null, null);
        AvroTextDecoder.check(null, text("any.field[0]"), null);
    }

    @Test
    void withoutNamedFieldsTheSchemaNeedsAText() {
        assertThatThrownBy(() -> AvroTextDecoder.check(REVIEW, null, null))
                .hasMessage("Schema R: there is no string at field text");
    }

    @Test
    void fieldCannotBeTwoThings() {
        assertThatThrownBy(() -> AvroTextDecoder.check(null, TextTemplate.parse("{a}{a.b}"), null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Field a is asked for as a text and as something else at once");
        assertThatThrownBy(() -> AvroTextDecoder.check(null, text("a.b"), FieldPath.parse("a[0]")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Field a is asked for as a list and as something else at once");
    }

    @Test
    void fieldAskedForTwiceIsGivenTwice() throws Exception {
        AvroTextDecoder decoder =
                new AvroTextDecoder(
                        REVIEW,
                        null,
                        TextTemplate.parse("{title}{title}"),
                        FieldPath.parse("title"));

        assertThat(decoder.decode(PlainAvro.write(review("a", List.of(), Map.of()))))
                .isEqualTo(new TextEvent("", "aa", "a"));
    }

    @Test
    void schemaWithoutTheFieldRefusesAllItsValues() {
        AvroTextDecoder decoder = decoder(REVIEW, "body.nothing");
        byte[] value = PlainAvro.write(review("a", List.of(), Map.of()));

        for (int i = 0; i < 2; i++) {
            assertRefused(
                    () -> decoder.decode(value),
                    DeadLetter.Reason.SCHEMA,
                    "the schema has no string at field body.nothing");
        }
    }

    @Test
    void eachBranchOfAUnionIsReadForWhatItIs() throws Exception {
        Schema schema =
                PlainAvro.record(
                        """
                        {'name':'payload','type':['null','long',
                            {'type':'record','name':'A','fields':[{'name':'text','type':'string'}]},
                            {'type':'record','name':'B','fields':[
                                {'name':'n','type':'int'},{'name':'text','type':['string','int']}]},
                            {'type':'record','name':'C','fields':[{'name':'other','type':'string'}]}]}
                        """);
        List<Schema> branches = schema.getField("payload").schema().getTypes();
        AvroTextDecoder decoder = decoder(schema, "payload.text");

        assertThat(decode(decoder, schema, PlainAvro.values(branches.get(2), "a"))).isEqualTo("a");
        assertThat(decode(decoder, schema, PlainAvro.values(branches.get(3), 1, "b")))
                .isEqualTo("b");
        assertRefused(
                () -> decode(decoder, schema, PlainAvro.values(branches.get(3), 1, 2)),
                DeadLetter.Reason.SCHEMA,
                "field payload.text is an int, expected a string");
        assertRefused(
                () -> decode(decoder, schema, PlainAvro.values(branches.get(4), "c")),
                DeadLetter.Reason.SCHEMA,
                "field payload.text is missing or null");
        assertRefused(
                () -> decode(decoder, schema, null),
                DeadLetter.Reason.SCHEMA,
                "field payload.text is missing or null");
        assertRefused(
                () -> decode(decoder, schema, 7L),
                DeadLetter.Reason.SCHEMA,
                "field payload is a long, expected a record or a map");
    }

    @Test
    void ofAKeyThatOccursTwiceTheLastValueCounts() throws Exception {
        Schema schema =
                PlainAvro.record("{'name':'m','type':{'type':'map','values':['null','string']}}");
        AvroTextDecoder decoder =
                new AvroTextDecoder(schema, null, TextTemplate.parse("{m.k?}!"), null);

        // Two entries, both with key k: a string, then null; and the other way round.
        assertThat(decoder.decode(HexFormat.of().parseHex("04026b020261026b0000")).text())
                .isEqualTo("!");
        assertThat(decoder.decode(HexFormat.of().parseHex("04026b00026b02026100")).text())
                .isEqualTo("a!");
    }

    @Test
    void addedOptionalFieldDoesNotMatter() throws Exception {
        Schema writer =
                PlainAvro.schema(
                        """
                        {'type':'record','name':'TextEvent','namespace':'io.labelstream.avro','fields':[
                            {'name':'language','type':['null','string'],'default':null},
                            {'name':'text','type':'string'},
                            {'name':'id','type':['null','string'],'default':null},
                            {'name':'rank','type':'int','default':0}]}
                        """);
        AvroTextDecoder decoder = new AvroTextDecoder(writer, null, null, null);

        assertThat(decoder.decode(PlainAvro.write(PlainAvro.values(writer, "en", "hi", "9", 1))))
                .isEqualTo(new TextEvent("9", "hi", ""));
    }

    @Test
    void textThatMayBeNullIsReadWhereItIsNot() throws Exception {
        Schema writer =
                PlainAvro.schema(
                        """
                        {'type':'record','name':'TextEvent','namespace':'io.labelstream.avro','fields':[
                            {'name':'text','type':['null','string']}]}
                        """);
        AvroTextDecoder decoder = new AvroTextDecoder(writer, null, null, null);

        assertThat(decoder.decode(PlainAvro.write(PlainAvro.values(writer, "hi"))))
                .isEqualTo(TextEvent.of("hi"));
        assertRefused(
                () -> decoder.decode(PlainAvro.write(PlainAvro.values(writer, (Object) null))),
                DeadLetter.Reason.SCHEMA,
                "field text is missing or null");
    }

    @Test
    void requiredFieldOfTheReadersSchemaThatIsMissingIsRefused() {
        Schema writer =
                PlainAvro.schema(
                        "{'type':'record','name':'R','fields':[{'name':'a','type':'string'}]}");
        Schema reader =
                PlainAvro.schema(
                        "{'type':'record','name':'R','fields':[{'name':'a','type':'string'},{'name':'b','type':'int'}]}");
        AvroTextDecoder decoder =
                new AvroTextDecoder(writer, reader, TextTemplate.field(FieldPath.parse("a")), null);

        assertRefused(
                () -> decoder.decode(PlainAvro.write(PlainAvro.values(writer, "secret"))),
                DeadLetter.Reason.SCHEMA,
                "values of schema R cannot be read as R: READER_FIELD_MISSING_DEFAULT_VALUE at /fields/1 (b)");
    }

    @Test
    void removedRequiredFieldIsRefused() {
        Schema writer =
                PlainAvro.schema(
                        """
                        {'type':'record','name':'TextEvent','namespace':'io.labelstream.avro','fields':[
                            {'name':'id','type':['null','string'],'default':null}]}
                        """);
        AvroTextDecoder decoder = new AvroTextDecoder(writer, null, null, null);

        assertRefused(
                () -> decoder.decode(PlainAvro.write(PlainAvro.values(writer, "secret"))),
                DeadLetter.Reason.SCHEMA,
                "the schema has no string at field text");
    }

    @Test
    void otherNumbersThanTheReadersDoNotMatter() throws Exception {
        Schema writer =
                PlainAvro.record("{'name':'n','type':'int'},{'name':'text','type':'string'}");
        Schema reader =
                PlainAvro.record("{'name':'n','type':'long'},{'name':'text','type':'string'}");

        assertThat(read(writer, reader, "{text}", PlainAvro.values(writer, 300, "hi")))
                .isEqualTo("hi");
    }

    @Test
    void numberThatTheReaderHasNoRoomForIsRefused() {
        Schema writer =
                PlainAvro.record("{'name':'n','type':'long'},{'name':'text','type':'string'}");
        Schema reader =
                PlainAvro.record("{'name':'n','type':'int'},{'name':'text','type':'string'}");

        assertRefused(
                () -> read(writer, reader, "{text}", PlainAvro.values(writer, 1L, "hi")),
                DeadLetter.Reason.SCHEMA,
                "TYPE_MISMATCH at /fields/0/type (reader type: INT not compatible with writer"
                        + " type: LONG)");
    }

    @Test
    void renamedFieldsAreFoundByTheirAliases() throws Exception {
        Schema writer =
                PlainAvro.record(
                        """
                        {'name':'inner','type':{'type':'record','name':'Old','fields':[
                            {'name':'content','type':'string'}]}},
                        {'name':'headline','type':['null','string']}
                        """);
        Schema reader =
                PlainAvro.record(
                        """
                        {'name':'title','aliases':['headline'],'type':['null','string']},
                        {'name':'body','aliases':['x','inner'],
                            'type':{'type':'record','name':'New','aliases':['Old'],'fields':[
                                {'name':'text','aliases':['content'],'type':'string'}]}}
                        """);
        GenericRecord written =
                PlainAvro.values(
                        writer,
                        PlainAvro.values(writer.getField("inner").schema(), "a text"),
                        "a title");

        assertThat(read(writer, reader, "{title}: {body.text}", written))
                .isEqualTo("a title: a text");
        // The names of the writer are not the reader's.
        assertRefused(
                () -> read(writer, reader, "{inner.content}", written),
                DeadLetter.Reason.SCHEMA,
                "the schema has no string at field inner.content");
    }

    @Test
    void renamedRecordsInUnionsAreFoundByTheirAliases() throws Exception {
        Schema writer =
                PlainAvro.record(
                        """
                        {'name':'u','type':['null',{'type':'record','name':'Old','fields':[
                            {'name':'text','type':'string'}]}]}
                        """);
        Schema reader =
                PlainAvro.record(
                        """
                        {'name':'u','type':[{'type':'record','name':'New','aliases':['Old'],'fields':[
                            {'name':'text','type':'string'}]},'null']}
                        """);
        Schema branch = writer.getField("u").schema().getTypes().get(1);

        assertThat(
                        read(
                                writer,
                                reader,
                                "{u.text}",
                                PlainAvro.values(writer, PlainAvro.values(branch, "a"))))
                .isEqualTo("a");
    }

    @Test
    void defaultsStandForWhatWasNotWritten() throws Exception {
        Schema writer = PlainAvro.record("{'name':'n','type':'int'}");
        Schema reader =
                PlainAvro.record(
                        """
                        {'name':'text','type':'string','default':'none given'},
                        {'name':'title','type':['null','string'],'default':null},
                        {'name':'broken','type':'string','default':'\\ud83d!'},
                        {'name':'body','default':{'lines':['a','b']},
                            'type':{'type':'record','name':'Body','fields':[
                                {'name':'lines','type':{'type':'array','items':'string'}},
                                {'name':'tail','type':'string','default':'end'}]}},
                        {'name':'map','type':{'type':'map','values':'string'},'default':{'k':'v'}}
                        """);

        assertThat(
                        read(
                                writer,
                                reader,
                                "{text}|{title?}|{broken}|{body.lines[1]}|{body.lines[2]?}|"
                                        + "{body.tail}|{map.k}|{map.none?}",
                                PlainAvro.values(writer, 1)))
                .isEqualTo("none given||\uFFFD!|b||end|v|");
    }

    @Test
    void bytesAreTextWhereTheReaderSaysSo() throws Exception {
        Schema writer = PlainAvro.record("{'name':'text','type':'bytes'}");
        Schema reader = PlainAvro.record("{'name':'text','type':'string'}");
        GenericRecord written =
                PlainAvro.values(writer, ByteBuffer.wrap("hi".getBytes(StandardCharsets.UTF_8)));

        assertThat(read(writer, reader, "{text}", written)).isEqualTo("hi");
        assertRefused(
                () -> read(writer, null, "{text}", written),
                DeadLetter.Reason.SCHEMA,
                "field text is bytes, expected a string");
    }

    @Test
    void classesThatASchemaNamesAreNotLoaded() throws Exception {
        String name = NamedBySchema.class.getName();
        Schema schema =
                PlainAvro.schema(
                        """
                        {'type':'record','name':'NamedBySchema','namespace':'io.labelstream.serde.avro',
                         'java-class':'TRAP','fields':[
                            {'name':'tags','type':{'type':'map','values':'long',
                                'java-key-class':'TRAP','java-class':'TRAP'}},
                            {'name':'list','type':{'type':'array','items':'long',
                                'java-class':'TRAP','java-element-class':'TRAP'}},
                            {'name':'text','type':{'type':'string','avro.java.string':'String',
                                'java-class':'TRAP','logicalType':'TRAP'}}]}
                        """
                                .replace("TRAP", name));

        // A map of one entry, a list of one number, two letters.
        byte[] value = HexFormat.of().parseHex("02026b0200" + "020200" + "046162");

        assertThat(decoder(schema, "text").decode(value).text()).isEqualTo("ab");
        assertThat(System.getProperty(NamedBySchema.MARK)).isNull();
        // That the mark would have been there.
        assertThat(Class.forName(name)).isNotNull();
        assertThat(System.getProperty(NamedBySchema.MARK)).isEqualTo("initialized");
    }

    @Test
    void messagesHoldNothingOfTheValue() {
        byte[] value = textEvent("secret", "secret", "secret");

        for (int length = 0; length < value.length; length++) {
            byte[] cut = Arrays.copyOf(value, length);
            assertThatThrownBy(() -> textEvents.decode(cut))
                    .isInstanceOf(RefusedMessageException.class)
                    .hasMessageNotContaining("secret")
                    .hasNoCause();
        }
    }

    private static GenericRecord review(
            String title, List<String> parts, Map<String, String> byLanguage) {
        return PlainAvro.values(
                REVIEW,
                1L,
                title,
                PlainAvro.values(REVIEW.getField("body").schema(), parts, byLanguage));
    }

    private static byte[] textEvent(String id, String text, String pair) {
        return PlainAvro.write(
                PlainAvro.values(io.labelstream.avro.TextEvent.getClassSchema(), id, text, pair));
    }

    private static TextTemplate text(String path) {
        return TextTemplate.field(FieldPath.parse(path));
    }

    private static AvroTextDecoder decoder(Schema writer, String path) {
        return new AvroTextDecoder(writer, null, text(path), null);
    }

    private static String decode(AvroTextDecoder decoder, Schema schema, Object payload)
            throws RefusedMessageException {
        return decoder.decode(PlainAvro.write(PlainAvro.values(schema, payload))).text();
    }

    private static String read(Schema writer, Schema reader, String template, GenericRecord value)
            throws RefusedMessageException {
        return new AvroTextDecoder(writer, reader, TextTemplate.parse(template), null)
                .decode(PlainAvro.write(value))
                .text();
    }

    private static void assertRefused(
            ThrowingCallable decoding, DeadLetter.Reason reason, String message) {
        assertThatThrownBy(decoding)
                .isInstanceOfSatisfying(
                        RefusedMessageException.class,
                        e -> assertThat(e.reason()).isEqualTo(reason))
                .hasMessageContaining(message);
    }
}
