package io.labelstream.benchmark;

import io.labelstream.cli.InputText;
import io.labelstream.cli.TextInput;
import io.labelstream.cli.UsageException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Texts to label, repeated to make a backlog.
 *
 * @param name as reports name it
 * @param texts at least one, none of them empty
 */
record TextSet(String name, List<String> texts) {

    /** The sets that ship with the project. */
    static final List<String> SHIPPED = List.of("reviews", "intents");

    /** Of a larger file as many are taken, evenly spread: the ceiling needs all their answers. */
    static final int MOST_TEXTS = 5_000;

    TextSet {
        texts = List.copyOf(texts);
    }

    /**
     * A set that ships with the project.
     *
     * @throws UsageException if there is none of this name
     */
    static TextSet shipped(String name) throws IOException {
        if (!SHIPPED.contains(name)) {
            throw new UsageException(
                    "Text set %s is not known. Known are %s; --data takes texts of your own."
                            .formatted(name, String.join(", ", SHIPPED)));
        }
        try (InputStream in = TextSet.class.getResourceAsStream("texts/" + name + ".txt")) {
            String all = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return new TextSet(name, all.lines().toList());
        }
    }

    /**
     * The texts of a file, as {@code classify} reads it.
     *
     * @throws UsageException if it has none, or pairs of texts
     */
    static TextSet of(Path file) throws IOException {
        List<String> texts = new ArrayList<>();
        try (TextInput input = TextInput.open(file)) {
            for (Optional<InputText> text = input.next(); text.isPresent(); text = input.next()) {
                if (!text.get().textPair().isEmpty()) {
                    throw new UsageException(
                            "Input %s: holds pairs of texts; the benchmark takes single ones."
                                    .formatted(file));
                }
                texts.add(text.get().text());
            }
        }
        if (texts.isEmpty()) {
            throw new UsageException("Input %s: holds no texts.".formatted(file));
        }
        String name = String.valueOf(file.getFileName());
        return new TextSet(name.substring(0, name.lastIndexOf('.')), spread(texts, MOST_TEXTS));
    }

    /** At most as many, evenly spread. */
    static List<String> spread(List<String> texts, int most) {
        if (texts.size() <= most) {
            return texts;
        }
        return IntStream.range(0, most)
                .mapToObj(i -> texts.get((int) ((long) i * texts.size() / most)))
                .toList();
    }

    /** The text of a place in the backlog. */
    String text(long number) {
        return texts.get(index(number));
    }

    /** Which of the texts is at a place in the backlog. */
    int index(long number) {
        return (int) (number % texts.size());
    }
}
