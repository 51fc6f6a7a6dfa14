package io.labelstream.inference;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Finds the files of a bundle's model: the ONNX file, and the weights that lie beside it. */
final class ModelFile {

    /** Where repositories on the hub keep their ONNX files. */
    private static final String ONNX_FOLDER = "onnx";

    private ModelFile() {}

    /**
     * Chooses the ONNX file of a folder: the one asked for, else {@code model.onnx}, else {@code
     * onnx/model.onnx}, else the only one there is.
     *
     * @param asked a path inside the folder, or inside its {@code onnx} folder; empty for none
     * @return its path relative to the folder, with {@code /} as separator
     * @throws BundleException if there is none, or nothing says which of several
     */
    static String choose(Path folder, String asked) {
        if (!asked.isEmpty()) {
            for (String candidate : List.of(asked, ONNX_FOLDER + "/" + asked)) {
                if (isInside(folder, candidate) && Files.isRegularFile(folder.resolve(candidate))) {
                    return candidate;
                }
            }
            throw new BundleException(
                    "Model bundle %s: there is no model file %s in it. It has: %s."
                            .formatted(
                                    folder,
                                    JsonFile.shown(asked),
                                    JsonFile.shown(onnxFiles(folder))));
        }
        for (String usual :
                List.of(ModelBundle.MODEL_FILE, ONNX_FOLDER + "/" + ModelBundle.MODEL_FILE)) {
            if (Files.isRegularFile(folder.resolve(usual))) {
                return usual;
            }
        }
        List<String> files = onnxFiles(folder);
        if (files.size() == 1) {
            return files.get(0);
        }
        if (files.isEmpty()) {
            throw new BundleException(
                    "Model bundle %s: %s is missing. Expected a folder with %s, %s and %s, as 'optimum-cli export onnx' writes it."
                            .formatted(
                                    folder,
                                    ModelBundle.MODEL_FILE,
                                    ModelBundle.MODEL_FILE,
                                    ModelBundle.TOKENIZER_FILE,
                                    ModelBundle.CONFIG_FILE));
        }
        throw new BundleException(
                "Model bundle %s: has no %s, but %d other models: %s. Name the one to take: model.file in a job's settings, --model-file on the command line."
                        .formatted(
                                folder,
                                ModelBundle.MODEL_FILE,
                                files.size(),
                                JsonFile.shown(files)));
    }

    /**
     * Checks where a model says that its weights lie: each must be a plain file of its own inside
     * the bundle, so that no bundle can make the job read a file that is none of its own.
     *
     * @param locations relative to the model file
     * @return their paths relative to the bundle's folder, with {@code /} as separator
     * @throws BundleException if one is missing, or not such a file
     */
    static List<String> checkedExternal(
            String bundle, Path folder, String modelFile, Iterable<String> locations) {
        Path beside = folder.resolve(modelFile).getParent();
        List<String> files = new ArrayList<>();
        for (String location : locations) {
            if (!isInside(beside, location)) {
                throw external(bundle, modelFile, location, "points outside the bundle");
            }
            Path file = beside.resolve(location);
            if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                throw external(bundle, modelFile, location, "is missing");
            }
            // From the bundle's folder down: the model's own folder may be a link, too.
            for (Path part = file; !part.equals(folder); part = part.getParent()) {
                if (Files.isSymbolicLink(part)) {
                    throw external(bundle, modelFile, location, "is reached by a symbolic link");
                }
            }
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                throw external(bundle, modelFile, location, "is no plain file");
            }
            if (links(bundle, file) > 1) {
                throw external(bundle, modelFile, location, "has more than one hard link");
            }
            files.add(folder.relativize(file).toString().replace('\\', '/'));
        }
        return files;
    }

    private static BundleException external(
            String bundle, String modelFile, String location, String why) {
        return new BundleException(
                "Bundle %s: %s keeps weights in '%s', which %s. Expected a plain file beside it: copy the whole export, following links."
                        .formatted(bundle, modelFile, JsonFile.shown(location), why));
    }

    /** Whether a location names something below a folder, going neither up nor elsewhere. */
    static boolean isInside(Path folder, String location) {
        if (location.isEmpty() || location.indexOf('\\') >= 0) {
            return false;
        }
        Path path;
        try {
            path = folder.getFileSystem().getPath(location);
        } catch (InvalidPathException e) {
            // With characters that this system has no files of, such as NUL.
            return false;
        }
        if (path.isAbsolute()) {
            return false;
        }
        for (Path part : path) {
            if (part.toString().equals("..") || part.toString().equals(".")) {
                return false;
            }
        }
        return true;
    }

    /** Hard links of a file; 1 where the file system does not count them. */
    private static int links(String bundle, Path file) {
        if (!file.getFileSystem().supportedFileAttributeViews().contains("unix")) {
            return 1;
        }
        try {
            return (Integer) Files.getAttribute(file, "unix:nlink", LinkOption.NOFOLLOW_LINKS);
        } catch (IOException e) {
            throw PassingBundleException.of(
                    "Bundle %s: %s cannot be read: %s".formatted(bundle, file.getFileName(), e), e);
        }
    }

    private static List<String> onnxFiles(Path folder) {
        List<String> files = new ArrayList<>();
        for (Path where : List.of(folder, folder.resolve(ONNX_FOLDER))) {
            if (!Files.isDirectory(where)) {
                continue;
            }
            try (Stream<Path> entries = Files.list(where)) {
                entries.filter(file -> file.getFileName().toString().endsWith(".onnx"))
                        .filter(Files::isRegularFile)
                        .map(file -> folder.relativize(file).toString().replace('\\', '/'))
                        .sorted()
                        .forEach(files::add);
            } catch (IOException e) {
                throw PassingBundleException.of(
                        "Model bundle %s: cannot be listed: %s".formatted(where, e), e);
            }
        }
        return files;
    }
}
