package io.labelstream.serde.avro;

import io.labelstream.serde.DeadLetter;
import io.labelstream.serde.FieldPath;
import io.labelstream.serde.RefusedMessageException;
import java.util.List;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;

/**
 * Reads some texts out of values of one schema, and skips what else they hold. Immutable, so any
 * number of threads may use one.
 */
final class AvroTextReader {

    /** Longest excerpt of what two schemas disagree on: a list of symbols can be long. */
    private static final int MAX_DETAIL = 200;

    private final int count;
    private final AvroPlanner plan;
    private final AvroNode root;

    /**
     * Makes a reader.
     *
     * @param writer the schema that the values were written with
     * @param reader the schema whose names and aliases the paths use and whose defaults stand for
     *     what was not written; null for the writer's
     * @param paths where the texts stand
     * @param whole whether all of a record must be readable by the reader's schema, or only the
     *     texts
     * @throws IllegalArgumentException if paths contradict one another
     * @throws RefusedMessageException {@code SCHEMA} if values of the one schema cannot be read as
     *     the other
     */
    AvroTextReader(Schema writer, Schema reader, List<FieldPath> paths, boolean whole)
            throws RefusedMessageException {
        if (whole) {
            checkCompatible(writer, reader);
        }
        count = paths.size();
        try {
            plan = new AvroPlanner(writer, reader == null ? writer : reader, paths);
        } catch (AvroRuntimeException e) {
            throw cannotRead(writer, reader == null ? writer : reader, "a default does not fit");
        }
        root = plan.root();
    }

    private static void checkCompatible(Schema writer, Schema reader)
            throws RefusedMessageException {
        List<SchemaCompatibility.Incompatibility> found;
        try {
            found =
                    SchemaCompatibility.checkReaderWriterCompatibility(reader, writer)
                            .getResult()
                            .getIncompatibilities();
        } catch (AvroRuntimeException | StackOverflowError e) {
            // The one's message is the schemas; the other means types that use each other too deep.
            throw cannotRead(writer, reader, "they cannot be compared");
        }
        if (!found.isEmpty()) {
            SchemaCompatibility.Incompatibility first = found.get(0);
            String detail = first.getMessage();
            throw cannotRead(
                    writer,
                    reader,
                    "%s at %s (%s)"
                            .formatted(
                                    first.getType(),
                                    first.getLocation(),
                                    detail.substring(0, Math.min(detail.length(), MAX_DETAIL))));
        }
    }

    private static RefusedMessageException cannotRead(Schema writer, Schema reader, String why) {
        return new RefusedMessageException(
                DeadLetter.Reason.SCHEMA,
                "values of schema %s cannot be read as %s: %s"
                        .formatted(writer.getFullName(), reader.getFullName(), why));
    }

    /** Whether a text, or the reader's default, can stand at a path. */
    boolean isFound(int path) {
        return plan.isFound(path);
    }

    /** What else can stand at a path, for people; null if nothing. */
    String wrongType(int path) {
        return plan.wrongType(path);
    }

    /**
     * Reads a value.
     *
     * @param from where it begins; it ends with the bytes
     * @return the texts by the number of their path; null where there is none
     * @throws RefusedMessageException {@code SCHEMA}, or {@code BAD_ENCODING} of a wanted text
     */
    String[] read(byte[] bytes, int from) throws RefusedMessageException {
        AvroBytes in = new AvroBytes(bytes, from);
        String[] texts = new String[count];
        root.read(in, texts);
        in.checkEnd();
        return texts;
    }
}
