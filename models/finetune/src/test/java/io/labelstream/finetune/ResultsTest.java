package io.labelstream.finetune;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ResultsTest {

    private static final OutputStream FULL =
            new OutputStream() {
                @Override
                public void write(int value) throws IOException {
                    throw new IOException("No space left on device");
                }
            };

    @Test
    void takesWhatArrived() {
        assertThatCode(() -> Results.require(new PrintWriter(new StringWriter())))
                .doesNotThrowAnyException();
    }

    @Test
    void refusesWhatDidNot() {
        PrintWriter out = new PrintWriter(FULL, false, StandardCharsets.UTF_8);
        out.println("figures");

        assertThatThrownBy(() -> Results.require(out))
                .isInstanceOf(FineTuneException.class)
                .hasMessage("The results cannot be written to standard output.");
    }

    /** The command line's writer hands on to System.out, which keeps the failure. */
    @Test
    void asksSystemOutToo() {
        PrintStream before = System.out;
        System.setOut(new PrintStream(FULL, false, StandardCharsets.UTF_8));
        try {
            PrintWriter out = FineTuneMain.commandLine().getOut();
            out.println("figures");

            assertThatThrownBy(() -> Results.require(out)).isInstanceOf(FineTuneException.class);
        } finally {
            System.setOut(before);
        }
    }
}
