package io.labelstream.finetune.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.labelstream.finetune.FineTuneException;
import io.labelstream.finetune.LabelledData;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class BaselinesTest {

    @Test
    void acceptsRowsThatTeachEveryLabel() {
        assertThatCode(() -> Baselines.check(Models.data("a", "b|c"), Models.data("c", "a|b")))
                .doesNotThrowAnyException();
    }

    @Test
    void refusesALabelThatCannotBeLearnt() {
        assertThatThrownBy(() -> Baselines.check(Models.data("a", "b"), Models.data("a", "c")))
                .isInstanceOf(FineTuneException.class)
                .hasMessageStartingWith("rows.csv line 3: this label is in no row of rows.csv");
    }

    @Test
    void refusesSetsOfLabelsThatCannotBeLearnt() {
        assertThatThrownBy(() -> Baselines.check(Models.data("a", "b"), Models.data("a|b")))
                .isInstanceOf(FineTuneException.class)
                .hasMessageContaining("has rows with several labels");
    }

    @Test
    void oneThatCannotBeTrainedCostsOnlyItself() {
        StringWriter progress = new StringWriter();
        Baselines baselines =
                new Baselines(Models.softmax(1, "a", "b"), "oos", new PrintWriter(progress, true));
        Baseline broken =
                new Baseline() {
                    @Override
                    public String key() {
                        return "broken";
                    }

                    @Override
                    public String title() {
                        return "a\u001b[2J title";
                    }

                    @Override
                    public Trained train(LabelledData train) {
                        throw new FineTuneException("No reason.");
                    }
                };

        List<BaselineFigures> figures =
                baselines.measure(
                        List.of(broken, new WordsBaseline(List.of("a", "b"), false)),
                        Models.data("a", "b"),
                        Models.data("a", "b"));

        assertThat(figures).extracting(BaselineFigures::name).containsExactly("words");
        assertThat(progress.toString())
                .contains("baseline broken: a [2J title ...\n")
                .contains("baseline broken left out: No reason.\n");
    }
}
