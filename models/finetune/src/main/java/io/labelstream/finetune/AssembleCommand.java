package io.labelstream.finetune;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code assemble}: encoder and delta to a bundle. Needs no training engine. */
@Command(
        name = "assemble",
        description = "Put an encoder and a delta together into a model bundle.")
final class AssembleCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Option(
            names = "--delta",
            required = true,
            paramLabel = "DIR",
            description =
                    "Folder with delta.json and delta.safetensors, or a folder of such folders.")
    private Path delta;

    @Option(
            names = "--output",
            required = true,
            paramLabel = "DIR",
            description =
                    "Folder of the bundle, or of the bundles, each under its delta's folder name; made where it does not exist.")
    private Path output;

    @Override
    public Integer call() {
        if (isDelta(delta)) {
            assemble(delta, output);
            return 0;
        }
        List<Path> deltas = deltas();
        if (deltas.isEmpty()) {
            throw new FineTuneException(
                    "%s: neither a delta nor a folder of deltas. Expected %s in it, or in folders of it."
                            .formatted(delta, Delta.SETTINGS_FILE));
        }
        deltas.forEach(each -> assemble(each, output.resolve(each.getFileName())));
        return 0;
    }

    private List<Path> deltas() {
        try (Stream<Path> folders = Files.list(delta)) {
            return folders.filter(AssembleCommand::isDelta).sorted().toList();
        } catch (IOException e) {
            throw new FineTuneException("Folder %s cannot be read: %s".formatted(delta, e), e);
        }
    }

    private static boolean isDelta(Path folder) {
        return Files.isRegularFile(folder.resolve(Delta.SETTINGS_FILE));
    }

    private void assemble(Path from, Path to) {
        Delta read = Delta.read(from);
        EncoderGraph encoder = EncoderGraph.of(Encoder.of(read.settings().encoder()));
        String sha256 = BundleWriter.write(to, encoder, read);
        copyCard(from, to);
        spec.commandLine().getErr().printf("%s: model.onnx sha256 %s%n", to, sha256);
    }

    private static void copyCard(Path from, Path to) {
        Path card = from.resolve(ModelCard.FILE);
        try {
            if (Files.isRegularFile(card)) {
                Files.copy(card, to.resolve(ModelCard.FILE), StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw new FineTuneException("Card %s cannot be copied: %s".formatted(card, e), e);
        }
    }
}
