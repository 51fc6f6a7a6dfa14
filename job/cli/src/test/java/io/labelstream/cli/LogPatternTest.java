package io.labelstream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.message.SimpleMessage;
import org.junit.jupiter.api.Test;

/** The log as the distribution's {@code conf/log4j2.xml} writes it. */
class LogPatternTest {

    private static final String FORGED =
            "x\r\n2026-01-01 00:00:00,000 ERROR Forged - ${java:version}";

    @Test
    void messagesAndExceptionsStayOnTheirLineAndLookNothingUp() {
        try (LoggerContext context =
                new LoggerContext(
                        "test", null, Path.of("src/main/distribution/conf/log4j2.xml").toUri())) {
            context.start();
            String written =
                    context.getConfiguration()
                            .getAppender("stderr")
                            .getLayout()
                            .toSerializable(
                                    Log4jLogEvent.newBuilder()
                                            .setLoggerName("test")
                                            .setLevel(Level.WARN)
                                            .setMessage(new SimpleMessage(FORGED))
                                            .setThrown(new IllegalStateException(FORGED))
                                            .build())
                            .toString();

            assertThat(written.strip()).doesNotContain("\n", "\r").contains("\\r\\n2026-01-01");
            assertThat(written).contains("${java:version}");
        }
    }
}
