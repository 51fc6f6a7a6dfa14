package io.labelstream.serde.avro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
                "{'type':'record','name':'R','fields':[{'name':'a','type':'int','default':'x'}]} | default",
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
}
