package io.labelstream.serde.avro;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.IndexedRecord;

/** Schemas of all types, within and beside one another, and records of them. */
final class RandomRecords {

    private static final int MAX_SCHEMA_DEPTH = 4;

    /** Below it, what can be empty is. */
    private static final int MAX_VALUE_DEPTH = 6;

    private static final List<String> KEYS = List.of("a", "b", "a b", "\u00E9");

    private final Random random;
    private final Deque<Schema> around = new ArrayDeque<>();
    private int names;

    RandomRecords(Random random) {
        this.random = random;
    }

    /** A record with one to five fields. */
    Schema schema() {
        return recordSchema(0);
    }

    private Schema recordSchema(int depth) {
        Schema record = Schema.createRecord("R" + names++, null, "test", false);
        around.push(record);
        List<Schema.Field> fields = new ArrayList<>();
        for (int i = random.nextInt(5); i >= 0; i--) {
            fields.add(new Schema.Field("f" + i, anySchema(depth + 1)));
        }
        around.pop();
        record.setFields(fields);
        return record;
    }

    private Schema anySchema(int depth) {
        if (random.nextInt(4) == 0) {
            return union(depth);
        }
        return schemaOtherThanUnion(depth);
    }

    private Schema schemaOtherThanUnion(int depth) {
        return switch (random.nextInt(depth < MAX_SCHEMA_DEPTH ? 17 : 12)) {
            case 0 -> Schema.create(Schema.Type.BOOLEAN);
            case 1 -> Schema.create(Schema.Type.INT);
            case 2 -> Schema.create(Schema.Type.LONG);
            case 3 -> Schema.create(Schema.Type.FLOAT);
            case 4 -> Schema.create(Schema.Type.DOUBLE);
            case 5 -> Schema.create(Schema.Type.BYTES);
            case 6 -> Schema.create(Schema.Type.NULL);
            case 7 -> Schema.createEnum("E" + names++, null, "test", List.of("A", "B", "C"));
            case 8 -> Schema.createFixed("F" + names++, null, "test", 1 + random.nextInt(5));
            case 12, 13 -> Schema.createArray(anySchema(depth + 1));
            case 14, 15 -> Schema.createMap(anySchema(depth + 1));
            case 16 -> recordSchema(depth);
            default -> Schema.create(Schema.Type.STRING);
        };
    }

    /** With null, and now and then with a record that the union stands in. */
    private Schema union(int depth) {
        Map<String, Schema> branches = new LinkedHashMap<>();
        for (int i = random.nextInt(3); i >= 0; i--) {
            Schema branch = schemaOtherThanUnion(depth);
            branches.putIfAbsent(branch.getFullName(), branch);
        }
        if (random.nextInt(4) == 0) {
            branches.putIfAbsent(around.peek().getFullName(), around.peek());
        }
        Schema nothing = Schema.create(Schema.Type.NULL);
        branches.putIfAbsent(nothing.getFullName(), nothing);
        return Schema.createUnion(new ArrayList<>(branches.values()));
    }

    GenericRecord record(Schema schema) {
        return (GenericRecord) value(schema, 0);
    }

    private Object value(Schema schema, int depth) {
        return switch (schema.getType()) {
            case NULL -> null;
            case BOOLEAN -> random.nextBoolean();
            case INT -> random.nextInt() >> random.nextInt(32);
            case LONG -> random.nextLong() >> random.nextInt(64);
            case FLOAT -> random.nextFloat();
            case DOUBLE -> random.nextDouble();
            case STRING -> text();
            case BYTES -> ByteBuffer.wrap(bytes(random.nextInt(8)));
            case FIXED -> new GenericData.Fixed(schema, bytes(schema.getFixedSize()));
            case ENUM ->
                    new GenericData.EnumSymbol(
                            schema, schema.getEnumSymbols().get(random.nextInt(3)));
            case UNION -> unionValue(schema, depth);
            case ARRAY -> {
                List<Object> elements = new ArrayList<>();
                for (int i = length(depth); i > 0; i--) {
                    elements.add(value(schema.getElementType(), depth + 1));
                }
                yield elements;
            }
            case MAP -> {
                Map<String, Object> entries = new LinkedHashMap<>();
                for (int i = length(depth); i > 0; i--) {
                    entries.put(
                            KEYS.get(random.nextInt(KEYS.size())),
                            value(schema.getValueType(), depth + 1));
                }
                yield entries;
            }
            case RECORD -> {
                GenericRecord record = new GenericData.Record(schema);
                for (Schema.Field field : schema.getFields()) {
                    record.put(field.pos(), value(field.schema(), depth + 1));
                }
                yield record;
            }
        };
    }

    private Object unionValue(Schema schema, int depth) {
        if (depth > MAX_VALUE_DEPTH) {
            return null;
        }
        List<Schema> branches = schema.getTypes();
        return value(branches.get(random.nextInt(branches.size())), depth);
    }

    private int length(int depth) {
        return depth > MAX_VALUE_DEPTH ? 0 : random.nextInt(4);
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private String text() {
        int[] characters =
                IntStream.range(0, random.nextInt(6))
                        .map(i -> "ab \u00E9\u597D".charAt(random.nextInt(5)))
                        .toArray();
        return new String(characters, 0, characters.length)
                + (random.nextInt(5) == 0 ? "\uD83D\uDE00" : "");
    }

    /** A path into a record: to a text if one is soon found. */
    String path(GenericRecord record) {
        String path = "";
        for (int attempt = 0; attempt < 20; attempt++) {
            StringBuilder steps = new StringBuilder();
            Object end = descend(record, steps);
            path = steps.toString();
            if (end instanceof CharSequence) {
                break;
            }
        }
        return path;
    }

    /** Goes down as far as it goes, always at least one step. */
    private Object descend(Object from, StringBuilder path) {
        Object value = from;
        while (true) {
            if (value instanceof IndexedRecord record) {
                List<Schema.Field> fields = record.getSchema().getFields();
                Schema.Field field = fields.get(random.nextInt(fields.size()));
                path.append(path.length() == 0 ? "" : ".").append(field.name());
                value = record.get(field.pos());
            } else if (value instanceof List<?> elements && !elements.isEmpty()) {
                int index = random.nextInt(elements.size());
                path.append("[").append(index).append("]");
                value = elements.get(index);
            } else if (value instanceof Map<?, ?> entries && !entries.isEmpty()) {
                Object key = List.copyOf(entries.keySet()).get(random.nextInt(entries.size()));
                path.append("['").append(key).append("']");
                value = entries.get(key);
            } else {
                return value;
            }
        }
    }
}
