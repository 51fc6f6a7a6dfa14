package io.labelstream.cli;

import io.labelstream.serde.SourcePosition;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a position as it is printed: {@code TOPIC-PARTITION@OFFSET}. */
final class PositionOption implements ITypeConverter<SourcePosition> {

    /** What Kafka allows as the name of a topic. */
    static final String TOPIC = "[A-Za-z0-9._-]{1,249}";

    private static final Pattern POSITION =
            Pattern.compile("(?<topic>" + TOPIC + ")-(?<partition>\\d{1,9})@(?<offset>\\d{1,18})");

    @Override
    public SourcePosition convert(String value) {
        Matcher matcher = POSITION.matcher(value);
        if (!matcher.matches()) {
            throw new TypeConversionException(
                    "'%s' is no position; expected TOPIC-PARTITION@OFFSET, such as reviews-0@17"
                            .formatted(value));
        }
        return new SourcePosition(
                matcher.group("topic"),
                Integer.parseInt(matcher.group("partition")),
                Long.parseLong(matcher.group("offset")));
    }
}
