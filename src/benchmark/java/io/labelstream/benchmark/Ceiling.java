package io.labelstream.benchmark;

import java.util.List;

/**
 * What the engine does on its own, and the answers that every contender must give; a JSON file.
 *
 * @param budget padded tokens of a run, the best of those tried
 * @param textsPerSecond of all slots together
 * @param tokensPerSecond without padding
 * @param cpuSecondsPer1000 CPU seconds of the process for 1,000 texts
 * @param paddingWaste share of padding among all tokens that were run
 * @param loneRunMillis time of a run of the longest text alone, the median of some
 * @param longestText which text is the longest
 * @param longestTokens its tokens
 * @param meanTokens tokens of a text on average
 * @param answers of each text
 */
record Ceiling(
        int budget,
        double textsPerSecond,
        double tokensPerSecond,
        double cpuSecondsPer1000,
        double paddingWaste,
        double loneRunMillis,
        int longestText,
        int longestTokens,
        double meanTokens,
        List<Answer> answers) {}
