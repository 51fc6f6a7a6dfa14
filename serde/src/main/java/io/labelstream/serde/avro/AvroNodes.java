package io.labelstream.serde.avro;

import io.labelstream.serde.DeadLetter;
import io.labelstream.serde.RefusedMessageException;
import java.util.List;

/**
 * The types of Avro, each as it is read. Those that hold others are made first and told of them
 * afterwards, as a schema may contain itself.
 */
final class AvroNodes {

    /** A null, which has no bytes. */
    static final AvroNode NOTHING = (in, texts) -> {};

    static final AvroNode BOOLEAN = (in, texts) -> in.readBoolean();
    static final AvroNode INT = (in, texts) -> in.readInt();
    static final AvroNode LONG = (in, texts) -> in.readLong();
    static final AvroNode FLOAT = fixed(Float.BYTES);
    static final AvroNode DOUBLE = fixed(Double.BYTES);

    /** Bytes, or a string that nobody wants. */
    static final AvroNode BYTES = (in, texts) -> in.skipBytes();

    private AvroNodes() {}

    static AvroNode fixed(int size) {
        return (in, texts) -> in.skip(size);
    }

    static AvroNode enumeration(int symbols) {
        return (in, texts) -> in.readIndex(symbols);
    }

    /** A text asked for, once or several times. */
    static AvroNode text(int[] slots) {
        return (in, texts) -> {
            String text = in.readString();
            for (int slot : slots) {
                texts[slot] = text;
            }
        };
    }

    /** Takes no bytes: a text that the reader's schema has in place of one not written. */
    static AvroNode constant(int slot, String text) {
        return (in, texts) -> texts[slot] = text;
    }

    /** Where something else than a text stands. */
    static AvroNode wrong(String message) {
        return (in, texts) -> {
            throw new RefusedMessageException(DeadLetter.Reason.SCHEMA, message);
        };
    }

    static final class Fields implements AvroNode {
        private AvroNode[] fields;

        void setFields(List<AvroNode> fields) {
            this.fields = fields.toArray(AvroNode[]::new);
        }

        @Override
        public void read(AvroBytes in, String[] texts) throws RefusedMessageException {
            in.descend();
            for (AvroNode field : fields) {
                int before = in.position();
                field.read(in, texts);
                in.countStep(before);
            }
            in.ascend();
        }
    }

    static final class Branches implements AvroNode {
        private AvroNode[] branches;

        void setBranches(List<AvroNode> branches) {
            this.branches = branches.toArray(AvroNode[]::new);
        }

        @Override
        public void read(AvroBytes in, String[] texts) throws RefusedMessageException {
            branches[in.readIndex(branches.length)].read(in, texts);
        }
    }

    /** What comes in blocks: arrays and maps. */
    private abstract static class Blocks implements AvroNode {

        abstract void readItem(AvroBytes in, long index, String[] texts)
                throws RefusedMessageException;

        @Override
        public final void read(AvroBytes in, String[] texts) throws RefusedMessageException {
            in.descend();
            long index = 0;
            for (long count = in.readCount(); count != 0; count = in.readCount()) {
                int end = count < 0 ? in.readBlockEnd() : -1;
                for (long left = Math.abs(count); left > 0; left--) {
                    int before = in.position();
                    readItem(in, index++, texts);
                    in.countStep(before);
                }
                if (count < 0) {
                    in.checkBlockEnd(end);
                }
            }
            in.ascend();
        }
    }

    static final class Elements extends Blocks {
        private AvroNode others;
        private int[] indices = {};
        private AvroNode[] wanted = {};

        /** What all elements are but those wanted. */
        void setOthers(AvroNode others) {
            this.others = others;
        }

        /** What is asked of the elements at some indices. */
        void setWanted(int[] indices, List<AvroNode> wanted) {
            this.indices = indices;
            this.wanted = wanted.toArray(AvroNode[]::new);
        }

        @Override
        void readItem(AvroBytes in, long index, String[] texts) throws RefusedMessageException {
            for (int i = 0; i < indices.length; i++) {
                if (indices[i] == index) {
                    wanted[i].read(in, texts);
                    return;
                }
            }
            others.read(in, texts);
        }
    }

    static final class Entries extends Blocks {
        private AvroNode others;
        private byte[][] keys = {};
        private AvroNode[] wanted = {};
        private int[][] slots = {};

        /** What the values are of all keys but those wanted. */
        void setOthers(AvroNode others) {
            this.others = others;
        }

        /**
         * What is asked of the values of some keys.
         *
         * @param keys in UTF-8
         * @param slots of the texts under each key
         */
        void setWanted(List<byte[]> keys, List<AvroNode> wanted, List<int[]> slots) {
            this.keys = keys.toArray(byte[][]::new);
            this.wanted = wanted.toArray(AvroNode[]::new);
            this.slots = slots.toArray(int[][]::new);
        }

        @Override
        void readItem(AvroBytes in, long index, String[] texts) throws RefusedMessageException {
            int key = in.readKey(keys);
            if (key < 0) {
                others.read(in, texts);
                return;
            }
            // Of a key that occurs twice the last value counts, as wherever maps are built.
            for (int slot : slots[key]) {
                texts[slot] = null;
            }
            wanted[key].read(in, texts);
        }
    }
}
