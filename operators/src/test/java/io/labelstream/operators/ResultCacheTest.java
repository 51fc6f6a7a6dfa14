package io.labelstream.operators;

import static org.assertj.core.api.Assertions.assertThat;

import io.labelstream.inference.EncodedText;
import io.labelstream.inference.ModelOutput;
import org.junit.jupiter.api.Test;

class ResultCacheTest {

    private final ResultCache cache = new ResultCache(2);

    @Test
    void findsWhatHasTheSameTokens() {
        ModelOutput answer = answer();
        cache.keep(text(3, 1, 2, 3), answer);

        assertThat(cache.find(text(3, 1, 2, 3))).containsSame(answer);
        assertThat(cache.find(text(3, 1, 2, 4))).isEmpty();
        // The same ids, but the second text of the pair begins elsewhere.
        assertThat(cache.find(text(2, 1, 2, 3))).isEmpty();
        assertThat(cache.hits()).isEqualTo(1);
        assertThat(cache.misses()).isEqualTo(2);
    }

    @Test
    void forgetsWhatWasNotAskedForLongest() {
        cache.keep(text(1, 1), answer());
        cache.keep(text(1, 2), answer());
        assertThat(cache.find(text(1, 1))).isPresent();
        cache.keep(text(1, 3), answer());

        assertThat(cache.find(text(1, 1))).isPresent();
        assertThat(cache.find(text(1, 2))).isEmpty();
        assertThat(cache.find(text(1, 3))).isPresent();
    }

    @Test
    void isOffForNoTexts() {
        assertThat(new ResultCache(0).enabled()).isFalse();
        assertThat(cache.enabled()).isTrue();
    }

    private static EncodedText text(int pairStart, int... ids) {
        return new EncodedText(ids, pairStart, false, new int[0]);
    }

    private static ModelOutput answer() {
        return new ModelOutput(new float[] {1}, new float[0]);
    }
}
