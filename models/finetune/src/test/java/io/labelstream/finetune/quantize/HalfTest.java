package io.labelstream.finetune.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HalfTest {

    @Test
    void everyHalfThatIsANumberComesBack() {
        for (int half = 0; half < 0x7C00; half++) {
            assertThat(Half.of((float) value(half))).isEqualTo((short) half);
            assertThat(Half.of((float) -value(half))).isEqualTo((short) (half | 0x8000));
        }
    }

    @Test
    void takesTheNearestAndOfTwoTheEven() {
        for (int half = 0; half < 0x7BFF; half++) {
            double middle = (value(half) + value(half + 1)) / 2;
            int even = half % 2 == 0 ? half : half + 1;
            assertThat(Half.of((float) middle)).isEqualTo((short) even);
            assertThat(Half.of(Math.nextDown((float) middle))).isEqualTo((short) half);
            assertThat(Half.of(Math.nextUp((float) middle))).isEqualTo((short) (half + 1));
        }
    }

    @Test
    void whatIsTooLargeIsInfinite() {
        assertThat(Half.of(65504)).isEqualTo((short) 0x7BFF);
        assertThat(Half.of(65520)).isEqualTo((short) 0x7C00);
        assertThat(Half.of(Float.NEGATIVE_INFINITY)).isEqualTo((short) 0xFC00);
        assertThat(Half.of(Float.NaN)).isEqualTo((short) 0x7E00);
    }

    /** As IEEE 754 defines it. */
    private static double value(int half) {
        int exponent = half >> 10;
        int fraction = half & 0x3FF;
        return exponent == 0
                ? fraction * Math.pow(2, -24)
                : (1 + fraction / 1024.0) * Math.pow(2, exponent - 15);
    }
}
