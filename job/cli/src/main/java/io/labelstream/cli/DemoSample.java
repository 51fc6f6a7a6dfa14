package io.labelstream.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.labelstream.inference.ModelBundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The texts that a demo feeds unless it is given others, a text a line: written for this project,
 * and for its shipped models. Any other model gets the sample of its language.
 *
 * @param name of the shipped model that the texts were written for
 */
record DemoSample(String name) {

    /** Shipped models that have a sample; the resource {@code samples/NAME.txt}. */
    static final List<String> NAMES = List.of("sentiment-en", "sentiment-zh", "intent-en");

    private static final String ENGLISH = NAMES.get(0);
    private static final String CHINESE = NAMES.get(1);

    /**
     * The sample for a model: that of the shipped model whose name it has or begins with, as in
     * {@code intent-en-int8}; else one in the language that its bundle names.
     */
    static DemoSample of(ModelBundle bundle) {
        String byLanguage = language(bundle).equals("zh") ? CHINESE : ENGLISH;
        return new DemoSample(
                NAMES.stream()
                        .filter(name -> (bundle.name() + "-").startsWith(name + "-"))
                        .findFirst()
                        .orElse(byLanguage));
    }

    /** As {@code labelstream.json} has it; empty where it says nothing. */
    private static String language(ModelBundle bundle) {
        Path file = bundle.folder().resolve(ModelBundle.LABELSTREAM_FILE);
        if (!Files.isRegularFile(file)) {
            return "";
        }
        try {
            JsonNode settings = new ObjectMapper().readTree(file.toFile());
            return settings.path("language").asText("");
        } catch (IOException e) {
            throw new FailureException("%s cannot be read: %s".formatted(file, e), e);
        }
    }

    /** Opens the texts. */
    TextInput open() {
        return TextInput.lines(
                "sample " + name,
                DemoSample.class.getResourceAsStream("/samples/" + name + ".txt"));
    }
}
