package io.labelstream.finetune.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.labelstream.finetune.LabelledText;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WordFeaturesTest {

    @Test
    void cutsWordsMarksAndChineseCharacters() {
        assertThat(WordFeatures.words("It isn't BAD, is it?!"))
                .containsExactly("it", "isn't", "bad", ",", "is", "it", "?", "!");
        assertThat(WordFeatures.words("\u8fd9\u672c\u4e66 OK 5\u661f"))
                .containsExactly("\u8fd9", "\u672c", "\u4e66", "ok", "5", "\u661f");
        assertThat(WordFeatures.words(" \t")).isEmpty();
    }

    /**
     * Of three texts, "a" is in all and "b" in one: their rarity is 1 + ln(4/4) and 1 + ln(4/2). "a
     * b" is in one row only, so no feature.
     */
    @Test
    void weighsByTermAndDocumentFrequency() {
        WordFeatures features = WordFeatures.of(List.of(row("a a b"), row("a"), row("a")));

        Map<String, Double> found = map(features.of(row("a a b")));

        double a = 1 + Math.log(2);
        double b = 1 + Math.log(2);
        double length = Math.hypot(a, b);
        assertThat(found).containsOnlyKeys("", "a", "b");
        assertThat(found.get("a")).isCloseTo(a / length, within(1e-12));
        assertThat(found.get("b")).isCloseTo(b / length, within(1e-12));
        assertThat(map(features.of(row("unheard of")))).containsOnlyKeys("");
    }

    @Test
    void tellsTheTextsOfAPairApartAndWhatTheyShare() {
        LabelledText pair = new LabelledText("red car", "red bus", List.of("x"), 2);
        WordFeatures features = WordFeatures.of(List.of(pair, pair));

        assertThat(map(features.of(pair)))
                .containsOnlyKeys(
                        "",
                        "1:red",
                        "1:car",
                        "1:red car",
                        "2:red",
                        "2:bus",
                        "2:red bus",
                        "both:red",
                        "one:car",
                        "one:bus");
    }

    private static Map<String, Double> map(LinearModel.Features features) {
        Map<String, Double> map = new HashMap<>();
        for (int i = 0; i < features.names().length; i++) {
            map.put(features.names()[i], features.values()[i]);
        }
        assertThat(Arrays.stream(features.values())).allMatch(Double::isFinite);
        return map;
    }

    private static LabelledText row(String text) {
        return new LabelledText(text, "", List.of("x"), 2);
    }
}
