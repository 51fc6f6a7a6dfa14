package io.labelstream.serde.avro;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The schemas of today against all that were ever released: {@code resources/schemas}. */
class SchemaEvolutionTest {

    /** A schema that stands in other people's topics. */
    private record Released(String folder, Schema current) {

        /** In the order of their numbers, as JSON. */
        List<String> versions() throws IOException {
            List<String> versions = new ArrayList<>();
            for (int number = 1; ; number++) {
                String name = "/schemas/%s/%d.avsc".formatted(folder, number);
                try (InputStream file = SchemaEvolutionTest.class.getResourceAsStream(name)) {
                    if (file == null) {
                        return versions;
                    }
                    versions.add(new String(file.readAllBytes(), StandardCharsets.UTF_8));
                }
            }
        }

        List<Schema> schemas() throws IOException {
            return versions().stream().map(AvroSchemas::parse).toList();
        }

        @Override
        public String toString() {
            return folder;
        }
    }

    private static Stream<Released> released() {
        return Stream.of(
                new Released("labelled-event", io.labelstream.avro.LabelledEvent.getClassSchema()),
                new Released("text-event", io.labelstream.avro.TextEvent.getClassSchema()));
    }

    @ParameterizedTest
    @MethodSource("released")
    void newestVersionIsTheOneOfToday(Released released) throws IOException {
        List<Schema> schemas = released.schemas();
        assertThat(schemas).isNotEmpty();
        Schema newest = schemas.get(schemas.size() - 1);

        assertThat(newest).isEqualTo(released.current);
        // Equality of schemas leaves the documentation out.
        ObjectMapper json = new ObjectMapper();
        assertThat(json.readTree(newest.toString()))
                .isEqualTo(json.readTree(released.current.toString()));
    }

    @ParameterizedTest
    @MethodSource("released")
    void anyTwoVersionsReadEachOther(Released released) throws IOException {
        List<Schema> schemas = new ArrayList<>(released.schemas());
        schemas.add(released.current);
        for (Schema reader : schemas) {
            for (Schema writer : schemas) {
                assertThat(
                                SchemaCompatibility.checkReaderWriterCompatibility(reader, writer)
                                        .getResult()
                                        .getIncompatibilities())
                        .isEmpty();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("released")
    void namesOfTheFirstVersionStay(Released released) throws IOException {
        Map<String, List<String>> today = fields(released.current);

        fields(released.schemas().get(0))
                .forEach((record, names) -> assertThat(today.get(record)).containsAll(names));
    }

    @ParameterizedTest
    @MethodSource("released")
    void everyRecordAndFieldSaysWhatItIs(Released released) {
        for (Schema record : records(released.current)) {
            assertThat(record.getDoc()).as(record.getFullName()).isNotBlank();
            for (Schema.Field field : record.getFields()) {
                assertThat(field.doc()).as(record.getFullName() + "." + field.name()).isNotBlank();
            }
        }
    }

    private static Map<String, List<String>> fields(Schema schema) {
        Map<String, List<String>> fields = new LinkedHashMap<>();
        for (Schema record : records(schema)) {
            fields.put(
                    record.getFullName(),
                    record.getFields().stream().map(Schema.Field::name).toList());
        }
        return fields;
    }

    private static List<Schema> records(Schema schema) {
        List<Schema> records = new ArrayList<>();
        addRecords(schema, records);
        return records;
    }

    /** Ours hold none of themselves. */
    private static void addRecords(Schema schema, List<Schema> records) {
        switch (schema.getType()) {
            case RECORD -> {
                records.add(schema);
                schema.getFields().forEach(field -> addRecords(field.schema(), records));
            }
            case ARRAY -> addRecords(schema.getElementType(), records);
            case MAP -> addRecords(schema.getValueType(), records);
            case UNION -> schema.getTypes().forEach(branch -> addRecords(branch, records));
            default -> {}
        }
    }
}
