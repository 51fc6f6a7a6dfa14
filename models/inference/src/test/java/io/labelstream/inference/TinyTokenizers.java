package io.labelstream.inference;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Tokenizer files of a few words, as Hugging Face's library writes them, of the three kinds that
 * encoders have. Ids are places in the lists.
 */
final class TinyTokenizers {

    static final List<String> WORD_PIECES =
            List.of(
                    "[PAD]", "[UNK]", "[CLS]", "[SEP]", "a", "good", "bad", "film", "##s",
                    "[MASK]");

    static final List<String> BYTE_PAIRS =
            List.of(
                    "<s>", "<pad>", "</s>", "<unk>", "a", "b", "d", "f", "g", "i", "l", "m", "o",
                    "Ġ", "go", "goo", "good", "ba", "bad", "Ġf", "Ġfi", "Ġfil", "Ġfilm", "Ġbad",
                    "Ġg", "Ġgo", "Ġgoo", "Ġgood", "<mask>");

    private static final List<String> MERGES =
            List.of(
                    "b a", "ba d", "Ġ bad", "Ġ f", "Ġf i", "Ġfi l", "Ġfil m", "Ġ g", "Ġg o",
                    "Ġgo o", "Ġgoo d", "g o", "go o", "goo d");

    static final List<String> MODERN_BYTE_PAIRS =
            Stream.concat(
                            BYTE_PAIRS.subList(3, BYTE_PAIRS.size() - 1).stream(),
                            List.of("[CLS]", "[SEP]", "[MASK]", "[PAD]").stream())
                    .toList();

    static final List<String> PIECES =
            List.of(
                    "[PAD]", "[CLS]", "[SEP]", "[UNK]", "▁", "▁good", "▁bad", "▁film", "▁a", "s",
                    "[MASK]");

    private TinyTokenizers() {}

    /** BERT, DistilBERT, ELECTRA. */
    static String wordPiece() {
        return file(
                special(List.of(0, 1, 2, 3, 9), WORD_PIECES),
                """
                {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": null, "lowercase": true}""",
                "{\"type\": \"BertPreTokenizer\"}",
                template("[CLS]", 2, "[SEP]", 3),
                """
                {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100, "vocab": %s}"""
                        .formatted(vocabulary(WORD_PIECES)));
    }

    /** RoBERTa: two separators between a pair, and no token types. */
    static String byteLevel() {
        return file(
                special(List.of(0, 1, 2, 3, 28), BYTE_PAIRS),
                "null",
                "{\"type\": \"ByteLevel\", \"add_prefix_space\": false, \"trim_offsets\": true, \"use_regex\": true}",
                """
                {"type": "RobertaProcessing", "sep": ["</s>", 2], "cls": ["<s>", 0], "trim_offsets": true, "add_prefix_space": false}""",
                bytePairs("\"<unk>\"", BYTE_PAIRS));
    }

    /** ModernBERT: byte pairs too, but with special tokens like BERT's, at the end. */
    static String modernByteLevel() {
        List<String> words = MODERN_BYTE_PAIRS;
        return file(
                special(List.of(25, 26, 27, 28), words),
                "{\"type\": \"NFC\"}",
                "{\"type\": \"ByteLevel\", \"add_prefix_space\": false, \"trim_offsets\": true, \"use_regex\": true}",
                template("[CLS]", 25, "[SEP]", 26),
                bytePairs("null", words));
    }

    /** DeBERTa: SentencePiece's Unigram. */
    static String unigram() {
        String pieces =
                IntStream.range(0, PIECES.size() - 1)
                        .mapToObj(
                                id ->
                                        "[\"%s\", %s]"
                                                .formatted(
                                                        PIECES.get(id),
                                                        id < 4 ? "0.0" : "-" + (id + 0.5)))
                        .collect(Collectors.joining(", "));
        return file(
                special(List.of(0, 1, 2, 3, 10), PIECES),
                """
                {"type": "Sequence", "normalizers": [{"type": "Strip", "strip_left": true, "strip_right": true}, {"type": "NFC"}]}""",
                """
                {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true}""",
                template("[CLS]", 1, "[SEP]", 2),
                """
                {"type": "Unigram", "unk_id": 3, "byte_fallback": false, "vocab": [%s]}"""
                        .formatted(pieces));
    }

    private static String bytePairs(String unknown, List<String> words) {
        return """
        {"type": "BPE", "dropout": null, "unk_token": %s, "continuing_subword_prefix": "", "end_of_word_suffix": "", "fuse_unk": false, "byte_fallback": false, "vocab": %s, "merges": [%s]}"""
                .formatted(
                        unknown,
                        vocabulary(words),
                        MERGES.stream()
                                .map(merge -> "\"" + merge + "\"")
                                .collect(Collectors.joining(", ")));
    }

    private static String vocabulary(List<String> words) {
        return IntStream.range(0, words.size())
                .mapToObj(id -> "\"%s\": %d".formatted(words.get(id), id))
                .collect(Collectors.joining(", ", "{", "}"));
    }

    private static String special(List<Integer> ids, List<String> words) {
        return ids.stream()
                .map(
                        id ->
                                """
                                {"id": %d, "content": "%s", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true}"""
                                        .formatted(id, words.get(id)))
                .collect(Collectors.joining(", ", "[", "]"));
    }

    private static String template(String start, int startId, String end, int endId) {
        return """
        {"type": "TemplateProcessing",
         "single": [{"SpecialToken": {"id": "%1$s", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "%3$s", "type_id": 0}}],
         "pair": [{"SpecialToken": {"id": "%1$s", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "%3$s", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}, {"SpecialToken": {"id": "%3$s", "type_id": 1}}],
         "special_tokens": {"%1$s": {"id": "%1$s", "ids": [%2$d], "tokens": ["%1$s"]}, "%3$s": {"id": "%3$s", "ids": [%4$d], "tokens": ["%3$s"]}}}"""
                .formatted(start, startId, end, endId);
    }

    private static String file(
            String added,
            String normalizer,
            String preTokenizer,
            String postProcessor,
            String model) {
        return """
        {"version": "1.0", "truncation": null, "padding": null, "added_tokens": %s,
         "normalizer": %s, "pre_tokenizer": %s, "post_processor": %s, "decoder": null,
         "model": %s}
        """
                .formatted(added, normalizer, preTokenizer, postProcessor, model);
    }
}
