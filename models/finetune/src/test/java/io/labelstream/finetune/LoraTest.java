package io.labelstream.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class LoraTest {

    private final Tensor matrix = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);

    @Test
    void mergesTheScaledProduct() {
        Tensor a = Tensor.of(new float[] {1, 10}, 2, 1);
        Tensor b = Tensor.of(new float[] {0, 1, -1}, 1, 3);

        assertThat(new Lora(1, 0.5).merge(matrix, a, b).values())
                .containsExactly(1, 2.5f, 2.5f, 4, 10, 1);
    }

    @Test
    void refusesShapesThatDoNotFit() {
        Tensor a = Tensor.zeros(3, 1);
        Tensor b = Tensor.zeros(1, 3);

        assertThatThrownBy(() -> new Lora(1, 1).merge(matrix, a, b))
                .isInstanceOf(FineTuneException.class)
                .hasMessageContaining("Tensor[3, 1]")
                .hasMessageContaining("does not fit a matrix Tensor[2, 3] at rank 1");
    }

    @Test
    void adaptsMatricesAndReplacesWhatIsSmall() {
        assertThat(Lora.isAdapted("encoder.layer.3.attention.self.query.weight")).isTrue();
        assertThat(Lora.isAdapted("encoder.layer.10.output.dense.weight")).isTrue();
        assertThat(Lora.isAdapted("encoder.layer.3.output.LayerNorm.weight")).isFalse();
        assertThat(Lora.isAdapted("embeddings.word_embeddings.weight")).isFalse();
        assertThat(Lora.isReplaced("embeddings.LayerNorm.weight")).isTrue();
        assertThat(Lora.isReplaced("encoder.layer.3.attention.self.query.bias")).isTrue();
        assertThat(Lora.isReplaced("embeddings.word_embeddings.weight")).isFalse();
    }

    @Test
    void refusesAnEmptyRank() {
        assertThatThrownBy(() -> new Lora(0, 1))
                .isInstanceOf(FineTuneException.class)
                .hasMessageContaining("rank 0");
    }
}
