package io.labelstream.serde.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.labelstream.serde.DeadLetter.Reason;
import io.labelstream.serde.DuplicateKeys;
import io.labelstream.serde.FieldPath;
import io.labelstream.serde.RefusedMessageException;
import io.labelstream.serde.TextDecoder;
import io.labelstream.serde.TextEvent;
import io.labelstream.serde.TextTemplate;
import io.labelstream.serde.json.RandomDocuments.Document;
import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTextDecoderTest {

    private static final String CANARY = "canary-7f3a";
    private static final int DEEP = 100_000;
    private static final String LIMITS =
            "beyond the limits of JSON here: objects and arrays 500 deep, numbers of 1000 digits";

    private final TextDecoder text = decoder("text");
    private final TextDecoder strict =
            new JsonTextDecoder(
                    TextTemplate.field(FieldPath.parse("text")), null, DuplicateKeys.DEAD_LETTER);

    // Where the text stands.

    @Test
    void readsTheTextOfAField() throws Exception {
        assertThat(text.decode(json("{'id': 7, 'text': 'good', 'more': [1, {'text': 'bad'}]}")))
                .isEqualTo(TextEvent.of("good"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "body.text",
                "items[1].text",
                "items[2][1]",
                "['a.b'].text",
                "a.b.c.d.e",
                "body['text']",
                "items[3][0][0].x"
            })
    void followsPathsThroughObjectsAndArrays(String path) throws Exception {
        byte[] value =
                json(
                        """
                        {'items': [0, {'text': 'items[1].text'}, ['', 'items[2][1]'],
                                   [[{'x': 'items[3][0][0].x'}]], {'text': 'items[4].text'}],
                         'text': 'text',
                         'body': {'title': 'body.title', 'text': 'body.text'},
                         'a.b': {'text': '[a.b].text'},
                         'a': {'b': {'c': {'d': {'e': 'a.b.c.d.e'}}}}}
                        """);

        assertThat(decoder(path).decode(value).text())
                .isEqualTo(path.replace("['a.b']", "[a.b]").replace("['text']", ".text"));
    }

    @Test
    void joinsFieldsByATemplate() throws Exception {
        TextDecoder decoder = template("{title}. {body.text} ({title}, {tags[1]}) {{}}");

        byte[] value = json("{'tags':['a','b','c'],'body':{'text':'Long'},'title':'Short'}");

        assertThat(decoder.decode(value).text()).isEqualTo("Short. Long (Short, b) {}");
    }

    @Test
    void anOptionalFieldMayBeMissingOrNull() throws Exception {
        TextDecoder decoder = template("{title}{body.subtitle?}");

        assertThat(decoder.decode(json("{'title':'a'}")).text()).isEqualTo("a");
        assertThat(decoder.decode(json("{'title':'a','body':null}")).text()).isEqualTo("a");
        assertThat(decoder.decode(json("{'title':'a','body':{'subtitle':null}}")).text())
                .isEqualTo("a");
        assertThat(decoder.decode(json("{'title':'a','body':{'subtitle':'b'}}")).text())
                .isEqualTo("ab");
        assertRefused(
                decoder,
                json("{'title':'a','body':{'subtitle':1}}"),
                Reason.SCHEMA,
                "field body.subtitle is a number, expected a string");
    }

    @Test
    void aSecondTextMayBeMissingOrNull() throws Exception {
        TextDecoder pairs =
                new JsonTextDecoder(
                        TextTemplate.field(FieldPath.parse("q.first")),
                        FieldPath.parse("q.second"),
                        DuplicateKeys.LAST);

        assertThat(pairs.decode(json("{'q':{'second':'b','first':'a'}}")))
                .isEqualTo(new TextEvent("", "a", "b"));
        assertThat(pairs.decode(json("{'q':{'first':'a'}}"))).isEqualTo(new TextEvent("", "a", ""));
        assertThat(pairs.decode(json("{'q':{'first':'a','second':null}}")))
                .isEqualTo(new TextEvent("", "a", ""));
        assertRefused(
                pairs,
                json("{'q':{'first':'a','second':true}}"),
                Reason.SCHEMA,
                "field q.second is a boolean, expected a string");
        assertRefused(
                pairs,
                json("{'q':{'second':'b'}}"),
                Reason.SCHEMA,
                "field q.first is missing, expected a string");
    }

    @Test
    void oneFieldCanBeBothTexts() throws Exception {
        TextDecoder twice =
                new JsonTextDecoder(
                        TextTemplate.field(FieldPath.parse("text")),
                        FieldPath.parse("text"),
                        DuplicateKeys.LAST);

        assertThat(twice.decode(json("{'text':'a'}"))).isEqualTo(new TextEvent("", "a", "a"));
    }

    @Test
    void theEmptyStringIsAText() throws Exception {
        assertThat(text.decode(json("{'text':''}"))).isEqualTo(TextEvent.of(""));
    }

    @Test
    void findsTheTextInTenThousandDocuments() throws Exception {
        ObjectMapper another = new ObjectMapper();
        RandomDocuments documents = new RandomDocuments(4);
        for (int i = 0; i < 10_000; i++) {
            String string = documents.nextString();
            Document document = documents.nextWith("text", string);

            assertThat(text.decode(document.bytes()).text())
                    .as("document %d", i)
                    .isEqualTo(withoutLoneSurrogates(another.readValue(string, String.class)));
        }
    }

    // Encodings.

    @ParameterizedTest
    @ValueSource(
            strings = {
                "c328", // a continuation that is none
                "ff",
                "f5808080", // beyond U+10FFFF
                "c080", // overlong NUL
                "eda0bdedb880", // surrogates, each encoded for itself
                "6869e282" // cut within a character
            })
    void whatIsNotUtf8IsRefusedWhereverItStands(String hex) {
        for (String form :
                List.of(
                        "{'text':'%'}",
                        "{'text':'a','other':'%'}",
                        "{'%':1,'text':'a'}",
                        "{'text':'a'}%",
                        "%{'text':'a'}",
                        "{'text':'" + CANARY + "%")) {
            assertRefused(
                    text,
                    spliced(form, HexFormat.of().parseHex(hex)),
                    Reason.BAD_ENCODING,
                    "not valid UTF-8");
        }
    }

    @Test
    void oneByteOrderMarkIsSkipped() throws Exception {
        assertThat(text.decode(json("\uFEFF{'text':'\uFEFFhi'}")).text()).isEqualTo("\uFEFFhi");
        assertRefused(text, json("\uFEFF\uFEFF{'text':'hi'}"), Reason.PARSE, "not JSON");
        assertRefused(text, json("{'text':'hi'}\uFEFF"), Reason.PARSE, "not JSON");
        assertRefused(
                text, json("\uFEFF"), Reason.PARSE, "the value is blank, expected a JSON object");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"})
    void jsonInOtherEncodingsIsRefused(String charset) {
        String document = "{\"text\":\"" + CANARY + "\"}";

        assertRefused(text, document.getBytes(Charset.forName(charset)), Reason.PARSE, "not JSON");
    }

    @Test
    void utf16WithItsMarkIsNotUtf8() {
        assertRefused(
                text,
                "\uFEFF{\"text\":\"a\"}".getBytes(StandardCharsets.UTF_16LE),
                Reason.BAD_ENCODING,
                "not valid UTF-8");
    }

    @ParameterizedTest
    @CsvSource({
        "\\ud83d, \uFFFD",
        "\\ude00, \uFFFD",
        "\\ude00\\ud83d, \uFFFD\uFFFD",
        "a\\ud83db, a\uFFFDb",
        "\\ud83d\\n, '\uFFFD\n'",
        "\\ud83d\uD83D\uDE00\u4E2D\\ud83d\\ude00, \uFFFD\uD83D\uDE00\u4E2D\uD83D\uDE00"
    })
    void halvesOfCharactersAreReplaced(String escaped, String expected) throws Exception {
        assertThat(text.decode(json("{'text':'" + escaped + "'}")).text()).isEqualTo(expected);
    }

    @Test
    void controlCharactersStandInTextsEscaped() throws Exception {
        assertThat(text.decode(json("{'text':'a\\u0000b\\u001b\u007F\u0085'}")).text())
                .isEqualTo("a\0b\u001b\u007F\u0085");
        assertRefused(text, json("{'text':'a\0b'}"), Reason.PARSE, "not JSON");
        assertRefused(text, json("\0{'text':'a'}"), Reason.PARSE, "not JSON");
        assertRefused(text, json("{'text':'a'}\0"), Reason.PARSE, "not JSON");
    }

    @Test
    void namesMayHoldHalvesOfCharacters() throws Exception {
        byte[] value =
                json("{'\\ud83d':{'\\ude00':1},'text':'a','\\ude00\\ud83d':[],'x\\ud83d':'b'}");

        assertThat(text.decode(value).text()).isEqualTo("a");
        assertThat(strict.decode(value).text()).isEqualTo("a");
        assertRefused(
                strict,
                json("{'\\ud83d':1,'text':'a','\\uD83D':2}"),
                Reason.PARSE,
                "an object has a field twice");
    }

    @Test
    void namesAreComparedWithoutTheirEscapes() throws Exception {
        assertThat(text.decode(json("{'\\u0074e\\u0078t':'a'}")).text()).isEqualTo("a");
        TextDecoder emoji = decoder("['\uD83D\uDE00'].x");
        assertThat(emoji.decode(json("{'\uD83D\uDE00':{'x':'raw'}}")).text()).isEqualTo("raw");
        assertThat(emoji.decode(json("{'\\ud83d\\ude00':{'x':'escaped'}}")).text())
                .isEqualTo("escaped");
    }

    // What is not JSON.

    @ParameterizedTest
    @ValueSource(
            strings = {
                "canary-7f3a",
                "{",
                "}",
                "]",
                "{'text':'canary-7f3a'",
                "{'text':'canary-7f3a",
                "{'text'",
                "{'text':",
                "{'text':'canary-7f3a'}}",
                "{'text':'canary-7f3a'},",
                "{'text':'canary-7f3a'} canary-7f3a",
                "{'text':'canary-7f3a'}\u00A0",
                "{'text':'canary-7f3a',}",
                "{,'text':'canary-7f3a'}",
                "{'text':'canary-7f3a'} // comment",
                "{'text':'canary-7f3a', /* comment */ 'a':1}",
                "{text:'canary-7f3a'}",
                "{'text' 'canary-7f3a'}",
                "{'text':'canary-7f3a','n':NaN}",
                "{'text':'canary-7f3a','n':Infinity}",
                "{'text':'canary-7f3a','n':+1}",
                "{'text':'canary-7f3a','n':01}",
                "{'text':'canary-7f3a','n':-}",
                "{'text':'canary-7f3a','n':.5}",
                "{'text':'canary-7f3a','n':5.}",
                "{'text':'canary-7f3a','n':1e}",
                "{'text':'canary-7f3a','n':0x1F}",
                "{'text':'canary-7f3a','n':truer}",
                "{'text':'canary-7f3a','n':[1,]}",
                "{'text':'canary-7f3a','n':[1}",
                "{'text':'canary-7f3a','n':{'a':1]}",
                "{'text':'canary-7f3a\n'}",
                "{'text':'a','n':'canary-7f3a\n'}",
                "{'text':'canary-7f3a\\x'}",
                "{'text':'a','n':'canary-7f3a\\u12g4'}",
                "{'canary-7f3a\t':1}"
            })
    void whatIsNotJsonIsRefused(String value) {
        assertRefused(text, json(value), Reason.PARSE, "not JSON");
        assertRefused(strict, json(value), Reason.PARSE, "not JSON");
    }

    @Test
    void aSingleQuoteIsNoQuote() {
        assertRefused(
                text,
                "{'text':'canary-7f3a'}".getBytes(StandardCharsets.UTF_8),
                Reason.PARSE,
                "not JSON");
    }

    @Test
    void aSecondDocumentIsRefused() {
        for (String second : List.of("{'text':'canary-7f3a'}", "[]", "1", "null")) {
            assertRefused(
                    text,
                    json("{'text':'canary-7f3a'}\n" + second),
                    Reason.PARSE,
                    "something follows the JSON object");
        }
    }

    @Test
    void whiteSpaceOfAllFourKindsMaySurroundEverything() throws Exception {
        String dense = "{'text':'a','b':[1]}";
        String wide = dense.replaceAll("([\\[\\]{}:,])", " \t\r\n$1 \t\r\n");

        assertThat(text.decode(json(wide)).text()).isEqualTo("a");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "[{'text':'canary-7f3a'}]| an array",
                "'canary-7f3a'| a string",
                "12| a number",
                "-1.5e3| a number",
                "true| a boolean",
                "false| a boolean",
                "null| null",
                "` \t\r\n `| blank",
                "``| blank"
            },
            delimiter = '|')
    void theRootMustBeAnObject(String value, String what) {
        assertRefused(
                text,
                json(value),
                Reason.PARSE,
                "the value is " + what + ", expected a JSON object");
    }

    // What is JSON, but has no text.

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "{'body':{}}| missing",
                "{}| missing",
                "{'text':'canary-7f3a'}| missing",
                "{'body':'canary-7f3a'}| missing",
                "{'body':null}| missing",
                "{'body':[{'text':'canary-7f3a'}]}| missing",
                "{'body':{'text':null}}| null",
                "{'body':{'text':5432109876}}| a number",
                "{'body':{'text':1.5}}| a number",
                "{'body':{'text':true}}| a boolean",
                "{'body':{'text':false}}| a boolean",
                "{'body':{'text':{'text':'canary-7f3a'}}}| an object",
                "{'body':{'text':['canary-7f3a']}}| an array"
            },
            delimiter = '|')
    void aFieldWithoutATextIsNamed(String value, String what) {
        assertRefused(
                decoder("body.text"),
                json(value),
                Reason.SCHEMA,
                "field body.text is " + what + ", expected a string");
    }

    @Test
    void anArrayMayBeTooShort() {
        TextDecoder second = decoder("items[1]");
        String message = "field items[1] is missing, expected a string";

        assertRefused(second, json("{'items':['a']}"), Reason.SCHEMA, message);
        assertRefused(second, json("{'items':[]}"), Reason.SCHEMA, message);
        assertRefused(second, json("{'items':{'1':'a'}}"), Reason.SCHEMA, message);
    }

    @Test
    void whatFollowsTheTextIsCheckedToo() {
        String[] broken = {"[1,2", "{'a':{'b':'c}", "tru", "[{]}"};
        for (String value : broken) {
            assertRefused(text, json("{'text':'a','z':" + value + "}"), Reason.PARSE, "not JSON");
        }
    }

    // Fields that come twice.

    @Test
    void theLastOfTwoFieldsCounts() throws Exception {
        assertThat(text.decode(json("{'text':'a','text':'b'}")).text()).isEqualTo("b");
        assertThat(text.decode(json("{'text':1,'te\\u0078t':'b'}")).text()).isEqualTo("b");
        assertRefused(
                text,
                json("{'text':'canary-7f3a','text':null}"),
                Reason.SCHEMA,
                "field text is null, expected a string");
    }

    @Test
    void theLastOfTwoContainersCountsWholly() throws Exception {
        TextDecoder body = decoder("body.text");
        String message = "field body.text is missing, expected a string";

        assertThat(body.decode(json("{'body':{'text':'a'},'body':{'text':'b'}}")).text())
                .isEqualTo("b");
        for (String last : List.of("{'title':'c'}", "{}", "null", "'c'", "[]", "1")) {
            assertRefused(
                    body,
                    json("{'body':{'text':'canary-7f3a'},'body':" + last + "}"),
                    Reason.SCHEMA,
                    message);
        }
        TextDecoder items = template("{items[0].a}{items[1].a?}");
        assertThat(items.decode(json("{'items':[{'a':'1'},{'a':'2'}],'items':[{'a':'3'}]}")).text())
                .isEqualTo("3");
    }

    @Test
    void whatStandsBesideAContainerThatComesTwiceIsKept() throws Exception {
        TextDecoder decoder = template("{a.x}{b.x}{a.y?}{c}");

        byte[] value = json("{'c':'4','a':{'y':'9','x':'9'},'b':{'x':'2'},'a':{'x':'1'}}");

        assertThat(decoder.decode(value).text()).isEqualTo("124");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'text':'a','text':'a'}",
                "{'text':'a','te\\u0078t':'a'}",
                "{'text':'a','canary-7f3a':1,'b':2,'c':3,'canary-7f3a':4}",
                "{'text':'a','x':[{},[{'a':{'canary-7f3a':1,'canary-7f3a':[]}}]]}",
                "{'text':'a','x':{'y':{'a':1}},'z':{'b':{'a':1},'b':{'a':1}}}",
                "{'':1,'text':'a','':2}"
            })
    void aFieldThatComesTwiceIsRefusedOnRequest(String value) throws Exception {
        assertThat(text.decode(json(value)).text()).isEqualTo("a");
        assertRefused(strict, json(value), Reason.PARSE, "an object has a field twice");
    }

    @Test
    void oneNameInSeveralObjectsIsNotTwice() throws Exception {
        byte[] value =
                json("{'a':{'a':{'a':1},'text':2},'b':[{'a':1},{'a':1}],'text':'a','c':{'a':1}}");

        assertThat(strict.decode(value).text()).isEqualTo("a");
    }

    // Limits.

    @ParameterizedTest
    @EnumSource(DuplicateKeys.class)
    @Timeout(20)
    void deepDocumentsAreRefusedBeforeAnyStackEnds(DuplicateKeys duplicateKeys) {
        TextDecoder decoder =
                new JsonTextDecoder(
                        TextTemplate.field(FieldPath.parse("a.a[0][0].text")), null, duplicateKeys);
        String arrays = "[".repeat(DEEP);
        String objects = "{'a':".repeat(DEEP);
        for (String value :
                List.of(
                        arrays,
                        objects,
                        "{'x':" + arrays + "]".repeat(DEEP) + "}",
                        "{'a':" + arrays + "]".repeat(DEEP) + "}",
                        "{'a':{'a':" + arrays + "]".repeat(DEEP) + "}}",
                        objects + "1" + "}".repeat(DEEP))) {
            assertThatThrownBy(() -> decoder.decode(json(value)))
                    .isInstanceOfSatisfying(
                            RefusedMessageException.class,
                            e -> assertThat(e.reason()).isEqualTo(Reason.PARSE));
        }
    }

    @Test
    void fiveHundredLevelsAreAllowed() throws Exception {
        assertThat(text.decode(json("{'text':'a','x':" + nested(499) + "}")).text()).isEqualTo("a");
        assertRefused(text, json("{'text':'a','x':" + nested(500) + "}"), Reason.PARSE, LIMITS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-", "0.", "1e", "1E-"})
    @Timeout(20)
    void numbersOfMegabytesAreRefused(String start) {
        String number = start + "1".repeat(4 * 1024 * 1024);
        for (String form : List.of("{'text':%s}", "{'text':'a','x':[%s]}")) {
            assertRefused(text, json(form.formatted(number)), Reason.PARSE, LIMITS);
        }
    }

    @Test
    void numbersBeyondTheRangeOfADoubleAreRefusedWhereverTheyStand() {
        for (String number :
                List.of(
                        "1e999",
                        "-1e999",
                        "1E+309",
                        "1.8e308",
                        "0.001e999",
                        "1e2147483648",
                        "1e99999999999999999999",
                        "9".repeat(309),
                        "-" + "9".repeat(400),
                        "9".repeat(310) + ".5")) {
            for (String form :
                    List.of(
                            "{'text':'a','n':%s}",
                            "{'text':%s}",
                            "{'n':[[{'m':%s}]],'text':'a'}",
                            "{'text':'a','n':1,'n':%s}")) {
                assertRefused(
                        text,
                        json(form.formatted(number)),
                        Reason.PARSE,
                        "a number is beyond the range of a double");
            }
        }
    }

    @Test
    void numbersThatADoubleCanHoldAreLetThrough() throws Exception {
        for (String number :
                List.of(
                        "1e308",
                        "-1.7976931348623157e308",
                        "1e-999",
                        "-0.0e0",
                        "0e999",
                        "1" + "0".repeat(308),
                        "0." + "1".repeat(999))) {
            assertThat(text.decode(json("{'n':[%s],'text':'a'}".formatted(number))).text())
                    .as(number)
                    .isEqualTo("a");
        }
    }

    @Test
    void longStringsAndNamesAreAMatterOfTheMessagesSizeAlone() throws Exception {
        String million = "x".repeat(1_000_000);
        byte[] value = json("{'%s':'%s','text':'%s'}".formatted(million, million, million));

        assertThat(text.decode(value).text()).isEqualTo(million);
    }

    /** A parser keeps names for the next document; with all of these the heap would end. */
    @Test
    void longNamesAreForgotten() throws Exception {
        char[] name = "n".repeat(1024 * 1024).toCharArray();
        for (int i = 0; i < 1_200; i++) {
            name[i] = 'm';
            assertThat(text.decode(json("{'" + new String(name) + "':1,'text':'a'}")).text())
                    .isEqualTo("a");
        }
    }

    @Test
    void decoderReadsOnAfterARefusal() throws Exception {
        assertRefused(text, json("{'text':'canary-7f3a'"), Reason.PARSE, "not JSON");
        assertRefused(text, json("{}"), Reason.SCHEMA, "field text is missing, expected a string");
        assertThat(text.decode(json("{'text':'good'}")).text()).isEqualTo("good");
    }

    private static TextDecoder decoder(String path) {
        return new JsonTextDecoder(
                TextTemplate.field(FieldPath.parse(path)), null, DuplicateKeys.LAST);
    }

    private static TextDecoder template(String template) {
        return new JsonTextDecoder(TextTemplate.parse(template), null, DuplicateKeys.LAST);
    }

    private static void assertRefused(
            TextDecoder decoder, byte[] value, Reason reason, String message) {
        assertThatThrownBy(() -> decoder.decode(value))
                .isInstanceOfSatisfying(
                        RefusedMessageException.class,
                        e -> {
                            assertThat(e.reason()).isEqualTo(reason);
                            assertThat(e).hasMessage(message).hasNoCause();
                            assertThat(e.getSuppressed()).isEmpty();
                            assertThat(e.toString()).doesNotContain(CANARY);
                        });
    }

    /** JSON, written with single quotes for the eye. */
    private static byte[] json(String text) {
        return text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }

    /** A document with bytes in the place of a percent sign. */
    private static byte[] spliced(String form, byte[] bytes) {
        int at = form.indexOf('%');
        ByteArrayOutputStream spliced = new ByteArrayOutputStream();
        spliced.writeBytes(json(form.substring(0, at)));
        spliced.writeBytes(bytes);
        spliced.writeBytes(json(form.substring(at + 1)));
        return spliced.toByteArray();
    }

    private static String nested(int arrays) {
        return "[".repeat(arrays) + "]".repeat(arrays);
    }

    private static String withoutLoneSurrogates(String text) {
        StringBuilder whole = new StringBuilder();
        text.codePoints()
                .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c)
                .forEach(whole::appendCodePoint);
        return whole.toString();
    }
}
