package io.labelstream.inference;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RunControlTest {

    @Test
    void onlyUnusuallyLargeRunsGiveMemoryBack() throws Exception {
        try (RunControl control = new RunControl(false)) {
            assertThat(control.options(19, 27)).isSameAs(control.options(1, 512));
            assertThat(control.options(8, 512)).isNotSameAs(control.options(1, 512));
            assertThat(control.options(1, 8192)).isSameAs(control.options(8, 512));
        }
    }

    @Test
    void runsHaveNumbersWhileTheyLast() throws Exception {
        try (RunControl control = new RunControl(false)) {
            assertThat(control.underWay()).isZero();
            control.begin();
            assertThat(control.underWay()).isEqualTo(1);
            control.finish();
            assertThat(control.underWay()).isZero();
            control.begin();
            assertThat(control.underWay()).isEqualTo(2);
        }
    }

    @Test
    void whatIsMeantForARunThatIsOverDoesNotEndTheNextOne() throws Exception {
        try (RunControl control = new RunControl(false)) {
            control.begin();
            control.finish();
            control.end(1);
            control.begin();
            control.end(1);
            assertThat(control.wasEnded()).isFalse();
            control.end(2);
            assertThat(control.wasEnded()).isTrue();
        }
    }
}
