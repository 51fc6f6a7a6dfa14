package io.labelstream.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.configuration.ConfigOption;
import org.junit.jupiter.api.Test;

/**
 * Holds {@code docs/CONFIGURATION.md} to the constants. To write it anew: {@code mvn -pl
 * job/streaming -am test -Dtest=ConfigurationPageTest -Dsurefire.failIfNoSpecifiedTests=false
 * -Dlabelstream.write-docs=true}.
 */
class ConfigurationPageTest {

    private static final Path PAGE = Path.of("../../docs/CONFIGURATION.md");

    @Test
    void pageIsThatOfTheConstants() throws IOException {
        String rendered = ConfigurationPage.render();
        if (Boolean.getBoolean("labelstream.write-docs")) {
            Files.writeString(PAGE, rendered);
        }

        assertThat(Files.readString(PAGE)).isEqualTo(rendered);
    }

    @Test
    void listHoldsEveryConstant() {
        long constants =
                Stream.of(JobOptions.class, RecordOptions.class)
                        .flatMap(options -> Arrays.stream(options.getFields()))
                        .filter(field -> Modifier.isStatic(field.getModifiers()))
                        .filter(field -> field.getType() == ConfigOption.class)
                        .count();

        assertThat(JobOptions.ALL).hasSize((int) constants);
        assertThat(JobOptions.ALL.stream().map(ConfigOption::key).collect(Collectors.toSet()))
                .hasSize((int) constants);
    }
}
