package io.labelstream.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.labelstream.inference.TinyBundle;
import io.labelstream.inference.TinyDecisions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

class DemoSampleTest {

    static final List<String> NAMES = DemoSample.NAMES;

    private static final int LEAST_TEXTS = 320;

    @TempDir Path folder;

    @ParameterizedTest
    @FieldSource("NAMES")
    void sampleHasManyTextsAndNoTwoAlike(String name) throws Exception {
        List<String> texts = texts(new DemoSample(name));

        assertThat(texts).hasSizeGreaterThanOrEqualTo(LEAST_TEXTS);
        assertThat(texts.stream().map(DemoSampleTest::core)).doesNotHaveDuplicates();
        assertThat(texts).allMatch(text -> text.equals(text.strip()));
    }

    @Test
    void chineseSampleIsChineseInBothScripts() throws Exception {
        List<String> texts = texts(new DemoSample("sentiment-zh"));

        assertThat(texts).allMatch(text -> shareOfHan(text) > 0.5);
        assertThat(texts).anyMatch(text -> text.contains("书"));
        assertThat(texts).anyMatch(text -> text.contains("書"));
        assertThat(texts).anyMatch(text -> text.length() > 200).anyMatch(t -> t.length() < 10);
    }

    @ParameterizedTest
    @CsvSource({"sentiment-en", "intent-en"})
    void englishSamplesAreEnglish(String name) throws Exception {
        assertThat(texts(new DemoSample(name))).allMatch(text -> shareOfHan(text) == 0);
    }

    @ParameterizedTest
    @CsvSource({"intent-en, clinc150", "sentiment-zh, book_review", "sentiment-en, mr"})
    void noTextIsARowOfTheDataThatTheModelKnows(String name, String data) throws Exception {
        String folder = System.getenv("LABELSTREAM_DATA");
        assumeTrue(folder != null, "LABELSTREAM_DATA is not set");
        Set<String> rows = new HashSet<>();
        for (String part : List.of("train.csv", "validation.csv", "test.csv")) {
            Path file = Path.of(folder, data, part);
            assumeTrue(Files.exists(file), "There is no " + file);
            for (String text : texts(TextInput.open(file))) {
                rows.add(core(text));
            }
        }

        assertThat(rows).hasSizeGreaterThan(1000);
        assertThat(texts(new DemoSample(name))).noneMatch(text -> rows.contains(core(text)));
    }

    @ParameterizedTest
    @CsvSource({
        "sentiment-zh, en, sentiment-zh",
        "intent-en, '', intent-en",
        "intent-en-int8, en, intent-en",
        "intent-english, en, sentiment-en",
        "my-tagger, zh, sentiment-zh",
        "my-tagger, en, sentiment-en",
        "my-tagger, '', sentiment-en"
    })
    void modelGetsItsOwnSampleOrOneOfItsLanguage(String model, String language, String sample) {
        TinyBundle.write(folder);

        assertThat(
                        DemoSample.of(
                                TinyDecisions.settings(
                                        folder,
                                        "{\"name\": \"%s\", \"language\": \"%s\"}"
                                                .formatted(model, language))))
                .isEqualTo(new DemoSample(sample));
    }

    @Test
    void folderThatSaysNothingOfItselfGetsTheEnglishSample() {
        assertThat(DemoSample.of(TinyBundle.write(folder)).name()).isEqualTo("sentiment-en");
    }

    private static List<String> texts(DemoSample sample) throws Exception {
        return texts(sample.open());
    }

    private static List<String> texts(TextInput input) throws Exception {
        List<String> texts = new ArrayList<>();
        try (input) {
            for (Optional<InputText> next = input.next(); next.isPresent(); next = input.next()) {
                texts.add(next.get().text());
            }
        }
        return texts;
    }

    /** Without case, spaces and punctuation, which would hide that two texts are one. */
    private static String core(String text) {
        String core = text.toLowerCase(Locale.ROOT).replaceAll("[\\p{P}\\p{Z}]", "");
        return core.isEmpty() ? text : core;
    }

    private static double shareOfHan(String text) {
        long letters = text.codePoints().filter(Character::isLetter).count();
        return letters == 0
                ? 0
                : (double) text.codePoints().filter(Character::isIdeographic).count() / letters;
    }
}
