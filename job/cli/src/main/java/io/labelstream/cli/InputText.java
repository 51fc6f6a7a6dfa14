package io.labelstream.cli;

/**
 * A text that a command was given.
 *
 * @param text the text; never empty
 * @param textPair the second text; empty for none
 */
public record InputText(String text, String textPair) {

    @Override
    public String toString() {
        return "InputText[characters=" + text.length() + "]";
    }
}
