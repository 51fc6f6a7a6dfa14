package io.labelstream.operators;

import java.io.Serializable;

/**
 * How large a run may be. A run costs its padded tokens: rows times the longest of them.
 *
 * @param maxTokens most padded tokens; a single text longer than that still runs, alone
 * @param maxRows most rows
 * @param maxPaddingPerText most padded tokens that a text may add to a run beyond its own
 */
public record TokenBudget(int maxTokens, int maxRows, int maxPaddingPerText)
        implements Serializable {

    public TokenBudget {
        if (maxTokens < 1 || maxRows < 1 || maxPaddingPerText < 0) {
            throw new IllegalArgumentException(
                    "A run needs room for a token and a row, and padding from 0 on, not %d, %d and %d"
                            .formatted(maxTokens, maxRows, maxPaddingPerText));
        }
    }

    /** Whether a run may be so large. */
    boolean fits(int rows, int longest) {
        return rows <= maxRows && (long) rows * longest <= maxTokens;
    }

    /**
     * Whether a text goes with others rather than in another run: where it fits, and where the
     * padding that comes of it, its own or that of the others, costs no more than another run does.
     *
     * @param rows of the run so far
     * @param longest tokens of its longest
     * @param tokens of the text
     */
    boolean joins(int rows, int longest, int tokens) {
        int longer = Math.max(longest, tokens);
        long added = (long) (rows + 1) * longer - (long) rows * longest - tokens;
        return fits(rows + 1, longer) && added <= maxPaddingPerText;
    }
}
