package io.labelstream.cli;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Reads a point in time: milliseconds since 1970-01-01 UTC, a date (its midnight, UTC), or date and
 * time with their offset from UTC. A time without an offset is refused, as it would mean another
 * one on another machine.
 */
final class TimeOption implements ITypeConverter<Instant> {

    @Override
    public Instant convert(String value) {
        try {
            if (value.matches("\\d{5,15}")) {
                return Instant.ofEpochMilli(Long.parseLong(value));
            }
            return value.indexOf('T') < 0
                    ? LocalDate.parse(value).atStartOfDay(ZoneOffset.UTC).toInstant()
                    : OffsetDateTime.parse(value).toInstant();
        } catch (DateTimeException e) {
            throw new TypeConversionException(
                    "'%s' is no time; expected milliseconds since 1970, 2026-11-23, 2026-11-23T10:15:00Z or 2026-11-23T10:15:00+08:00"
                            .formatted(value));
        }
    }
}
