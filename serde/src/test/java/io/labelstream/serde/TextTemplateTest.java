package io.labelstream.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextTemplateTest {

    @ParameterizedTest
    @CsvSource({
        "text, text",
        "body.text, body>text",
        "items[0].text, items>0>text",
        "m[2][3], m>2>3",
        "['a.b c'].text, a.b c>text",
        "a['[x]'][1], a>[x]>1",
        "caf\u00E9.\u6587\u5B57, caf\u00E9>\u6587\u5B57"
    })
    void pathIsNamesAndIndexes(String path, String steps) {
        assertThat(
                        String.join(
                                ">",
                                FieldPath.parse(path).steps().stream()
                                        .map(s -> s.isIndex() ? "" + s.index() : s.name())
                                        .toList()))
                .isEqualTo(steps);
        assertThat(FieldPath.parse(path)).hasToString(path);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", ".", "a.", ".a", "a..b", "[0]", "a[", "a[x]", "a[-1]", "a b", "['']", "a['b"
            })
    void whatIsNoPathIsRefused(String path) {
        assertThatThrownBy(() -> FieldPath.parse(path))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + path + "' is no path of fields at character");
    }

    @Test
    void oneFieldIsTheTextAsItIs() {
        assertThat(TextTemplate.field(FieldPath.parse("a.b")).join(new String[] {"{x}"}))
                .isEqualTo("{x}");
    }

    @Test
    void severalFieldsAreJoined() {
        TextTemplate template = TextTemplate.parse("{{{title}}}: {body.text}{more?}!");

        assertThat(template.paths()).hasToString("[title, body.text, more]");
        assertThat(template.isOptional(1)).isFalse();
        assertThat(template.isOptional(2)).isTrue();
        assertThat(template.join(new String[] {"A", "b {c}", null})).isEqualTo("{A}: b {c}!");
    }

    @ParameterizedTest
    @CsvSource({
        "no field, names no field",
        "{open, brace without its end",
        "a } {b}, brace without its start",
        "{}, is no path of fields",
        "{a..b}, is no path of fields"
    })
    void whatIsNoTemplateIsRefused(String template, String why) {
        assertThatThrownBy(() -> TextTemplate.parse(template))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }
}
