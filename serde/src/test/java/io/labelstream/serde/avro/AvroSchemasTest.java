package io.labelstream.serde.avro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.List;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AvroSchemasTest {

    @Test
    void parsesASchemaWithComments() {
        Schema schema =
                AvroSchemas.parse(
                        """
                        // What comes in.
                        {"type": "record", "name": "a.Review", "fields": [ /* none */ ]}
                        """);

        assertThat(schema.getFullName()).isEqualTo("a.Review");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`` | it is empty",
                "{'type' | line 1, column",
                "{'type':'record','name':'R'} | Record has no fields",
                "{'type':'record','name':'R','fields':[{'name':'a','type':'Other'}]} | Undefined",
                "{'type':'record','name':'R','fields':[{'name':'a b','type':'int'}]} | a b",
                "{'type':'enum','name':'E'} | Enum has no symbols",
                "{'type':'string'} {} | dangling"
            })
    void whatIsNoSchemaIsToldWithItsReason(String json, String reason) {
        assertThatThrownBy(() -> AvroSchemas.parse(json.replace('\'', '"')))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Not an Avro schema: ")
                .hasMessageContaining(reason);
    }

    @Test
    void schemaNestedToTheLimitIsParsed() {
        int arrays = AvroSchemas.MAX_NESTING - 1;

        Schema schema = AvroSchemas.parse(nested(arrays));

        for (int i = 0; i < arrays; i++) {
            schema = schema.getElementType();
        }
        assertThat(schema.getType()).isEqualTo(Schema.Type.STRING);
    }

    @Test
    void schemaNestedBeyondTheLimitIsRefused() {
        assertThatThrownBy(() -> AvroSchemas.parse(nested(AvroSchemas.MAX_NESTING + 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nesting");
    }

    @Test
    void schemaOfAHundredThousandUnionsIsRefusedWithoutAStackOverflow() {
        assertThatThrownBy(() -> AvroSchemas.parse("[".repeat(100_000) + "]".repeat(100_000)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nesting");
    }

    @Test
    void schemaThatIsTooLongIsRefused() {
        String json = "{\"type\":\"string\",\"doc\":\"" + "x".repeat(AvroSchemas.MAX_CHARACTERS);

        assertThatThrownBy(() -> AvroSchemas.parse(json))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at most 1000000")
                .hasMessageNotContaining("xxx");
    }

    @Test
    void typesOfOtherSchemasAreKnown() {
        Schema schema =
                AvroSchemas.parse(
                        List.of(
                                "{\"type\":\"enum\",\"name\":\"a.E\",\"symbols\":[\"A\"]}",
                                "{\"type\":\"record\",\"name\":\"a.R\",\"fields\":[{\"name\":\"e\",\"type\":\"E\"}]}"),
                        "{\"type\":\"array\",\"items\":\"a.R\"}");

        assertThat(schema.getElementType().getField("e").schema().getFullName()).isEqualTo("a.E");
    }

    private static String nested(int arrays) {
        return "{\"type\":\"array\",\"items\":".repeat(arrays) + "\"string\"" + "}".repeat(arrays);
    }

    @Test
    void defaultsThatDoubleAtEachStepTakeNoTime() {
        StringBuilder schema =
                new StringBuilder("{\"type\":\"record\",\"name\":\"All\",\"fields\":[");
        schema.append(
                "{\"name\":\"a0\",\"type\":{\"type\":\"record\",\"name\":\"T0\",\"fields\":[]},\"default\":{}}");
        for (int i = 1; i < 60; i++) {
            String before = "T" + (i - 1);
            schema.append(
                    ",{\"name\":\"a%d\",\"type\":{\"type\":\"record\",\"name\":\"T%d\",\"fields\":[{\"name\":\"x\",\"type\":\"%s\",\"default\":{}},{\"name\":\"y\",\"type\":\"%s\",\"default\":{}}]},\"default\":{}}"
                            .formatted(i, i, before, before));
        }
        String json = schema.append("]}").toString();

        assertTimeoutPreemptively(
                Duration.ofSeconds(5),
                () -> assertThat(AvroSchemas.parse(json).getFields()).hasSize(60));
    }

    @Test
    void typesThatUseEachOtherTooDeepAreRefusedOrReadButNeverOverflow() {
        StringBuilder schema =
                new StringBuilder("{\"type\":\"record\",\"name\":\"All\",\"fields\":[");
        int types = 10_000;
        for (int i = 0; i < types; i++) {
            String field = i + 1 == types ? "\"int\"" : "\"T" + (i + 1) + "\"";
            schema.append(i == 0 ? "" : ",")
                    .append(
                            "{\"name\":\"a%d\",\"type\":{\"type\":\"record\",\"name\":\"T%d\",\"fields\":[{\"name\":\"n\",\"type\":%s}]}}"
                                    .formatted(i, i, field));
        }
        String json = schema.append("]}").toString();

        Throwable thrown = catchThrowable(() -> AvroSchemas.parse(json));

        assertThat(thrown == null || thrown instanceof IllegalArgumentException)
                .as(String.valueOf(thrown))
                .isTrue();
    }
}
