package io.labelstream.endtoend.faults;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Looks for words that must not show, canaries, in log files and in all that Flink's REST interface
 * tells: as they are, and in base64. Used by one thread.
 */
public final class PrivacyCheck {

    /** Stands in every message of a feed. */
    public static final String TEXT_CANARY = "quokkasdiaryentry";

    /** For scenarios to put where a configuration holds a secret. */
    static final String SECRET_CANARY = "wombatspassphrase";

    /** Shorter ones could be found by chance, least of all in base64. */
    private static final int SHORTEST = 12;

    /** How much of a line is shown, on each side of what was found. */
    private static final int SHOWN = 60;

    /**
     * Something that must not show.
     *
     * @param where file or page, with the number of the line
     * @param canary the word
     * @param excerpt some of the line
     */
    record Found(String where, String canary, String excerpt) {}

    /**
     * What came of a search.
     *
     * @param searched files or pages; a search of none shows nothing
     */
    record Result(int searched, List<Found> found) {}

    /** Canary by what it looks like, each byte a character. */
    private final Map<String, String> canaries = new LinkedHashMap<>();

    PrivacyCheck(String... canaries) {
        for (String canary : canaries) {
            if (canary.length() < SHORTEST) {
                throw new IllegalArgumentException(
                        "Canary %s has %d characters, expected at least %d: it could be found by chance"
                                .formatted(canary, canary.length(), SHORTEST));
            }
            byte[] bytes = canary.getBytes(StandardCharsets.UTF_8);
            this.canaries.put(new String(bytes, StandardCharsets.ISO_8859_1), canary);
            for (int before = 0; before < 3; before++) {
                this.canaries.put(base64(bytes, before), canary);
            }
        }
    }

    /**
     * How base64 shows these bytes within others.
     *
     * @param before how many bytes stand before them, modulo 3
     * @return those of its characters that do not depend on the others
     */
    private static String base64(byte[] bytes, int before) {
        byte[] all = new byte[before + bytes.length];
        System.arraycopy(bytes, 0, all, before, bytes.length);
        String encoded = Base64.getEncoder().withoutPadding().encodeToString(all);
        // A character has 6 bits.
        return encoded.substring((before * 8 + 5) / 6, all.length * 8 / 6);
    }

    /**
     * Searches files, and folders with all that is in them.
     *
     * @throws IllegalArgumentException if one is not there, or has nothing in it
     */
    Result searchFiles(Path... filesAndFolders) throws IOException {
        int searched = 0;
        List<Found> found = new ArrayList<>();
        for (Path path : filesAndFolders) {
            List<Path> files = files(path);
            for (Path file : files) {
                try (BufferedReader lines =
                        Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
                    search(file.toString(), lines, found);
                }
            }
            searched += files.size();
        }
        return new Result(searched, found);
    }

    private static List<Path> files(Path path) throws IOException {
        List<Path> files = List.of();
        if (Files.exists(path)) {
            try (Stream<Path> all = Files.walk(path)) {
                files = all.filter(Files::isRegularFile).sorted().toList();
            }
        }
        if (files.isEmpty()) {
            throw new IllegalArgumentException(
                    "No file in %s, expected logs to search".formatted(path));
        }
        return files;
    }

    /**
     * Searches what a Flink cluster tells about itself and its jobs.
     *
     * @param flink address of its REST interface
     * @throws IllegalStateException if it does not answer, or names no job
     */
    Result searchFlink(URI flink) {
        List<Found> found = new ArrayList<>();
        int searched =
                new FlinkPages(flink)
                        .visit(
                                (page, body) -> {
                                    String bytes = new String(body, StandardCharsets.ISO_8859_1);
                                    search(
                                            page,
                                            new BufferedReader(new StringReader(bytes)),
                                            found);
                                });
        return new Result(searched, found);
    }

    private void search(String where, BufferedReader lines, List<Found> found) {
        try {
            int number = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                for (Map.Entry<String, String> canary : canaries.entrySet()) {
                    int at = line.indexOf(canary.getKey());
                    if (at >= 0) {
                        String excerpt =
                                line.substring(
                                        Math.max(0, at - SHOWN),
                                        Math.min(
                                                line.length(),
                                                at + canary.getKey().length() + SHOWN));
                        found.add(new Found(where + ":" + number, canary.getValue(), excerpt));
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(where + " cannot be read", e);
        }
    }
}
