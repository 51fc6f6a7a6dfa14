package io.labelstream.benchmark;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Measures rates, round by round, so that each figure comes from several times of the day: first
 * the engine alone, then each contender on each text set.
 */
final class Throughput {

    /** Something to measure: a model on a number of slots, by these contenders, in some rounds. */
    record Part(Model model, int slots, List<Contender> contenders, int rounds) {}

    /**
     * How it is measured.
     *
     * @param rounds of the main contenders; of the others at most {@value #OTHERS_ROUNDS}
     * @param ceilingSweepSeconds for each budget of the engine alone
     * @param wholeSweeps whether contenders try all their settings, or the first only
     * @param jobSettings of the job, which tries no others
     */
    record Plan(
            int rounds,
            double warmUpSeconds,
            double seconds,
            double ceilingSweepSeconds,
            boolean wholeSweeps,
            Map<String, String> jobSettings) {}

    private static final int OTHERS_ROUNDS = 2;

    /** The engine alone is steady from its first run on: it needs no longer than this share. */
    private static final double CEILING_SHARE = 0.6;

    private final Stage stage;
    private final Plan plan;
    private final Results results;
    private final Progress progress;
    private final Attempts attempts;
    private final ContenderRun run;

    Throughput(Stage stage, Plan plan, Results results, Progress progress) {
        this.stage = stage;
        this.plan = plan;
        this.results = results;
        this.progress = progress;
        this.attempts = new Attempts(results, progress);
        this.run =
                new ContenderRun(stage, RunTimes.ofSeconds(plan.warmUpSeconds(), plan.seconds()));
    }

    /** Measures all parts on all text sets, interleaved. */
    void measure(List<Part> parts, List<TextSet> textSets) throws InterruptedException {
        for (int round = 1; round <= plan.rounds(); round++) {
            for (Part part : parts) {
                if (round > part.rounds()) {
                    continue;
                }
                for (TextSet texts : textSets) {
                    int now = round;
                    attempts.attempt(
                            "round %d, %s, engine alone".formatted(round, group(part, texts)),
                            () -> measureCeiling(part, texts, now));
                }
                for (Contender contender : part.contenders()) {
                    if (round > OTHERS_ROUNDS && !Contenders.MAIN.contains(contender.name())) {
                        continue;
                    }
                    for (TextSet texts : textSets) {
                        measure(part, contender, texts, round);
                    }
                }
            }
        }
    }

    private static Results.Group group(Part part, TextSet texts) {
        return new Results.Group(texts.name(), part.model().precision(), part.slots());
    }

    /** The first round looks for the best budget, later ones use it. */
    private void measureCeiling(Part part, TextSet texts, int round)
            throws IOException, InterruptedException {
        Results.Group group = group(part, texts);
        List<Ceiling> before = results.ceilings(group);
        List<Integer> budgets =
                before.isEmpty() ? CeilingRun.BUDGETS : List.of(before.get(0).budget());
        Ceiling ceiling =
                CeilingRun.measure(
                        stage,
                        texts,
                        part.model(),
                        part.slots(),
                        budgets,
                        plan.ceilingSweepSeconds(),
                        CEILING_SHARE * plan.seconds());
        results.add(new Results.CeilingOf(group, round, ceiling));
        progress.say(
                "round %d, %s: engine alone %.1f texts/s at a budget of %d tokens",
                round, group, ceiling.textsPerSecond(), ceiling.budget());
    }

    /**
     * A contender that fails gets no figures; the others go on. Without a ceiling there is nothing
     * to compare with.
     */
    private void measure(Part part, Contender contender, TextSet texts, int round)
            throws InterruptedException {
        Results.Group group = group(part, texts);
        Optional<Ceiling> ceiling = results.ceiling(group, round);
        if (ceiling.isEmpty()) {
            return;
        }
        for (Map<String, String> settings : toTry(contender, group, round)) {
            attempts.attempt(
                    "round %d, %s, %s %s".formatted(round, group, contender.name(), settings),
                    () -> measure(part, contender, settings, texts, ceiling.get(), round));
        }
    }

    private void measure(
            Part part,
            Contender contender,
            Map<String, String> settings,
            TextSet texts,
            Ceiling ceiling,
            int round)
            throws IOException, InterruptedException {
        Measurement measurement =
                run.measure(contender, settings, texts, part.model(), part.slots(), ceiling, round);
        results.add(measurement);
        progress.say(
                "round %d, %s: %s %s %.1f texts/s, %.1f %% of the ceiling",
                round,
                measurement.group(),
                contender.name(),
                settings,
                measurement.textsPerSecond(),
                100 * measurement.textsPerSecond() / ceiling.textsPerSecond());
    }

    private List<Map<String, String>> toTry(Contender contender, Results.Group group, int round) {
        if (contender.name().equals(Contenders.LABELSTREAM)) {
            return List.of(plan.jobSettings());
        }
        List<Map<String, String>> sweep = contender.sweep();
        if (!plan.wholeSweeps()) {
            return sweep.subList(0, 1);
        }
        if (round == 1) {
            return sweep;
        }
        return results.bestSettings(contender.name(), group).map(List::of).orElse(List.of());
    }
}
