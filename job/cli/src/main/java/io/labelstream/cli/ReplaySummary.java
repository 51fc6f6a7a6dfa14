package io.labelstream.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.labelstream.serde.DeadLetter;
import io.labelstream.serde.SourcePosition;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a replay found, and what of it went back. It tells positions, reasons and topics, and
 * nothing of the messages. Used by one thread.
 */
final class ReplaySummary {

    /** Positions to keep of what cannot go back: a topic of strangers must not fill the heap. */
    private static final int MOST_KEPT = 1000;

    private static final int MOST_PRINTED = 20;

    private static final class Counts {
        private long found;
        private long chosen;
        private long toSend;
        private long notReplayable;
    }

    private record Refused(SourcePosition letter, ReplayObstacle obstacle) {}

    private final Map<DeadLetter.Reason, Counts> reasons = new EnumMap<>(DeadLetter.Reason.class);
    private final Map<String, Counts> sourceTopics = new TreeMap<>();
    private final Counts unreadable = new Counts();
    private final Counts all = new Counts();
    private final List<Refused> refused = new ArrayList<>();

    /**
     * Counts a dead letter.
     *
     * @param letter where it stands
     * @param chosen whether it was asked for
     */
    void add(SourcePosition letter, DeadLetterHeaders said, boolean chosen) {
        boolean replayable = said.obstacle().isEmpty();
        List<Counts> rows =
                List.of(
                        reasons.computeIfAbsent(said.reason(), reason -> new Counts()),
                        sourceTopics.computeIfAbsent(said.source().topic(), t -> new Counts()),
                        all);
        for (Counts row : rows) {
            row.found++;
            row.chosen += chosen ? 1 : 0;
            row.toSend += chosen && replayable ? 1 : 0;
            row.notReplayable += chosen && !replayable ? 1 : 0;
        }
        if (chosen) {
            said.obstacle().ifPresent(obstacle -> keep(letter, obstacle));
        }
    }

    /** Counts a message that is no dead letter, or one that cannot be read. */
    void addUnreadable(SourcePosition letter) {
        for (Counts row : List.of(unreadable, all)) {
            row.found++;
            row.notReplayable++;
        }
        keep(letter, ReplayObstacle.NOT_A_DEAD_LETTER);
    }

    private void keep(SourcePosition letter, ReplayObstacle obstacle) {
        if (refused.size() < MOST_KEPT) {
            refused.add(new Refused(letter, obstacle));
        }
    }

    long found() {
        return all.found;
    }

    /** How many are chosen and can go back. */
    long toSend() {
        return all.toSend;
    }

    /** Topics that those came from. */
    Set<String> topicsToSend() {
        Set<String> topics = new TreeSet<>();
        sourceTopics.forEach(
                (topic, row) -> {
                    if (row.toSend > 0) {
                        topics.add(topic);
                    }
                });
        return topics;
    }

    /**
     * Prints it for people.
     *
     * @param dryRun whether nothing was sent
     */
    void print(PrintStream out, Style style, boolean dryRun) {
        Map<String, Counts> rows = new LinkedHashMap<>();
        reasons.forEach((reason, row) -> rows.put(reason.name(), row));
        if (unreadable.found > 0) {
            rows.put("(unreadable)", unreadable);
        }
        rows.put("all", all);
        print(out, style, dryRun, "reason", rows);
        if (!sourceTopics.isEmpty()) {
            out.println();
            print(out, style, dryRun, "source topic", sourceTopics);
        }
        if (!refused.isEmpty()) {
            out.println();
            out.println(style.bold("Not replayable"));
            refused.stream()
                    .limit(MOST_PRINTED)
                    .forEach(r -> out.println("  " + r.letter() + ": " + r.obstacle().sentence()));
        }
        if (all.notReplayable > MOST_PRINTED) {
            out.printf(
                    Locale.ROOT,
                    "  and %d others; --json lists the first %d%n",
                    all.notReplayable - MOST_PRINTED,
                    MOST_KEPT);
        }
    }

    private static void print(
            PrintStream out, Style style, boolean dryRun, String title, Map<String, Counts> rows) {
        int width = title.length();
        for (String name : rows.keySet()) {
            width = Math.max(width, name.length());
        }
        String heading =
                padded(title, width)
                        + "     found    chosen  "
                        + (dryRun ? " to send" : "    sent")
                        + "  not replayable";
        out.println(style.bold(heading));
        for (Map.Entry<String, Counts> entry : rows.entrySet()) {
            Counts row = entry.getValue();
            out.printf(
                    Locale.ROOT,
                    "%s%10d%10d%10d%16d%n",
                    padded(entry.getKey(), width),
                    row.found,
                    row.chosen,
                    row.toSend,
                    row.notReplayable);
        }
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(width - text.length());
    }

    /**
     * The same for programs.
     *
     * @param dryRun whether nothing was sent
     * @param last the last dead letter of each partition that was sent
     */
    ObjectNode json(boolean dryRun, List<SourcePosition> last) {
        ObjectNode summary = new ObjectMapper().createObjectNode();
        summary.put("dry_run", dryRun);
        put(summary, all, dryRun);
        summary.put("unreadable", unreadable.found);
        ObjectNode byReason = summary.putObject("reasons");
        reasons.forEach((reason, row) -> put(byReason.putObject(reason.name()), row, dryRun));
        ObjectNode byTopic = summary.putObject("source_topics");
        sourceTopics.forEach((topic, row) -> put(byTopic.putObject(topic), row, dryRun));
        ArrayNode positions = summary.putArray("not_replayable_at");
        for (Refused letter : refused) {
            positions
                    .addObject()
                    .put("position", letter.letter().toString())
                    .put("why", letter.obstacle().name());
        }
        ArrayNode after = summary.putArray("after");
        last.forEach(position -> after.add(position.toString()));
        return summary;
    }

    private static void put(ObjectNode node, Counts row, boolean dryRun) {
        node.put("found", row.found);
        node.put("chosen", row.chosen);
        node.put("to_send", row.toSend);
        node.put("sent", dryRun ? 0 : row.toSend);
        node.put("not_replayable", row.notReplayable);
    }
}
