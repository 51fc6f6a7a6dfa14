package io.labelstream.serde.avro;

import io.labelstream.serde.FieldPath;
import io.labelstream.serde.Surrogates;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.JsonProperties;
import org.apache.avro.Schema;

/**
 * Turns a schema into nodes that find some texts and skip the rest.
 *
 * <p>Two walks: the wanted paths are followed by recursion, as deep as they have steps; what is
 * skipped is done from a queue, once for each type, so neither a schema that contains itself nor
 * one of many types within each other takes the stack. Fields are found by the names and aliases of
 * the reader's schema, as Avro's resolution has it; other differences between the two schemas do
 * not matter to what is skipped.
 */
final class AvroPlanner {

    /** A wanted node that was met at a type; the schemas by number, as equality is by identity. */
    private record Visit(WantedTexts wanted, int writer, int reader) {}

    private final boolean[] found;
    private final String[] wrong;
    private final IdentityHashMap<Schema, Integer> numbers = new IdentityHashMap<>();
    private final Map<Visit, AvroNode> visits = new HashMap<>();
    private final IdentityHashMap<Schema, AvroNode> skipped = new IdentityHashMap<>();
    private final Deque<Runnable> unfinished = new ArrayDeque<>();
    private final AvroNode root;

    /**
     * Plans.
     *
     * @param reader the schema whose names the paths use; the writer's again where there is none
     * @throws IllegalArgumentException if paths contradict one another
     */
    AvroPlanner(Schema writer, Schema reader, List<FieldPath> paths) {
        found = new boolean[paths.size()];
        wrong = new String[paths.size()];
        root = read(WantedTexts.of(paths), writer, reader);
        while (!unfinished.isEmpty()) {
            unfinished.remove().run();
        }
    }

    AvroNode root() {
        return root;
    }

    /** Whether a text, or the reader's default, can stand at a path. */
    boolean isFound(int path) {
        return found[path];
    }

    /** What else stands there, for people; null if nothing does. */
    String wrongType(int path) {
        return wrong[path];
    }

    private AvroNode read(WantedTexts wanted, Schema writer, Schema reader) {
        Visit visit = new Visit(wanted, number(writer), number(reader));
        AvroNode node = visits.get(visit);
        if (node == null) {
            node =
                    writer.isUnion()
                            ? readUnion(wanted, writer, reader)
                            : readType(wanted, writer, readAs(writer, reader));
            visits.put(visit, node);
        }
        return node;
    }

    private int number(Schema schema) {
        return numbers.computeIfAbsent(schema, s -> numbers.size());
    }

    private AvroNode readUnion(WantedTexts wanted, Schema writer, Schema reader) {
        AvroNodes.Branches node = new AvroNodes.Branches();
        node.setBranches(
                writer.getTypes().stream().map(branch -> read(wanted, branch, reader)).toList());
        return node;
    }

    /**
     * Which branch of a reader's union a type is read as.
     *
     * @return null if none fits; the reader's schema if it is no union
     */
    private static Schema readAs(Schema writer, Schema reader) {
        if (!reader.isUnion()) {
            return reader;
        }
        List<Schema> branches = reader.getTypes();
        return branches.stream()
                .filter(branch -> hasTypeAndFullName(branch, writer))
                .findFirst()
                .or(() -> branches.stream().filter(b -> hasTypeAndName(b, writer)).findFirst())
                .or(() -> branches.stream().filter(b -> isText(writer, b)).findFirst())
                .orElse(null);
    }

    private static boolean hasTypeAndFullName(Schema branch, Schema writer) {
        return branch.getType() == writer.getType()
                && branch.getFullName().equals(writer.getFullName());
    }

    private static boolean hasTypeAndName(Schema branch, Schema writer) {
        return branch.getType() == Schema.Type.RECORD
                && writer.getType() == Schema.Type.RECORD
                && (branch.getName().equals(writer.getName())
                        || branch.getAliases().contains(writer.getFullName()));
    }

    /** Whether a value is read as a string: bytes are where the reader's schema says so. */
    private static boolean isText(Schema writer, Schema reader) {
        return reader.getType() == Schema.Type.STRING
                && (writer.getType() == Schema.Type.STRING
                        || writer.getType() == Schema.Type.BYTES);
    }

    private AvroNode readType(WantedTexts wanted, Schema writer, Schema reader) {
        if (writer.getType() == Schema.Type.NULL) {
            return AvroNodes.NOTHING;
        }
        if (reader == null) {
            return wrongType(wanted, writer);
        }
        if (wanted.isText()) {
            return isText(writer, reader) ? text(wanted) : wrongType(wanted, writer);
        }
        if (reader.getType() != writer.getType()) {
            return wrongType(wanted, writer);
        }
        return switch (writer.getType()) {
            case RECORD ->
                    wanted.hasFields()
                            ? readRecord(wanted, writer, reader)
                            : wrongType(wanted, writer);
            case MAP ->
                    wanted.hasFields()
                            ? readMap(wanted, writer, reader)
                            : wrongType(wanted, writer);
            case ARRAY ->
                    wanted.hasElements()
                            ? readArray(wanted, writer, reader)
                            : wrongType(wanted, writer);
            default -> wrongType(wanted, writer);
        };
    }

    private AvroNode text(WantedTexts wanted) {
        int[] slots = wanted.slots();
        for (int slot : slots) {
            found[slot] = true;
        }
        return AvroNodes.text(slots);
    }

    private AvroNode wrongType(WantedTexts wanted, Schema type) {
        String message = wanted.mismatch(described(type));
        for (int slot : wanted.slots()) {
            wrong[slot] = message;
        }
        return AvroNodes.wrong(message);
    }

    private static String described(Schema schema) {
        String type = schema.getType().getName();
        return switch (schema.getType()) {
            case ARRAY, INT, ENUM -> "an " + type;
            case BYTES -> type;
            default -> "a " + type;
        };
    }

    private AvroNode readRecord(WantedTexts wanted, Schema writer, Schema reader) {
        AvroNode[] wantedFields = new AvroNode[writer.getFields().size()];
        List<AvroNode> fields = new ArrayList<>();
        for (Map.Entry<FieldPath.Step, WantedTexts> child : wanted.children().entrySet()) {
            Schema.Field field = reader.getField(child.getKey().name());
            if (field == null) {
                continue;
            }
            Schema.Field written = written(field, writer);
            if (written == null) {
                addDefaults(child.getValue(), field, fields);
            } else if (wantedFields[written.pos()] == null) {
                wantedFields[written.pos()] =
                        read(child.getValue(), written.schema(), field.schema());
            }
        }
        for (Schema.Field field : writer.getFields()) {
            AvroNode node = wantedFields[field.pos()];
            addField(node == null ? skip(field.schema()) : node, fields);
        }
        AvroNodes.Fields node = new AvroNodes.Fields();
        node.setFields(fields);
        return node;
    }

    /** What a reader's field is called in the writer's record; null if it is not there. */
    private static Schema.Field written(Schema.Field field, Schema writer) {
        Schema.Field same = writer.getField(field.name());
        if (same != null) {
            return same;
        }
        for (String alias : field.aliases()) {
            Schema.Field written = writer.getField(alias);
            if (written != null) {
                return written;
            }
        }
        return null;
    }

    private static void addField(AvroNode node, List<AvroNode> fields) {
        if (node != AvroNodes.NOTHING) {
            fields.add(node);
        }
    }

    private AvroNode readMap(WantedTexts wanted, Schema writer, Schema reader) {
        List<byte[]> keys = new ArrayList<>();
        List<AvroNode> nodes = new ArrayList<>();
        List<int[]> slots = new ArrayList<>();
        wanted.children()
                .forEach(
                        (step, child) -> {
                            keys.add(step.name().getBytes(StandardCharsets.UTF_8));
                            nodes.add(read(child, writer.getValueType(), reader.getValueType()));
                            slots.add(child.slots());
                        });
        AvroNodes.Entries node = new AvroNodes.Entries();
        node.setOthers(skip(writer.getValueType()));
        node.setWanted(keys, nodes, slots);
        return node;
    }

    private AvroNode readArray(WantedTexts wanted, Schema writer, Schema reader) {
        List<AvroNode> nodes = new ArrayList<>();
        wanted.children()
                .forEach(
                        (step, child) ->
                                nodes.add(
                                        read(
                                                child,
                                                writer.getElementType(),
                                                reader.getElementType())));
        AvroNodes.Elements node = new AvroNodes.Elements();
        node.setOthers(skip(writer.getElementType()));
        node.setWanted(
                wanted.children().keySet().stream().mapToInt(FieldPath.Step::index).toArray(),
                nodes);
        return node;
    }

    private void addDefaults(WantedTexts wanted, Schema.Field field, List<AvroNode> fields) {
        if (field.hasDefaultValue()) {
            addDefaults(wanted, field.schema(), field.defaultVal(), fields);
        }
    }

    private void addDefaults(
            WantedTexts wanted, Schema schema, Object value, List<AvroNode> fields) {
        if (value == null || value == JsonProperties.NULL_VALUE) {
            for (int slot : wanted.slots()) {
                found[slot] = true;
            }
        } else if (wanted.isText()) {
            addDefaultText(wanted, schema, value, fields);
        } else if (wanted.hasElements()) {
            addDefaultElements(wanted, schema, value, fields);
        } else {
            addDefaultFields(wanted, schema, value, fields);
        }
    }

    private void addDefaultText(
            WantedTexts wanted, Schema schema, Object value, List<AvroNode> fields) {
        Schema type = branch(schema, Schema.Type.STRING);
        if (type == null || !(value instanceof String text)) {
            wrongType(wanted, schema);
            return;
        }
        // JSON can spell half a character; UTF-8, in which all other texts come, cannot.
        String whole = Surrogates.replaceLone(text);
        for (int slot : wanted.slots()) {
            found[slot] = true;
            fields.add(AvroNodes.constant(slot, whole));
        }
    }

    private void addDefaultElements(
            WantedTexts wanted, Schema schema, Object value, List<AvroNode> fields) {
        Schema type = branch(schema, Schema.Type.ARRAY);
        if (type == null || !(value instanceof List<?> elements)) {
            wrongType(wanted, schema);
            return;
        }
        wanted.children()
                .forEach(
                        (step, child) ->
                                addDefaults(
                                        child,
                                        type.getElementType(),
                                        step.index() < elements.size()
                                                ? elements.get(step.index())
                                                : null,
                                        fields));
    }

    private void addDefaultFields(
            WantedTexts wanted, Schema schema, Object value, List<AvroNode> fields) {
        Schema record = branch(schema, Schema.Type.RECORD);
        Schema map = branch(schema, Schema.Type.MAP);
        if ((record == null && map == null) || !(value instanceof Map<?, ?> values)) {
            wrongType(wanted, schema);
            return;
        }
        wanted.children()
                .forEach(
                        (step, child) -> {
                            Object inner = values.get(step.name());
                            if (record == null) {
                                addDefaults(child, map.getValueType(), inner, fields);
                                return;
                            }
                            Schema.Field field = record.getField(step.name());
                            if (field != null && inner != null) {
                                addDefaults(child, field.schema(), inner, fields);
                            } else if (field != null) {
                                addDefaults(child, field, fields);
                            }
                        });
    }

    /** The schema, or a branch of it, of a type; null if there is none. */
    private static Schema branch(Schema schema, Schema.Type type) {
        List<Schema> branches = schema.isUnion() ? schema.getTypes() : List.of(schema);
        return branches.stream().filter(b -> b.getType() == type).findFirst().orElse(null);
    }

    private AvroNode skip(Schema schema) {
        return switch (schema.getType()) {
            case NULL -> AvroNodes.NOTHING;
            case BOOLEAN -> AvroNodes.BOOLEAN;
            case INT -> AvroNodes.INT;
            case LONG -> AvroNodes.LONG;
            case FLOAT -> AvroNodes.FLOAT;
            case DOUBLE -> AvroNodes.DOUBLE;
            case STRING, BYTES -> AvroNodes.BYTES;
            case FIXED -> AvroNodes.fixed(schema.getFixedSize());
            case ENUM -> AvroNodes.enumeration(schema.getEnumSymbols().size());
            case RECORD, ARRAY, MAP, UNION -> skipLater(schema);
        };
    }

    private AvroNode skipLater(Schema schema) {
        AvroNode known = skipped.get(schema);
        if (known != null) {
            return known;
        }
        AvroNode node =
                switch (schema.getType()) {
                    case RECORD -> skipRecord(schema);
                    case ARRAY -> skipArray(schema);
                    case MAP -> skipMap(schema);
                    default -> skipUnion(schema);
                };
        skipped.put(schema, node);
        return node;
    }

    private AvroNode skipRecord(Schema record) {
        AvroNodes.Fields node = new AvroNodes.Fields();
        unfinished.add(() -> node.setFields(skipFields(record)));
        return node;
    }

    private AvroNode skipArray(Schema array) {
        AvroNodes.Elements node = new AvroNodes.Elements();
        unfinished.add(() -> node.setOthers(skip(array.getElementType())));
        return node;
    }

    private AvroNode skipMap(Schema map) {
        AvroNodes.Entries node = new AvroNodes.Entries();
        unfinished.add(() -> node.setOthers(skip(map.getValueType())));
        return node;
    }

    private AvroNode skipUnion(Schema union) {
        AvroNodes.Branches node = new AvroNodes.Branches();
        unfinished.add(() -> node.setBranches(union.getTypes().stream().map(this::skip).toList()));
        return node;
    }

    private List<AvroNode> skipFields(Schema record) {
        List<AvroNode> fields = new ArrayList<>();
        for (Schema.Field field : record.getFields()) {
            addField(skip(field.schema()), fields);
        }
        return fields;
    }
}
