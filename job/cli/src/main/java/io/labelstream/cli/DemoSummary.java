package io.labelstream.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a demo measured.
 *
 * @param recordsIn records sent to the input topic
 * @param labelled records seen as labelled events, each once
 * @param outOfScope those of them that none of the labels fits
 * @param deadLetters records seen as dead letters, each once
 * @param skipped lines of the input without a text, never sent
 * @param missing records that were waited for and never came
 * @param notWaitedFor records still under way when the run was stopped
 * @param duplicates answers to a record that had one
 * @param textsPerSecond labelled events over the time from the first record sent to the last label
 *     seen
 * @param latencyP50 median milliseconds from a record's timestamp to its label being seen by a
 *     read_committed reader
 * @param latencyP99 the same, 99th percentile
 * @param labels how often each label was the best one
 * @param reasons how often each reason stood on a dead letter
 */
record DemoSummary(
        long recordsIn,
        long labelled,
        long outOfScope,
        long deadLetters,
        long skipped,
        long missing,
        long notWaitedFor,
        long duplicates,
        double textsPerSecond,
        long latencyP50,
        long latencyP99,
        Map<String, Long> labels,
        Map<String, Long> reasons) {

    /** Most labels or reasons to print; a file has them all. */
    private static final int MAX_PRINTED = 8;

    /** Whether every record that was waited for came back once. */
    boolean healthy() {
        return missing == 0 && duplicates == 0;
    }

    /** Prints it for people. */
    void print(PrintStream out, Style style) {
        out.println();
        out.println(style.bold("Summary"));
        out.printf("  records in    %8d%n", recordsIn);
        out.printf("  labelled      %8d   %s%n", labelled, counts(labels));
        if (outOfScope > 0) {
            out.printf("  out of scope  %8d   of the labelled: no label fits them%n", outOfScope);
        }
        out.printf("  dead letters  %8d   %s%n", deadLetters, counts(reasons));
        if (skipped > 0) {
            out.printf("  skipped       %8d   empty lines of the input%n", skipped);
        }
        if (notWaitedFor > 0) {
            out.printf("  under way     %8d   when the demo was stopped%n", notWaitedFor);
        }
        out.printf("  missing       %8d%n", missing);
        out.printf("  duplicates    %8d%n", duplicates);
        out.printf(Locale.ROOT, "  texts/s       %8.1f%n", textsPerSecond);
        out.printf(
                "  latency       %8d ms median, %d ms for 99 of 100, from a record's timestamp to its committed label%n",
                latencyP50, latencyP99);
    }

    /** The most frequent first. */
    private static String counts(Map<String, Long> counts) {
        String printed =
                counts.entrySet().stream()
                        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                        .limit(MAX_PRINTED)
                        .map(entry -> Style.printable(entry.getKey()) + " " + entry.getValue())
                        .collect(Collectors.joining(", "));
        int others = counts.size() - MAX_PRINTED;
        return others > 0 ? printed + " and %d others".formatted(others) : printed;
    }

    /** Writes it as JSON. */
    void write(Path file) {
        ObjectMapper json = new ObjectMapper();
        ObjectNode summary = json.createObjectNode();
        summary.put("records_in", recordsIn);
        summary.put("labelled", labelled);
        summary.put("out_of_scope", outOfScope);
        summary.put("dead_letters", deadLetters);
        summary.put("skipped", skipped);
        summary.put("missing", missing);
        summary.put("not_waited_for", notWaitedFor);
        summary.put("duplicates", duplicates);
        summary.put("texts_per_s", Math.round(textsPerSecond * 10) / 10.0);
        summary.putObject("latency_ms").put("p50", latencyP50).put("p99", latencyP99);
        summary.set("labels", json.valueToTree(labels));
        try {
            Files.writeString(
                    file, json.writerWithDefaultPrettyPrinter().writeValueAsString(summary) + "\n");
        } catch (IOException e) {
            throw new FailureException("Summary %s cannot be written: %s".formatted(file, e), e);
        }
    }
}
