package io.labelstream.inference;

import ai.djl.huggingface.tokenizers.jni.LibUtils;
import ai.onnxruntime.OrtEnvironment;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads ONNX Runtime and the tokenizer library, each once a process.
 *
 * <p>Left to themselves, both write their native code to disk and leave it there when the process
 * is killed: ONNX Runtime a copy a start, the tokenizer library one file at a path that others can
 * foresee, which it trusts from then on. Here it goes into a new folder that only this user may
 * enter, and is deleted as soon as it is loaded: code that is mapped needs its file no more. Where
 * {@code onnxruntime.native.path} or {@code RUST_LIBRARY_PATH} names a library, that one is loaded.
 *
 * <p>Safe for use by several threads, and by jobs that have this class in a class loader each and
 * share the libraries.
 */
public final class NativeLibraries {

    private static final Logger LOG = LoggerFactory.getLogger(NativeLibraries.class);

    private static final String ONNX_RUNTIME_PATH = "onnxruntime.native.path";
    private static final String TOKENIZER_PATH = "RUST_LIBRARY_PATH";

    /** Where JNA, with which the tokenizer library looks for GPUs, unpacks its own native code. */
    private static final String JNA_FOLDER = "jna.tmpdir";

    private static final String TEMPORARY = "java.io.tmpdir";

    private interface Loading {
        void load() throws IOException;
    }

    private NativeLibraries() {}

    /**
     * Loads ONNX Runtime, unless it is.
     *
     * @throws PassingBundleException if there is no room for it; may be tried again
     * @throws BundleException if it cannot be loaded
     */
    public static void loadOnnxRuntime() {
        load("ONNX Runtime", () -> once(OrtEnvironment.class, NativeLibraries::unpackOnnxRuntime));
    }

    /**
     * Loads the tokenizer library, unless it is.
     *
     * @throws PassingBundleException if there is no room for it; may be tried again
     * @throws BundleException if it cannot be loaded
     */
    public static void loadTokenizer() {
        load("The tokenizer library", () -> once(LibUtils.class, NativeLibraries::unpackTokenizer));
    }

    private static void load(String name, Loading loading) {
        try {
            loading.load();
        } catch (IOException e) {
            throw new PassingBundleException(
                    "%s cannot be loaded: its native code cannot be unpacked in %s (%s). Make room there, or give Java another folder with -D%s."
                            .formatted(name, temporary(), e, TEMPORARY),
                    e);
        } catch (LinkageError | RuntimeException e) {
            throw new BundleException(
                    "%s cannot be loaded: %s. It is unpacked in %s for a moment, which must allow native code; in a Flink cluster the library belongs into lib/, once, and never into the job jar."
                            .formatted(name, reason(e), temporary()),
                    e);
        }
    }

    /**
     * @param library one of its classes; one for all jobs that share the library, so what is known
     *     of it is kept in the process, by its class loader
     */
    private static void once(Class<?> library, Loading loading) throws IOException {
        String loaded = "labelstream.loaded." + library.getName();
        String loader = Integer.toHexString(System.identityHashCode(library.getClassLoader()));
        synchronized (library) {
            if (!loader.equals(System.getProperty(loaded))) {
                loading.load();
                System.setProperty(loaded, loader);
            }
        }
    }

    private static void unpackOnnxRuntime() throws IOException {
        String folder = "/ai/onnxruntime/native/%s/".formatted(platform("osx", "x64"));
        String core = System.mapLibraryName("onnxruntime");
        // CUDA's part is loaded when a session asks for it, from where the rest lies.
        String cuda = System.mapLibraryName("onnxruntime_providers_cuda");
        if (System.getProperty(ONNX_RUNTIME_PATH) != null
                || !has(OrtEnvironment.class, folder + core)
                || has(OrtEnvironment.class, folder + cuda)) {
            OrtEnvironment.getAvailableProviders();
            return;
        }
        List<String> files = List.of(core, System.mapLibraryName("onnxruntime4j_jni"));
        Set<Path> before = leftFolders();
        try (UnpackedLibrary unpacked =
                UnpackedLibrary.unpack(OrtEnvironment.class, folder, files, temporary())) {
            System.setProperty(ONNX_RUNTIME_PATH, unpacked.folder().toString());
            OrtEnvironment.getAvailableProviders();
        } finally {
            System.clearProperty(ONNX_RUNTIME_PATH);
        }
        Set<Path> own = leftFolders();
        own.removeAll(before);
        own.forEach(NativeLibraries::removeIfEmpty);
    }

    private static void unpackTokenizer() throws IOException {
        String folder = "/native/lib/%s/cpu/".formatted(platform("osx", "x86_64"));
        String file = System.mapLibraryName("tokenizers");
        boolean named =
                System.getenv(TOKENIZER_PATH) != null || System.getProperty(TOKENIZER_PATH) != null;
        if (named || !has(LibUtils.class, folder + file)) {
            LibUtils.checkStatus();
            return;
        }
        boolean jnaIsTold = System.getProperty(JNA_FOLDER) != null;
        try (UnpackedLibrary unpacked =
                UnpackedLibrary.unpack(LibUtils.class, folder, List.of(file), temporary())) {
            if (!jnaIsTold) {
                System.setProperty(JNA_FOLDER, unpacked.folder().toString());
            }
            System.setProperty(TOKENIZER_PATH, unpacked.folder().resolve(file).toString());
            LibUtils.checkStatus();
        } finally {
            System.clearProperty(TOKENIZER_PATH);
            if (!jnaIsTold) {
                System.clearProperty(JNA_FOLDER);
            }
        }
    }

    /** ONNX Runtime makes a folder even where it has nothing to put in. */
    private static Set<Path> leftFolders() {
        Set<Path> found = new HashSet<>();
        try (DirectoryStream<Path> folders =
                Files.newDirectoryStream(temporary(), "onnxruntime-java*")) {
            folders.forEach(found::add);
        } catch (IOException | DirectoryIteratorException e) {
            LOG.debug("Folders that ONNX Runtime left in {} are not removed", temporary(), e);
        }
        return found;
    }

    /** Another process may have made it just now: then it has something in it, or soon will. */
    private static void removeIfEmpty(Path folder) {
        try {
            Files.delete(folder);
        } catch (IOException e) {
            LOG.debug("Folder {} is not removed", folder, e);
        }
    }

    /** The part of a jar for this machine; of one that it has none for, it is asked in vain. */
    private static String platform(String mac, String intel) {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String processor = System.getProperty("os.arch");
        return (system.startsWith("mac") ? mac : system)
                + "-"
                + (processor.equals("amd64") || processor.equals("x86_64") ? intel : processor);
    }

    private static boolean has(Class<?> library, String resource) {
        return library.getResource(resource) != null;
    }

    private static Path temporary() {
        return Path.of(System.getProperty(TEMPORARY));
    }

    /** What the innermost cause says: initializers of classes wrap it. */
    private static String reason(Throwable failure) {
        Throwable innermost = failure;
        while (innermost.getCause() != null) {
            innermost = innermost.getCause();
        }
        return innermost.getMessage() == null ? innermost.toString() : innermost.getMessage();
    }
}
