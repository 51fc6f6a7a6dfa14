package io.labelstream.streaming.preflight;

import io.labelstream.inference.BundleException;
import io.labelstream.inference.ModelBundle;
import io.labelstream.operators.BundledNatives;
import io.labelstream.streaming.JobConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;

/**
 * The model: its files, and, where it is to run on this machine, whether it does. On a cluster each
 * TaskManager proves it as it starts.
 */
final class ModelChecks implements CheckGroup {

    private final JobConfig config;
    private final Place place;

    ModelChecks(JobConfig config, Place place) {
        this.config = config;
        this.place = place;
    }

    @Override
    public void run(Report report) {
        report.ask("native libraries", ModelChecks::natives);
        if (place == Place.CLUSTER && !Files.isDirectory(config.modelPath())) {
            report.skip(
                    "model",
                    "%s is not on this machine. It must be on each TaskManager's."
                            .formatted(config.modelPath()));
            return;
        }
        ModelBundle bundle;
        try {
            bundle = ModelBundle.load(config.modelPath(), config.modelFile());
        } catch (BundleException e) {
            report.fail("model", e.getMessage());
            report.skip("tokenizer, device, memory", "the model cannot be read.");
            return;
        }
        report.ask("model", () -> describe(bundle));
        if (place == Place.CLUSTER) {
            report.ask("memory", () -> inTaskManager(bundle));
            report.skip("tokenizer, device", "each TaskManager tries them as it starts.");
            return;
        }
        report.ask("memory", () -> onMachine(bundle));
        new ModelTrial(config).run(report);
    }

    private static Verdict natives() {
        try {
            BundledNatives.check();
            return Verdict.ok("None comes from the job's own jar.");
        } catch (BundleException e) {
            throw new PreflightException(e.getMessage());
        }
    }

    private static Verdict describe(ModelBundle bundle) {
        return Verdict.ok(
                "%s %s, %d labels, digest %s, from %s."
                        .formatted(
                                bundle.name(),
                                bundle.version(),
                                bundle.labels().size(),
                                bundle.digest(),
                                bundle.folder().resolve(bundle.modelFile())));
    }

    private Verdict inTaskManager(ModelBundle bundle) {
        return new NativeMemory(bundle).inTaskManager(ClusterChecks.settings(config));
    }

    private Verdict onMachine(ModelBundle bundle) {
        int slots = config.parallelism() == null ? 1 : config.parallelism();
        try {
            return new NativeMemory(bundle).onMachine(slots, FreeMemory.bytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
