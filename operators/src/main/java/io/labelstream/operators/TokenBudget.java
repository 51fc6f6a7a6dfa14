package io.labelstream.operators;

import java.io.Serializable;

/**
 * How large a run may be. A run costs its padded tokens: rows times the longest of them.
 *
 * @param maxTokens most padded tokens; a single text longer than that still runs, alone
 * @param maxRows most rows
 */
public record TokenBudget(int maxTokens, int maxRows) implements Serializable {

    public TokenBudget {
        if (maxTokens < 1 || maxRows < 1) {
            throw new IllegalArgumentException(
                    "A run needs room for a token and a row, not " + maxTokens + " and " + maxRows);
        }
    }

    boolean fits(int rows, int longest) {
        return rows <= maxRows && (long) rows * longest <= maxTokens;
    }
}
