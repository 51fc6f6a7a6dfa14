package io.labelstream.finetune;

import java.io.PrintWriter;

/** What a command prints on standard output. */
public final class Results {

    private Results() {}

    /**
     * Makes sure that they arrived: writers of standard output keep failures, such as a full disk,
     * to themselves.
     *
     * @param out what the command printed to
     * @throws FineTuneException if some of it could not be written
     */
    public static void require(PrintWriter out) {
        // The command line's writer stands on System.out, which does not tell it of failures.
        if (out.checkError() || System.out.checkError()) {
            throw new FineTuneException("The results cannot be written to standard output.");
        }
    }
}
