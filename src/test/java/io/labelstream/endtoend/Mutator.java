package io.labelstream.endtoend;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/**
 * Makes broken values of whole ones: bits flipped, parts cut out, doubled, moved between values,
 * lengths that promise gigabytes. The same seed makes the same ones. Used by one thread.
 */
final class Mutator {

    private static final int MOST_STEPS = 4;
    private static final int MOST_BYTES = 256 * 1024;
    private static final int MOST_REPEATS = 2000;

    /** What readers of lengths, numbers, text and JSON must stand. */
    private static final List<byte[]> BOMBS =
            List.of(
                    hex("feffffff0f"), // 2^31 - 1 as Avro writes it
                    hex("ffffffff0f"), // -2^31
                    hex("feffffffffffffffff01"), // 2^63 - 1
                    hex("ffffffffffffffffff01"), // -2^63
                    hex("ffffffffffffffffffffffff"), // without an end
                    hex("7fffffff"),
                    hex("00"),
                    hex("c328"),
                    hex("eda0bd"),
                    hex("efbbbf"),
                    utf8("["),
                    utf8("{\"text\":"),
                    utf8("\"text\":\"\","),
                    utf8("\\ud83d"),
                    utf8("1e999"),
                    utf8("9"),
                    utf8("!"),
                    utf8("\u0301"),
                    utf8("\uD83D\uDE00"),
                    utf8("\u202E"));

    private final Random random;
    private final List<byte[]> values;

    /**
     * Makes mutants.
     *
     * @param values whole ones, to begin with
     */
    Mutator(Random random, List<byte[]> values) {
        this.random = random;
        this.values = values;
    }

    byte[] mutant() {
        byte[] mutant = any(values);
        for (int step = random.nextInt(MOST_STEPS); step >= 0; step--) {
            mutant = mutated(mutant);
        }
        return mutant.length > MOST_BYTES ? Arrays.copyOf(mutant, MOST_BYTES) : mutant;
    }

    private byte[] mutated(byte[] bytes) {
        int from = random.nextInt(bytes.length + 1);
        int to = from + random.nextInt(bytes.length - from + 1);
        byte[] other = any(values);
        return switch (random.nextInt(7)) {
            case 0 -> flipped(bytes);
            case 1 -> replaced(bytes, from, to, new byte[0]);
            case 2 -> replaced(bytes, from, from, Arrays.copyOfRange(bytes, from, to));
            case 3 -> Arrays.copyOf(bytes, from);
            case 4 -> replaced(bytes, from, bytes.length, tail(other));
            case 5 -> replaced(bytes, from, Math.min(to, from + 10), any(BOMBS));
            default -> replaced(bytes, from, from, repeated(any(BOMBS)));
        };
    }

    private byte[] flipped(byte[] bytes) {
        byte[] flipped = bytes.clone();
        for (int i = random.nextInt(3); i >= 0 && flipped.length > 0; i--) {
            flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return flipped;
    }

    private byte[] tail(byte[] bytes) {
        return Arrays.copyOfRange(bytes, random.nextInt(bytes.length + 1), bytes.length);
    }

    /** Mostly few times, and sometimes deeper than a stack is. */
    private byte[] repeated(byte[] bytes) {
        int times = random.nextInt(8) == 0 ? random.nextInt(MOST_REPEATS) : random.nextInt(5);
        byte[] repeated = new byte[bytes.length * times];
        for (int i = 0; i < times; i++) {
            System.arraycopy(bytes, 0, repeated, i * bytes.length, bytes.length);
        }
        return repeated;
    }

    private byte[] any(List<byte[]> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    private static byte[] replaced(byte[] bytes, int from, int to, byte[] by) {
        byte[] replaced = new byte[bytes.length - (to - from) + by.length];
        System.arraycopy(bytes, 0, replaced, 0, from);
        System.arraycopy(by, 0, replaced, from, by.length);
        System.arraycopy(bytes, to, replaced, from + by.length, bytes.length - to);
        return replaced;
    }

    private static byte[] hex(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
