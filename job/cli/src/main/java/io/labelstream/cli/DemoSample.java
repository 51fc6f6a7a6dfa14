package io.labelstream.cli;

import io.labelstream.inference.ModelBundle;
import java.util.List;

/**
 * The texts that a demo feeds unless it is given others, a text a line: written for this project,
 * and for its shipped models. Any other model gets the sample of its language.
 *
 * @param name of the shipped model that the texts were written for
 */
record DemoSample(String name) {

    private static final String ENGLISH = "sentiment-en";
    private static final String CHINESE = "sentiment-zh";
    private static final String INTENTS = "intent-en";
    private static final String CHINESE_LANGUAGE = "zh";

    /** Shipped models that have a sample; the resource {@code samples/NAME.txt}. */
    static final List<String> NAMES = List.of(ENGLISH, CHINESE, INTENTS);

    /**
     * The sample for a model: that of the shipped model whose name it has or begins with, as in
     * {@code intent-en-int8}; else one in the language that its bundle names.
     */
    static DemoSample of(ModelBundle bundle) {
        String byLanguage = bundle.language().equals(CHINESE_LANGUAGE) ? CHINESE : ENGLISH;
        return new DemoSample(
                NAMES.stream()
                        .filter(name -> (bundle.name() + "-").startsWith(name + "-"))
                        .findFirst()
                        .orElse(byLanguage));
    }

    /** Opens the texts. */
    TextInput open() {
        return TextInput.lines(
                "sample " + name,
                DemoSample.class.getResourceAsStream("/samples/" + name + ".txt"));
    }
}
