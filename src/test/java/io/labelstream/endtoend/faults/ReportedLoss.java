package io.labelstream.endtoend.faults;

import io.labelstream.endtoend.faults.GuaranteeChecker.Range;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The messages that a job names as lost, in an exception or in its log.
 *
 * @param ranges of offsets; what else became of some of them is not lost
 * @param messages how many of them are lost
 */
public record ReportedLoss(List<Range> ranges, int messages) {

    private static final Pattern ONE =
            Pattern.compile("([\\w.]+)-(\\d+): 1 message, offset (\\d+)");
    private static final Pattern MANY =
            Pattern.compile("([\\w.]+)-(\\d+): (\\d+) messages from offset (\\d+) to (\\d+)");

    /** Reads what a text names; each range once. */
    public static ReportedLoss in(String text) {
        Map<Range, Integer> found = new LinkedHashMap<>();
        Matcher one = ONE.matcher(text);
        while (one.find()) {
            long offset = Long.parseLong(one.group(3));
            found.put(new Range(one.group(1), Integer.parseInt(one.group(2)), offset, offset), 1);
        }
        Matcher many = MANY.matcher(text);
        while (many.find()) {
            found.put(
                    new Range(
                            many.group(1),
                            Integer.parseInt(many.group(2)),
                            Long.parseLong(many.group(4)),
                            Long.parseLong(many.group(5))),
                    Integer.parseInt(many.group(3)));
        }
        return new ReportedLoss(
                List.copyOf(found.keySet()),
                found.values().stream().mapToInt(Integer::intValue).sum());
    }
}
