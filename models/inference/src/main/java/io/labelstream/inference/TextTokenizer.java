package io.labelstream.inference;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;

/**
 * Turns text into the ids that a bundle's model reads, as its {@code tokenizer.json} says. Holds
 * native memory until closed. Used by one thread at a time.
 *
 * <p>What it does beyond the library: texts are capped before the tokenizer, which does all its
 * work before it truncates; lone surrogates become U+FFFD, as one of them would cost all emoji of
 * the text; and {@link #open} proves the tokenizer on hostile strings, one by one, for in a batch
 * an error in native code would end the JVM.
 */
public final class TextTokenizer implements AutoCloseable {

    /** Characters, in UTF-16 units, beyond which a text is cut before it is tokenized. */
    public static final int DEFAULT_MAX_CHARACTERS = 20_000;

    private static final int[] NO_SPANS = {};
    private static final String[] HOSTILE = {
        "",
        " ",
        "\u0000",
        "\uFFFD",
        "\uD83D\uDE00",
        "[CLS] [SEP] [PAD] [UNK] [MASK]",
        "e\u0301",
        "\u202Eabc",
        "\u4E2D\u6587",
        "a".repeat(300),
        "\uFFFF",
        "\u200B"
    };

    static {
        // Before the first class of the library loads: it would look for a GPU build to download.
        setIfAbsent("ai.djl.offline", "true");
        setIfAbsent("OPT_OUT_TRACKING", "true");
        setIfAbsent("RUST_FLAVOR", "cpu");
    }

    /**
     * The library's calls themselves: its own {@code encode} fetches ten arrays of each text, of
     * which one or two are read here, and takes a quarter to a third longer.
     */
    private static final TokenizersLibrary LIBRARY = TokenizersLibrary.LIB;

    private final HuggingFaceTokenizer tokenizer;
    private final int maxCharacters;
    private final boolean cutsLeft;

    private TextTokenizer(HuggingFaceTokenizer tokenizer, int maxCharacters, boolean cutsLeft) {
        this.tokenizer = tokenizer;
        this.maxCharacters = maxCharacters;
        this.cutsLeft = cutsLeft;
    }

    /**
     * Opens a bundle's tokenizer with its own limit of tokens and the default cap of characters.
     */
    public static TextTokenizer open(ModelBundle bundle) {
        return open(bundle, bundle.maxTokens(), DEFAULT_MAX_CHARACTERS);
    }

    /**
     * Opens a bundle's tokenizer.
     *
     * @param maxTokens longer encodings are cut to this, special tokens included
     * @param maxCharacters longer texts are cut to this before they are tokenized, in UTF-16 units
     * @throws BundleException if the tokenizer cannot be loaded or fails on a test string
     */
    public static TextTokenizer open(ModelBundle bundle, int maxTokens, int maxCharacters) {
        if (maxTokens < 3 || maxTokens > bundle.maxTokens()) {
            throw new BundleException(
                    "Bundle %s: at most %d tokens a text were asked for; the model takes 3 to %d."
                            .formatted(bundle.name(), maxTokens, bundle.maxTokens()));
        }
        String limit = Integer.toString(maxTokens);
        Map<String, String> options =
                Map.of(
                        "addSpecialTokens", "true",
                        "truncation", "true",
                        "padding", "false",
                        "maxLength", limit,
                        "modelMaxLength", limit,
                        // Else that of the file, which may be longer than the limit.
                        "stride", "0");
        NativeLibraries.loadTokenizer();
        HuggingFaceTokenizer tokenizer;
        try {
            tokenizer =
                    HuggingFaceTokenizer.newInstance(
                            new ByteArrayInputStream(tokenizer(bundle)), options);
        } catch (IOException | RuntimeException e) {
            throw new BundleException(
                    "Bundle %s: %s cannot be loaded: %s"
                            .formatted(
                                    bundle.name(),
                                    ModelBundle.TOKENIZER_FILE,
                                    JsonFile.shown(e.getMessage())),
                    e);
        }
        TextTokenizer opened = new TextTokenizer(tokenizer, maxCharacters, bundle.cutsLeft());
        opened.prove(bundle);
        return opened;
    }

    /** The library cuts at the side that the file says, and lets nobody else say it. */
    private static byte[] tokenizer(ModelBundle bundle) throws IOException {
        byte[] tokenizer = bundle.tokenizerBytes();
        return TokenizerFiles.read(tokenizer).cutsLeft() == bundle.cutsLeft()
                ? tokenizer
                : TokenizerFiles.cutting(tokenizer, bundle.cutsLeft());
    }

    private void prove(ModelBundle bundle) {
        try {
            for (String text : HOSTILE) {
                prove(bundle, tokenizer.encode(prepare(text)));
                prove(bundle, tokenizer.encode(prepare(text), "a"));
            }
        } catch (BundleException e) {
            close();
            throw e;
        } catch (RuntimeException e) {
            close();
            throw new BundleException(
                    "Bundle %s: the tokenizer fails on a test string: %s. tokenizer.json is incomplete."
                            .formatted(bundle.name(), JsonFile.shown(e.getMessage())),
                    e);
        }
    }

    private static void prove(ModelBundle bundle, Encoding encoding) {
        for (long id : encoding.getIds()) {
            if (id < 0 || id >= bundle.vocabularySize()) {
                throw new BundleException(
                        "Bundle %s: the tokenizer gives id %d, but the model has ids 0 to %d. tokenizer.json belongs to another model."
                                .formatted(bundle.name(), id, bundle.vocabularySize() - 1));
            }
        }
        long previous = 0;
        for (long type : encoding.getTypeIds()) {
            if (type < previous || type > 1) {
                throw new BundleException(
                        "Bundle %s: the tokenizer gives token types %s; expected 0, and 1 from the second text of a pair on. This family of models is not supported."
                                .formatted(bundle.name(), Arrays.toString(encoding.getTypeIds())));
            }
            previous = type;
        }
    }

    /**
     * Encodes a text, or a pair of texts.
     *
     * @param pair the second text; empty for none
     * @return ids without spans
     */
    public EncodedText encode(String text, String pair) {
        return encode(text, pair, false);
    }

    /**
     * Encodes a text, or a pair of texts.
     *
     * @param pair the second text; empty for none
     * @param withSpans whether to say where in the first text each token stands
     */
    public EncodedText encode(String text, String pair, boolean withSpans) {
        String first = prepare(text);
        String second = prepare(pair);
        boolean cut = text.length() > maxCharacters || pair.length() > maxCharacters;
        long encoding = encodeNatively(first, second);
        try {
            int[] ids = narrowed(LIBRARY.getTokenIds(encoding));
            int pairStart = second.isEmpty() ? ids.length : pairStart(LIBRARY.getTypeIds(encoding));
            boolean truncated = cut || LIBRARY.getOverflowCount(encoding) > 0;
            int[] spans =
                    withSpans ? spans(encoding, first, text.length() - first.length()) : NO_SPANS;
            return new EncodedText(ids, pairStart, truncated, spans);
        } finally {
            LIBRARY.deleteEncoding(encoding);
        }
    }

    /** What {@code tokenizer.encode} does first; the caller frees what it returns. */
    private long encodeNatively(String first, String second) {
        long handle = tokenizer.getHandle();
        return second.isEmpty()
                ? LIBRARY.encode(handle, first, true)
                : LIBRARY.encodeDual(handle, first, second, true);
    }

    private static int[] narrowed(long[] longs) {
        int[] ids = new int[longs.length];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = (int) longs[i];
        }
        return ids;
    }

    @Override
    public void close() {
        tokenizer.close();
    }

    private static int pairStart(long[] typeIds) {
        for (int i = 0; i < typeIds.length; i++) {
            if (typeIds[i] == 1) {
                return i;
            }
        }
        return typeIds.length;
    }

    /** The library counts code points; Java's strings, and what we hand out, count UTF-16 units. */
    private int[] spans(long encoding, String text, int charactersCut) {
        CharSpan[] spans = LIBRARY.getTokenCharSpans(encoding);
        long[] special = LIBRARY.getSpecialTokenMask(encoding);
        long[] sequences = LIBRARY.getSequenceIds(encoding);
        int[] units = utf16Offsets(text);
        int shift = cutsLeft ? charactersCut : 0;
        int[] result = new int[2 * spans.length];
        Arrays.fill(result, -1);
        for (int i = 0; i < spans.length; i++) {
            if (special[i] == 0 && sequences[i] == 0 && spans[i] != null) {
                result[2 * i] = shift + units[spans[i].getStart()];
                result[2 * i + 1] = shift + units[spans[i].getEnd()];
            }
        }
        return result;
    }

    private static int[] utf16Offsets(String text) {
        int[] offsets = new int[text.codePointCount(0, text.length()) + 1];
        int unit = 0;
        for (int i = 0; i < offsets.length - 1; i++) {
            offsets[i] = unit;
            unit += Character.charCount(text.codePointAt(unit));
        }
        offsets[offsets.length - 1] = unit;
        return offsets;
    }

    private String prepare(String text) {
        String capped = text;
        if (text.length() > maxCharacters) {
            int cut = cutsLeft ? text.length() - maxCharacters : maxCharacters;
            boolean insidePair =
                    Character.isHighSurrogate(text.charAt(cut - 1))
                            && Character.isLowSurrogate(text.charAt(cut));
            capped =
                    cutsLeft
                            ? text.substring(insidePair ? cut + 1 : cut)
                            : text.substring(0, insidePair ? cut - 1 : cut);
        }
        return replaceLoneSurrogates(capped);
    }

    static String replaceLoneSurrogates(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (isLoneSurrogate(text, i)) {
                char[] chars = text.toCharArray();
                for (int j = i; j < chars.length; j++) {
                    chars[j] = isLoneSurrogate(text, j) ? '\uFFFD' : chars[j];
                }
                return new String(chars);
            }
        }
        return text;
    }

    private static boolean isLoneSurrogate(String text, int i) {
        char c = text.charAt(i);
        if (Character.isHighSurrogate(c)) {
            return i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1));
        }
        return Character.isLowSurrogate(c)
                && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)));
    }

    private static void setIfAbsent(String key, String value) {
        if (System.getProperty(key) == null) {
            System.setProperty(key, value);
        }
    }
}
