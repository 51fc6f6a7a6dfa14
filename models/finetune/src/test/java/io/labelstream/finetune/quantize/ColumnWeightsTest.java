package io.labelstream.finetune.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.labelstream.finetune.Tensor;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ColumnWeightsTest {

    private static final int IN = 64;
    private static final int OUT = 9;

    private final Tensor matrix = random();
    private final ColumnWeights columns = ColumnWeights.of(matrix);

    @Test
    void standsForTheMatrixWithinTwoPercentOfAColumnsSize() {
        for (int j = 0; j < OUT; j++) {
            double error = 0;
            double size = 0;
            for (int i = 0; i < IN; i++) {
                double weight = matrix.values()[i * OUT + j];
                double stands = columns.values()[i * OUT + j] * (double) columns.scales()[j];
                error += (weight - stands) * (weight - stands);
                size += weight * weight;
            }
            assertThat(Math.sqrt(error / size)).isLessThan(0.02);
        }
    }

    @Test
    void noPairOfRowsSaturates16BitsWhateverTheActivations() {
        for (int i = 0; i < IN; i += 2) {
            for (int j = 0; j < OUT; j++) {
                int first = columns.values()[i * OUT + j];
                int second = columns.values()[(i + 1) * OUT + j];
                int most = 255 * (Math.max(first, 0) + Math.max(second, 0));
                int least = 255 * (Math.min(first, 0) + Math.min(second, 0));
                assertThat(most).isLessThanOrEqualTo(Short.MAX_VALUE);
                assertThat(least).isGreaterThanOrEqualTo(Short.MIN_VALUE);
            }
        }
    }

    @Test
    void twoLargeRowsOfAPairShareWhatFits() {
        ColumnWeights pair = ColumnWeights.of(Tensor.of(new float[] {1, 1}, 2, 1));

        assertThat(pair.values()[0] + pair.values()[1]).isBetween(100, 128);
        assertThat(pair.values()[0] * pair.scales()[0]).isCloseTo(1, within(0.01f));
    }

    @Test
    void aColumnOfZerosStaysZero() {
        ColumnWeights zeros = ColumnWeights.of(Tensor.zeros(4, 1));

        assertThat(zeros.values()).containsOnly(0);
        assertThat(zeros.scales()[0]).isFinite();
    }

    @Test
    void columnSumsAreThoseOfTheIntegers() {
        double expected = 0;
        for (int i = 0; i < IN; i++) {
            expected += -2 * (double) columns.values()[i * OUT + 3] * columns.scales()[3];
        }

        assertThat((double) columns.columnSums(-2)[3]).isCloseTo(expected, within(1e-5));
    }

    private static Tensor random() {
        Random random = new Random(1);
        float[] values = new float[IN * OUT];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian() * (1 + i % OUT);
        }
        return Tensor.of(values, IN, OUT);
    }
}
