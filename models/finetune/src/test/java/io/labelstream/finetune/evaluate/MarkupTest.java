package io.labelstream.finetune.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class MarkupTest {

    @Test
    void escapesTextAndAttributes() {
        Markup page = new Markup();
        page.element("b", "<script>&'\"", "title", "\"><script>");

        assertThat(page.toString())
                .isEqualTo(
                        "<b title=\"&quot;&gt;&lt;script&gt;\">&lt;script&gt;&amp;&#39;&quot;</b>");
    }

    @Test
    void replacesWhatAPageCannotHold() {
        assertThat(Markup.escaped("a\u0000b\u001b[31m\ud83d c\ud83d\ude00\n"))
                .isEqualTo("a\ufffdb\ufffd[31m\ufffd c\ud83d\ude00\n");
    }

    @Test
    void refusesAPageThatIsNotFinished() {
        Markup page = new Markup().open("p");

        assertThatThrownBy(page::toString).isInstanceOf(IllegalStateException.class);
    }
}
