package io.labelstream.streaming.preflight;

import io.labelstream.avro.LabelledEvent;
import io.labelstream.serde.RegistrySettings;
import io.labelstream.serde.registry.SchemaRegistry;
import io.labelstream.serde.registry.SchemaRegistryException;
import io.labelstream.streaming.JobConfig;
import java.time.Duration;

/** The schema registry, where one is needed: it answers, and has or takes the schema of results. */
final class RegistryChecks implements CheckGroup {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final RegistrySettings input;
    private final RegistrySettings output;

    RegistryChecks(JobConfig config) {
        this.input = config.input().registry();
        this.output = config.output().registry();
    }

    @Override
    public void run(Report report) {
        boolean answers =
                input == null || report.ask("schema registry", () -> asked(this::checkInput));
        if (output != null && answers) {
            report.ask("schema of results", () -> asked(this::registerOutput));
        } else if (output != null) {
            report.skip("schema of results", "the schema registry does not answer.");
        }
    }

    private static Verdict asked(Check check) {
        try {
            return check.look();
        } catch (SchemaRegistryException e) {
            throw new PreflightException(e.getMessage(), e);
        }
    }

    private Verdict checkInput() {
        new SchemaRegistry(patient(input)).check();
        return Verdict.ok("%s answers.".formatted(input.urls()));
    }

    private Verdict registerOutput() {
        int id =
                new SchemaRegistry(patient(output))
                        .register(output.subject(), LabelledEvent.getClassSchema());
        return Verdict.ok("subject %s has it, with id %d.".formatted(output.subject(), id));
    }

    private static RegistrySettings patient(RegistrySettings settings) {
        return new RegistrySettings(
                settings.urls(),
                settings.username(),
                settings.password(),
                PATIENCE,
                settings.autoRegister(),
                settings.subject());
    }
}
