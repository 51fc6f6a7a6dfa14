package io.labelstream.finetune.quantize;

import java.util.ArrayList;
import java.util.List;

/**
 * Texts to compare two models on where the user gives none: every subject with every ending, in
 * English and Chinese, and the odd ones that real topics have, too.
 */
final class SampleTexts {

    private static final List<String> SUBJECTS =
            List.of(
                    "The film",
                    "Your delivery",
                    "My card",
                    "The hotel room",
                    "This phone",
                    "The second half of the book",
                    "A refund for order 4711",
                    "The weather in Oslo",
                    "Their customer service",
                    "The new update",
                    "Dinner at the station",
                    "The meeting on Monday");

    private static final List<String> ENDINGS =
            List.of(
                    "was wonderful.",
                    "was a complete waste of money!",
                    "is still not here",
                    "surprised me, in a good way, and I will tell all of my friends about it.",
                    "could be better; could be worse.",
                    "does not work any more, please help",
                    "made me so angry that I left after ten minutes.",
                    "is what I asked for.",
                    "?",
                    "costs too much, but the quality is hard to beat",
                    "broke on the first day",
                    "needs to be cancelled before Friday at 5 pm");

    private static final List<String> CHINESE_SUBJECTS =
            List.of("这部电影", "我的订单", "酒店房间", "这本书", "客服", "新版本");

    private static final List<String> CHINESE_ENDINGS =
            List.of(
                    "非常好看，值得推荐。",
                    "太差了，浪费钱！",
                    "还没有到，请帮忙查一下",
                    "一般般，没有想象中那么好",
                    "怎么取消？",
                    "让我很失望，再也不会来了。");

    private static final List<String> ODD =
            List.of(
                    "",
                    " ",
                    "!",
                    "\uD83D\uDE00\uD83D\uDE00 \uD83D\uDC4D",
                    "caf\u00e9 na\u00efve",
                    "[CLS] [SEP]",
                    "a".repeat(300),
                    "word ".repeat(120));

    private SampleTexts() {}

    /** All of them, the same on every call. */
    static List<String> all() {
        List<String> texts = new ArrayList<>(ODD);
        combine(texts, SUBJECTS, " ", ENDINGS);
        combine(texts, CHINESE_SUBJECTS, "", CHINESE_ENDINGS);
        return texts;
    }

    private static void combine(
            List<String> texts, List<String> subjects, String between, List<String> endings) {
        for (String subject : subjects) {
            for (String ending : endings) {
                texts.add(subject + between + ending);
            }
        }
    }
}
