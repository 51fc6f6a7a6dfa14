package io.labelstream.finetune.evaluate;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.labelstream.finetune.FineTuneException;
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
}
