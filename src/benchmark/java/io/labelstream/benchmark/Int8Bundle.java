package io.labelstream.benchmark;

import io.labelstream.cli.FailureException;
import io.labelstream.inference.ModelBundle;
import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;

/** The int8 form of a model, made as a user makes it: by {@code labelstream quantize}. */
final class Int8Bundle {

    private static final String MAIN = "io.labelstream.finetune.FineTuneMain";
    private static final String QUANTIZER = "labelstream-finetune-*.jar";
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private Int8Bundle() {}

    /**
     * Finds or makes it. It is kept in the folder for temporary files, by the digests of the model
     * and of what quantized it.
     *
     * @param folder for files of this process
     */
    static Model of(ModelBundle bundle, Path folder) throws IOException, InterruptedException {
        Path home = ChildProcess.home();
        Path output =
                Path.of(
                        System.getProperty("java.io.tmpdir"),
                        "labelstream-benchmark-int8-%s-%s"
                                .formatted(bundle.digest(), quantizerDigest(home)));
        Model model = new Model(Model.INT8, output, "");
        if (Files.isRegularFile(output.resolve(ModelBundle.CONFIG_FILE))) {
            return model;
        }
        String classPath =
                home.resolve("finetune-lib")
                        + "/*"
                        + File.pathSeparator
                        + home.resolve("flink-lib")
                        + "/*";
        try (ChildProcess child =
                ChildProcess.startOn(
                        classPath,
                        "quantize",
                        folder,
                        ProcessBuilder.Redirect.DISCARD,
                        List.of(),
                        MAIN,
                        "quantize",
                        "--model",
                        bundle.folder().toString(),
                        "--model-file",
                        bundle.modelFile(),
                        "--precision",
                        Model.INT8,
                        "--output",
                        output.toString())) {
            child.await(PATIENCE);
        }
        return model;
    }

    private static String quantizerDigest(Path home) throws IOException {
        Path libraries = home.resolve("finetune-lib");
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(libraries, QUANTIZER)) {
            Iterator<Path> found = jars.iterator();
            if (found.hasNext()) {
                return ModelBundle.sha256(found.next());
            }
        }
        throw new FailureException(
                "Folder %s: found no %s, expected what quantizes a model. Build the distribution again."
                        .formatted(libraries, QUANTIZER));
    }
}
