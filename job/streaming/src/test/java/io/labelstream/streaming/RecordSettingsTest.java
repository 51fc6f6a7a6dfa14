package io.labelstream.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.labelstream.serde.InputFormat;
import io.labelstream.serde.InputSettings;
import io.labelstream.serde.RegistrySettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordSettingsTest {

    private static final String SCHEMA =
            "{\"type\":\"record\",\"name\":\"Review\",\"fields\":["
                    + "{\"name\":\"stars\",\"type\":\"int\"},"
                    + "{\"name\":\"body\",\"type\":[\"null\",\"string\"]}]}";

    @TempDir Path folder;

    @Test
    void textOfJsonIsInTheFieldTextUnlessTold() {
        assertThat(input("input.format", "json").text()).hasToString("[text]");
        assertThat(input("input.format", "json", "input.text-field", "a.b").text())
                .hasToString("[a.b]");
        assertThat(input("input.format", "json", "input.text-template", "{a}: {b?}").text())
                .hasToString("[a, b]");
        assertThat(input("input.format", "json", "input.text-pair-field", "c[0]").pair())
                .hasToString("c[0]");
    }

    @Test
    void schemaOfAvroIsReadFromItsFile() throws IOException {
        InputSettings input =
                input(
                        "input.format", "avro",
                        "input.avro-schema", schema(),
                        "input.text-field", "body");

        assertThat(input.format()).isEqualTo(InputFormat.AVRO);
        assertThat(input.avroSchema()).isEqualTo(SCHEMA);
    }

    @Test
    void schemaThatCannotBeUsedIsNamedAtTheStart() throws IOException {
        String file = schema();

        refuses("no text in it", "stars", file);
        refuses("no such field", "headline", file);
        refuses("no such file", "body", folder.resolve("absent.avsc").toString());
        Files.writeString(folder.resolve("bad.avsc"), "{\"type\":");
        refuses("no schema", "body", folder.resolve("bad.avsc").toString());
    }

    private void refuses(String why, String field, String file) {
        assertThatThrownBy(
                        () ->
                                input(
                                        "input.format", "avro",
                                        "input.avro-schema", file,
                                        "input.text-field", field))
                .as(why)
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("Setting input.avro-schema")
                .hasMessageContaining(file);
    }

    @Test
    void settingsThatNeedEachOtherSaySo() throws IOException {
        refuses("Set both", "input.format", "avro", "input.text-pair-field", "c");
        refuses("Name the field", "input.format", "avro", "input.avro-schema", schema());
        refuses("Name the file", "input.format", "avro", "input.text-field", "body");
        refuses(
                "Keep one",
                "input.format",
                "json",
                "input.text-field",
                "a",
                "input.text-template",
                "{a}");
        refuses("is no path of fields", "input.format", "json", "input.text-field", "a..b");
        refuses("names no field", "input.format", "json", "input.text-template", "a");
    }

    @Test
    void registryIsAskedWhereAFormatNeedsIt() {
        JobConfig config =
                JobConfig.of(
                        TestSettings.with(
                                "output.format", "avro-confluent",
                                "schema-registry.url", "http://a:8081;https://b/apis/ccompat/v7",
                                "schema-registry.username", "tagger",
                                "schema-registry.password", "canary-2f8",
                                "schema-registry.timeout", "7 s",
                                "schema-registry.auto-register", "false"));

        assertThat(config.input().registry()).isNull();
        assertThat(config.output().registry())
                .isEqualTo(
                        new RegistrySettings(
                                List.of("http://a:8081", "https://b/apis/ccompat/v7"),
                                "tagger",
                                "canary-2f8",
                                Duration.ofSeconds(7),
                                false,
                                "labelled-value"));
        assertThat(config + " " + config.classifier()).doesNotContain("canary-2f8");
    }

    @Test
    void registryThatCannotBeIsNamed() {
        String[] url = {"schema-registry.url", "ftp://a"};
        refuses("not an address", "output.format", "avro-confluent", url[0], url[1]);
        refuses(
                "without a login",
                "output.format",
                "avro-confluent",
                "schema-registry.url",
                "http://u:p@host");
        refuses(
                "an underscore",
                "output.format",
                "avro-confluent",
                "schema-registry.url",
                "http://a_b:8081");
        refuses(
                "Settings input.text-field",
                "input.format",
                "avro-confluent",
                "schema-registry.url",
                "http://a",
                "input.text-template",
                "{a} {a.b}");
        refuses(
                "Set both or none",
                "output.format",
                "avro-confluent",
                "schema-registry.url",
                "http://a",
                "schema-registry.username",
                "u");
        refuses(
                "expected less than checkpoint.timeout",
                "output.format",
                "avro-confluent",
                "schema-registry.url",
                "http://a",
                "schema-registry.timeout",
                "5 min");
    }

    private static void refuses(String message, String... settings) {
        assertThatThrownBy(() -> JobConfig.of(TestSettings.with(settings)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(message);
    }

    private String schema() throws IOException {
        return Files.writeString(folder.resolve("review.avsc"), SCHEMA).toString();
    }

    private static InputSettings input(String... settings) {
        return JobConfig.of(TestSettings.with(settings)).input();
    }
}
