package io.labelstream.finetune.quantize;

import ai.onnx.proto.OnnxMl.ModelProto;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.labelstream.finetune.FineTuneException;
import io.labelstream.finetune.Folders;
import io.labelstream.finetune.Json;
import io.labelstream.finetune.ModelCard;
import io.labelstream.inference.ModelBundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A bundle in the making: written beside the folder that it is to be, and moved there once it has
 * proved itself. Closing it takes away what was not moved.
 */
final class QuantizedBundle implements AutoCloseable {

    /** Ends the name of a draft, with the id of its process. */
    private static final String PART = ".part-";

    /** Ends the name of a bundle that a draft replaces, until it has. */
    private static final String OLD = ".old";

    private static final String FILES = "files";
    private static final String VERSION = "version";

    /** What tokenizers of the Hugging Face world read beside {@code tokenizer.json}. */
    private static final List<String> OTHERS =
            List.of(
                    "tokenizer_config.json",
                    "special_tokens_map.json",
                    "vocab.txt",
                    "vocab.json",
                    "merges.txt",
                    "added_tokens.json");

    /** All that a bundle may hold: whatever else is in a folder is not ours to delete. */
    private static final Set<String> NAMES =
            Stream.concat(
                            OTHERS.stream(),
                            Stream.of(
                                    ModelBundle.MODEL_FILE,
                                    ModelBundle.TOKENIZER_FILE,
                                    ModelBundle.CONFIG_FILE,
                                    ModelBundle.LABELSTREAM_FILE,
                                    ModelCard.FILE))
                    .collect(Collectors.toUnmodifiableSet());

    private final Path folder;
    private final Path draft;
    private final ModelBundle source;

    private QuantizedBundle(Path folder, Path draft, ModelBundle source) {
        this.folder = folder;
        this.draft = draft;
        this.source = source;
    }

    /**
     * Refuses a folder that cannot take a bundle: the source's own, a file, or one that holds
     * something else.
     *
     * @throws FineTuneException if it is one of these
     */
    static void checkFolder(Path folder, ModelBundle source) {
        if (folder.toAbsolutePath().normalize().equals(source.folder()) || isSame(folder, source)) {
            throw new FineTuneException(
                    "Output %s is the model's own folder. Name another one.".formatted(folder));
        }
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new FineTuneException(
                    "Output %s is a file, expected a folder.".formatted(folder));
        }
        if (Files.isDirectory(folder)) {
            checkContents(folder);
        }
    }

    private static void checkContents(Path folder) {
        Optional<String> foreign = foreign(folder);
        if (foreign.isPresent()) {
            throw new FineTuneException(
                    "Output %s holds %s, which is no file of a bundle and would be lost. Name a new folder."
                            .formatted(folder, foreign.get()));
        }
        if (!entries(folder).isEmpty()
                && !Files.isRegularFile(folder.resolve(ModelBundle.MODEL_FILE))) {
            throw new FineTuneException(
                    "Output %s holds files but no %s, so it is no bundle to be replaced. Name a new folder."
                            .formatted(folder, ModelBundle.MODEL_FILE));
        }
    }

    /** The first entry of a folder that is no file of a bundle. */
    private static Optional<String> foreign(Path folder) {
        return entries(folder).stream()
                .filter(
                        entry ->
                                !NAMES.contains(entry.getFileName().toString())
                                        || !Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS))
                .map(entry -> entry.getFileName().toString())
                .findFirst();
    }

    private static List<Path> entries(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new FineTuneException("Output %s cannot be read: %s".formatted(folder, e), e);
        }
    }

    private static boolean isSame(Path folder, ModelBundle source) {
        try {
            return Files.exists(folder) && Files.isSameFile(folder, source.folder());
        } catch (IOException e) {
            throw new FineTuneException("Output %s cannot be read: %s".formatted(folder, e), e);
        }
    }

    /** Writes a complete bundle beside the folder. */
    static QuantizedBundle draft(
            Path folder, ModelBundle source, Precision precision, ModelProto model) {
        Path target = folder.toAbsolutePath().normalize();
        Path parent = target.getParent();
        if (parent == null) {
            throw new FineTuneException(
                    "Output %s is the root of the file system.".formatted(folder));
        }
        try {
            Files.createDirectories(parent);
            clearUp(target);
            Path draft =
                    Files.createDirectory(
                            target.resolveSibling(
                                    target.getFileName() + PART + ProcessHandle.current().pid()));
            QuantizedBundle bundle = new QuantizedBundle(target, draft, source);
            bundle.fill(precision, model);
            return bundle;
        } catch (IOException e) {
            throw cannotBeWritten(folder, e);
        }
    }

    /** Takes away what killed runs left, and puts back a bundle that one had only moved aside. */
    private static void clearUp(Path target) throws IOException {
        Pattern left =
                Pattern.compile(
                        Pattern.quote(target.getFileName() + PART)
                                + "([0-9]{1,18})("
                                + Pattern.quote(OLD)
                                + ")?");
        for (Path entry : entries(target.getParent())) {
            Matcher name = left.matcher(entry.getFileName().toString());
            if (!name.matches()
                    || !Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)
                    || foreign(entry).isPresent()
                    || isAtWork(Long.parseLong(name.group(1)))) {
                continue;
            }
            if (name.group(2) != null && !Files.exists(target)) {
                Files.move(entry, target);
            } else {
                Folders.delete(entry);
            }
        }
    }

    /** Whether another process has an id; one of our own id was before us. */
    private static boolean isAtWork(long process) {
        return process != ProcessHandle.current().pid()
                && ProcessHandle.of(process).map(ProcessHandle::isAlive).orElse(false);
    }

    private void fill(Precision precision, ModelProto model) throws IOException {
        try {
            Files.write(draft.resolve(ModelBundle.MODEL_FILE), model.toByteArray());
            copy(ModelBundle.TOKENIZER_FILE);
            copy(ModelBundle.CONFIG_FILE);
            for (String other : OTHERS) {
                if (Files.isRegularFile(source.folder().resolve(other))) {
                    copy(other);
                }
            }
            writeSettings(precision);
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private void copy(String file) throws IOException {
        Files.copy(source.folder().resolve(file), draft.resolve(file));
    }

    /** What the source's settings hold, with precision, version and digests of its own. */
    private void writeSettings(Precision precision) throws IOException {
        Path file = source.folder().resolve(ModelBundle.LABELSTREAM_FILE);
        ObjectNode settings =
                Files.isRegularFile(file)
                        ? Json.read(file, ObjectNode.class)
                        : JsonNodeFactory.instance.objectNode();
        if (!settings.has("name")) {
            settings.put("name", source.name());
        }
        settings.put(VERSION, source.version() + "-" + precision.key());
        settings.put("precision", precision.key());
        Map<String, String> digests = new TreeMap<>();
        for (String name :
                List.of(
                        ModelBundle.MODEL_FILE,
                        ModelBundle.TOKENIZER_FILE,
                        ModelBundle.CONFIG_FILE)) {
            digests.put(name, ModelBundle.sha256(draft.resolve(name)));
        }
        settings.remove(FILES);
        ObjectNode files = settings.putObject(FILES);
        digests.forEach(files::put);
        Json.write(draft.resolve(ModelBundle.LABELSTREAM_FILE), settings);
    }

    /** The draft, loaded and checked. */
    ModelBundle load() {
        return ModelBundle.load(draft);
    }

    long modelBytes() {
        return draft.resolve(ModelBundle.MODEL_FILE).toFile().length();
    }

    /**
     * Adds a note to the model card, where the source has one.
     *
     * @param note a section in Markdown
     */
    void addToCard(String note) {
        Path card = source.folder().resolve(ModelCard.FILE);
        if (Files.isRegularFile(card)) {
            try {
                Files.writeString(
                        draft.resolve(ModelCard.FILE),
                        Files.readString(card).stripTrailing() + "\n\n" + note);
            } catch (IOException e) {
                throw cannotBeWritten(folder, e);
            }
        }
    }

    /**
     * Moves the draft to its folder; a bundle that is there is replaced.
     *
     * @throws FineTuneException if it cannot be moved; the folder is then as it was
     */
    void publish() {
        Path old = folder.resolveSibling(draft.getFileName() + OLD);
        boolean replaces = Files.isDirectory(folder);
        try {
            if (replaces) {
                checkContents(folder);
                Files.move(folder, old);
            }
            try {
                Files.move(draft, folder);
            } catch (IOException e) {
                if (replaces) {
                    Files.move(old, folder);
                }
                throw e;
            }
        } catch (IOException e) {
            throw cannotBeWritten(folder, e);
        }
        if (replaces) {
            delete(
                    old,
                    "Bundle %s was written, but the one before it cannot be deleted"
                            .formatted(folder));
        }
    }

    @Override
    public void close() {
        if (Files.isDirectory(draft)) {
            delete(draft, "The draft of bundle %s cannot be deleted".formatted(folder));
        }
    }

    private static void delete(Path folder, String what) {
        try {
            Folders.delete(folder);
        } catch (IOException e) {
            throw new FineTuneException("%s: %s. Delete %s.".formatted(what, e, folder), e);
        }
    }

    private static FineTuneException cannotBeWritten(Path folder, IOException e) {
        return new FineTuneException("Bundle %s cannot be written: %s".formatted(folder, e), e);
    }
}
