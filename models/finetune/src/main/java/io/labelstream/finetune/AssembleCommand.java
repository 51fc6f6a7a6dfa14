package io.labelstream.finetune;

import java.nio.file.Path;
import java.util.concurrent.Callable;
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
            description = "Folder with delta.json and delta.safetensors.")
    private Path delta;

    @Option(
            names = "--output",
            required = true,
            paramLabel = "DIR",
            description = "Folder of the bundle; made where it does not exist.")
    private Path output;

    @Override
    public Integer call() {
        Delta read = Delta.read(delta);
        EncoderGraph encoder = EncoderGraph.of(Encoder.of(read.settings().encoder()));
        String sha256 = BundleWriter.write(output, encoder, read);
        spec.commandLine().getErr().printf("%s: model.onnx sha256 %s%n", output, sha256);
        return 0;
    }
}
