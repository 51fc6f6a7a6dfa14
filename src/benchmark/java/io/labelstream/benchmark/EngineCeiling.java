package io.labelstream.benchmark;

import com.sun.management.OperatingSystemMXBean;
import io.labelstream.inference.Classification;
import io.labelstream.inference.ClassifierSession;
import io.labelstream.inference.EncodedText;
import io.labelstream.inference.InferenceException;
import io.labelstream.inference.ModelBundle;
import io.labelstream.inference.ModelOutput;
import io.labelstream.inference.ScoredLabel;
import io.labelstream.inference.SessionSettings;
import io.labelstream.inference.TextTokenizer;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * What the engine does on its own: each slot a thread and a session, texts tokenized before, sorted
 * by length, in runs of a budget of padded tokens. No system that uses the same sessions can do
 * more, so its rate is the ceiling. Runs in this JVM alone.
 */
final class EngineCeiling {

    private static final int LONE_RUNS = 20;
    private static final int ANSWER_BUDGET = 512;

    /** What a thread did; its rate is counted over whole passes, so that each text counts once. */
    private record Work(long texts, long tokens, long padded, double seconds, long allTexts) {}

    /** What all threads did together. */
    private record Rate(
            double textsPerSecond, double tokensPerSecond, double waste, double cpuPer1000) {}

    private final List<EncodedText> texts;
    private final List<ClassifierSession> sessions;
    private final ExecutorService threads;

    private EngineCeiling(
            List<EncodedText> texts, List<ClassifierSession> sessions, ExecutorService threads) {
        this.texts = texts;
        this.sessions = sessions;
        this.threads = threads;
    }

    /**
     * Measures.
     *
     * @param args JSON file of the {@link CeilingRequest}, and where to write the {@link Ceiling}
     */
    public static void main(String[] args) throws Exception {
        CeilingRequest request = Json.read(Path.of(args[0]), CeilingRequest.class);
        ModelBundle bundle = ModelBundle.load(Path.of(request.bundlePath()), request.modelFile());
        List<EncodedText> encoded = new ArrayList<>();
        try (TextTokenizer tokenizer = TextTokenizer.open(bundle)) {
            request.texts().forEach(text -> encoded.add(tokenizer.encode(text, "")));
        }
        List<ClassifierSession> sessions = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(request.slots());
        try {
            for (int slot = 0; slot < request.slots(); slot++) {
                sessions.add(ClassifierSession.open(bundle, SessionSettings.cpu()));
            }
            EngineCeiling ceiling = new EngineCeiling(encoded, sessions, threads);
            Json.write(Path.of(args[1]), ceiling.measure(request, bundle));
        } finally {
            threads.shutdown();
            sessions.forEach(ClassifierSession::close);
        }
        System.exit(0);
    }

    private Ceiling measure(CeilingRequest request, ModelBundle bundle) throws Exception {
        List<Answer> answers = answers(bundle);
        EncodedText longest = Collections.max(texts, Comparator.comparingInt(EncodedText::tokens));
        double loneRun = loneRunMillis(longest);
        int best = request.budgets().get(0);
        if (request.budgets().size() > 1) {
            double most = 0;
            for (int budget : request.budgets()) {
                double rate = rate(budget, request.sweepSeconds(), false).tokensPerSecond();
                if (rate > most) {
                    most = rate;
                    best = budget;
                }
            }
        }
        Rate rate = rate(best, request.seconds(), true);
        return new Ceiling(
                best,
                rate.textsPerSecond(),
                rate.tokensPerSecond(),
                rate.cpuPer1000(),
                rate.waste(),
                loneRun,
                texts.indexOf(longest),
                longest.tokens(),
                texts.stream().mapToInt(EncodedText::tokens).average().orElseThrow(),
                answers);
    }

    private List<Answer> answers(ModelBundle bundle) throws Exception {
        Answer[] answers = new Answer[texts.size()];
        onAllThreads(
                slot -> {
                    for (List<Integer> run : runs(slot, ANSWER_BUDGET)) {
                        List<ModelOutput> outputs = sessions.get(slot).run(encoded(run), false);
                        for (int i = 0; i < run.size(); i++) {
                            ScoredLabel label =
                                    Classification.answer(bundle, outputs.get(i).logits(), 0)
                                            .best();
                            answers[run.get(i)] = new Answer(label.label(), label.score());
                        }
                    }
                    return null;
                });
        return List.of(answers);
    }

    private double loneRunMillis(EncodedText text) throws InferenceException {
        double[] millis = new double[LONE_RUNS];
        for (int i = 0; i < LONE_RUNS; i++) {
            long start = System.nanoTime();
            sessions.get(0).run(List.of(text), false);
            millis[i] = (System.nanoTime() - start) / 1e6;
        }
        return Spread.of(millis).median();
    }

    /**
     * Runs for a while.
     *
     * @param wholePasses whether each thread ends with a whole pass over its texts
     */
    private Rate rate(int budget, double seconds, boolean wholePasses) throws Exception {
        OperatingSystemMXBean system =
                (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        CyclicBarrier start = new CyclicBarrier(sessions.size());
        AtomicInteger done = new AtomicInteger();
        long cpuStart = system.getProcessCpuTime();
        List<Work> work =
                onAllThreads(slot -> work(slot, budget, seconds, wholePasses, start, done));
        double cpuSeconds = (system.getProcessCpuTime() - cpuStart) / 1e9;
        double textsPerSecond = 0;
        double tokensPerSecond = 0;
        long tokens = 0;
        long padded = 0;
        long allTexts = 0;
        for (Work one : work) {
            textsPerSecond += one.texts() / one.seconds();
            tokensPerSecond += one.tokens() / one.seconds();
            tokens += one.tokens();
            padded += one.padded();
            allTexts += one.allTexts();
        }
        return new Rate(
                textsPerSecond,
                tokensPerSecond,
                1 - (double) tokens / padded,
                cpuSeconds * 1000 / allTexts);
    }

    private Work work(
            int slot,
            int budget,
            double seconds,
            boolean wholePasses,
            CyclicBarrier start,
            AtomicInteger done)
            throws Exception {
        List<List<EncodedText>> runs = new ArrayList<>();
        runs(slot, budget).forEach(run -> runs.add(encoded(run)));
        // So that a part of a pass is like the whole.
        Collections.shuffle(runs, new Random(slot));
        ClassifierSession session = sessions.get(slot);
        long count = 0;
        long tokens = 0;
        long padded = 0;
        int next = 0;
        double took;
        try {
            start.await();
            long begin = System.nanoTime();
            long end = begin + (long) (seconds * 1e9);
            while (System.nanoTime() < end || (wholePasses && next != 0)) {
                List<EncodedText> run = runs.get(next);
                session.run(run, false);
                int longest = 0;
                for (EncodedText text : run) {
                    tokens += text.tokens();
                    longest = Math.max(longest, text.tokens());
                }
                padded += (long) longest * run.size();
                count += run.size();
                next = (next + 1) % runs.size();
            }
            took = (System.nanoTime() - begin) / 1e9;
        } finally {
            // Also where it fails: the others wait for it.
            done.incrementAndGet();
        }
        long allTexts = count;
        // The others are not to have the machine for themselves while they end.
        while (done.get() < sessions.size()) {
            session.run(runs.get(next), false);
            allTexts += runs.get(next).size();
            next = (next + 1) % runs.size();
        }
        return new Work(count, tokens, padded, took, allTexts);
    }

    /** One slot's share in runs, as numbers of texts: every so many-th by length. */
    private List<List<Integer>> runs(int slot, int budget) {
        List<Integer> byLength =
                IntStream.range(0, texts.size())
                        .boxed()
                        .sorted(Comparator.comparingInt(i -> texts.get(i).tokens()))
                        .toList();
        List<List<Integer>> runs = new ArrayList<>();
        List<Integer> run = new ArrayList<>();
        for (int i = slot; i < byLength.size(); i += sessions.size()) {
            int tokens = texts.get(byLength.get(i)).tokens();
            if (!run.isEmpty() && (run.size() + 1) * tokens > budget) {
                runs.add(run);
                run = new ArrayList<>();
            }
            run.add(byLength.get(i));
        }
        if (!run.isEmpty()) {
            runs.add(run);
        }
        return runs;
    }

    private List<EncodedText> encoded(List<Integer> run) {
        return run.stream().map(texts::get).toList();
    }

    /** What a thread does, by the number of its slot. */
    private interface SlotTask<T> {
        T run(int slot) throws Exception;
    }

    private <T> List<T> onAllThreads(SlotTask<T> task) throws Exception {
        List<Callable<T>> tasks = new ArrayList<>();
        for (int slot = 0; slot < sessions.size(); slot++) {
            int mine = slot;
            tasks.add(() -> task.run(mine));
        }
        List<T> results = new ArrayList<>();
        try {
            for (Future<T> future : threads.invokeAll(tasks)) {
                results.add(future.get());
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
        return results;
    }
}
