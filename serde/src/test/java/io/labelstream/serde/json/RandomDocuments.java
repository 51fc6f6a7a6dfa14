package io.labelstream.serde.json;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * JSON objects of every odd form that the standard allows: characters beyond the basic plane, raw
 * and escaped, halves of them, all forms of numbers and white space, byte order marks, fields that
 * come twice, and names and strings that look like what a hasty reader seeks. One seed always gives
 * the same documents. Used by one thread.
 */
public final class RandomDocuments {

    private static final int MAX_DEPTH = 5;

    private static final String[] SPACES = {" ", "\t", "\n", "\r"};

    private static final String[] LITERALS = {"true", "false", "null"};

    private static final String[] NUMBERS = {
        "0",
        "-0",
        "-0.0",
        "0e0",
        "1E+2",
        "1.0e-7",
        "-12.50",
        "1e308",
        "1e-400",
        "9007199254740993",
        "-9223372036854775809",
        "12345678901234567890123456789012345678901234567890",
        "3.14159265358979323846264338327950288419716939937510"
    };

    /** Of strings and names, as JSON spells them. No sought name can be made of them. */
    private static final String[] PIECES = {
        "A",
        "Zebra",
        "7",
        " ",
        "\u007F",
        "\u0085",
        "\u00E9",
        "e\u0301",
        "\u2028",
        "\u4E2D\u6587",
        "\uFEFF",
        "\uFFFF",
        "\uD83D\uDE00",
        "\uDB40\uDC61",
        "\\\"",
        "\\\\",
        "\\/",
        "\\b",
        "\\f",
        "\\n",
        "\\r",
        "\\t",
        "\\u0000",
        "\\u00e9",
        "\\u00E9",
        "\\ud83d\\ude00",
        "\\uD83D",
        "\\ude00",
        "\\ude00\\ud83d",
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "//",
        "/*",
        "\\\"}",
        "\\\"classification\\\":{}"
    };

    /** Names that differ a little from those that are sought. */
    private static final String[] NEAR_NAMES = {
        "", "Classification", "classification ", "classificatio", "classification\\u0000", "Text"
    };

    /** Names that are sought, at the root alone. */
    private static final String[] SOUGHT_NAMES = {"classification", "text"};

    /**
     * A document and a place in it.
     *
     * @param bytes in UTF-8
     * @param from where the value of the field that was asked for begins; of several, the last
     * @param to behind that value
     */
    public record Document(byte[] bytes, int from, int to) {}

    private final Random random;
    private final StringBuilder out = new StringBuilder();
    private String lastName = "A";

    public RandomDocuments(long seed) {
        this.random = new Random(seed);
    }

    /** An object; of the sought names, none is at its root, but inner objects have them. */
    public byte[] next() {
        return next("", "", 0).bytes();
    }

    /**
     * An object that has a field once or twice, its name with escapes here and there.
     *
     * @param field {@code classification} or {@code text}
     * @param value what the field is in the end, as JSON
     */
    public Document nextWith(String field, String value) {
        return next(field, value, 1 + random.nextInt(2));
    }

    /** Any value, as JSON. */
    public String nextValue() {
        out.setLength(0);
        value(1);
        return out.toString();
    }

    /** A string, as JSON. */
    public String nextString() {
        out.setLength(0);
        string();
        return out.toString();
    }

    private Document next(String field, String value, int times) {
        out.setLength(0);
        if (random.nextInt(8) == 0) {
            out.append('\uFEFF');
        }
        List<Boolean> sought = new ArrayList<>(Collections.nCopies(random.nextInt(6), false));
        sought.addAll(Collections.nCopies(times, true));
        Collections.shuffle(sought, random);
        int last = sought.lastIndexOf(true);
        int from = 0;
        int to = 0;
        space();
        out.append('{');
        space();
        for (int i = 0; i < sought.size(); i++) {
            if (i > 0) {
                comma();
            }
            out.append('"').append(sought.get(i) ? spelled(field) : name()).append('"');
            colon();
            if (i == last) {
                from = bytes().length;
                out.append(value);
                to = bytes().length;
            } else {
                value(1);
            }
            space();
        }
        out.append('}');
        space();
        return new Document(bytes(), from, to);
    }

    private byte[] bytes() {
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    private void value(int depth) {
        int kind = random.nextInt(depth < MAX_DEPTH ? 10 : 8);
        if (kind == 0) {
            out.append(oneOf(LITERALS));
        } else if (kind < 3) {
            out.append(oneOf(NUMBERS));
        } else if (kind == 3) {
            out.append(random.nextLong());
        } else if (kind < 8) {
            string();
        } else if (kind == 8) {
            object(depth);
        } else {
            array(depth);
        }
    }

    private void object(int depth) {
        out.append('{');
        space();
        int fields = random.nextInt(5);
        for (int i = 0; i < fields; i++) {
            if (i > 0) {
                comma();
            }
            String name = random.nextInt(6) == 0 ? spelled(oneOf(SOUGHT_NAMES)) : name();
            out.append('"').append(name).append('"');
            colon();
            value(depth + 1);
            space();
        }
        out.append('}');
    }

    private void array(int depth) {
        out.append('[');
        space();
        int elements = random.nextInt(5);
        for (int i = 0; i < elements; i++) {
            if (i > 0) {
                comma();
            }
            value(depth + 1);
            space();
        }
        out.append(']');
    }

    private void string() {
        out.append('"').append(pieces()).append('"');
    }

    /** Often one that came before. */
    private String name() {
        int kind = random.nextInt(6);
        if (kind == 1) {
            lastName = oneOf(NEAR_NAMES);
        } else if (kind > 1) {
            lastName = pieces();
        }
        return lastName;
    }

    private String pieces() {
        StringBuilder pieces = new StringBuilder();
        for (int i = random.nextInt(8); i > 0; i--) {
            pieces.append(oneOf(PIECES));
        }
        return pieces.toString();
    }

    /** A word with some of its letters escaped, in capital and small digits. */
    private String spelled(String word) {
        StringBuilder spelled = new StringBuilder();
        for (int i = 0; i < word.length(); i++) {
            int form = random.nextInt(16);
            if (form > 1) {
                spelled.append(word.charAt(i));
            } else {
                String digits = form == 0 ? "%04x" : "%04X";
                spelled.append("\\u").append(digits.formatted((int) word.charAt(i)));
            }
        }
        return spelled.toString();
    }

    private void comma() {
        out.append(',');
        space();
    }

    private void colon() {
        space();
        out.append(':');
        space();
    }

    private void space() {
        for (int i = random.nextInt(3); i > 0; i--) {
            out.append(oneOf(SPACES));
        }
    }

    private String oneOf(String[] choices) {
        return choices[random.nextInt(choices.length)];
    }
}
