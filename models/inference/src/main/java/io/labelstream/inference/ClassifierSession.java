package io.labelstream.inference;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One ONNX Runtime session of a bundle's model. Holds native memory until closed.
 *
 * <p>Threads: one thread owns the session and calls {@link #run}; any thread may call {@link
 * #terminate}, {@link #runUnderWay} and {@link #endRun}. {@link #close} only when no run is under
 * way, or the JVM dies: terminate, join the owner, then close.
 */
public final class ClassifierSession implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ClassifierSession.class);

    /**
     * What takes longer fused than apart on the CPU (figures: {@code operators/RATIONALE.md}). The
     * fused LayerNorm adds up a row one value after the other.
     */
    private static final String SLOW_FUSIONS = "LayerNormFusionL1;LayerNormFusionL2;BiasGeluFusion";

    /**
     * For the first runs of a model, on two short texts; any sound one needs less than a second.
     */
    private static final Duration FIRST_RUNS = Duration.ofMinutes(1);

    private static final String EXTERNAL_DATA_FOLDER =
            "session.model_external_initializers_file_folder_path";

    private final ModelBundle bundle;
    private final boolean onCuda;
    private final OrtEnvironment environment;
    private final OrtSession.SessionOptions options;
    private final OrtSession session;
    private final RunControl control;
    private final Map<String, TokenBuffer> inputs;
    private final PaddedBatch batch;
    private final ScoreBuffer logits;

    /** Empty where the model gives none. */
    private Optional<ScoreBuffer> attention;

    private ClassifierSession(
            ModelBundle bundle,
            boolean onCuda,
            OrtEnvironment environment,
            OrtSession.SessionOptions options,
            OrtSession session,
            RunControl control)
            throws OrtException {
        this.bundle = bundle;
        this.onCuda = onCuda;
        this.environment = environment;
        this.options = options;
        this.session = session;
        this.control = control;
        ModelSignature signature = new ModelSignature(bundle, session);
        this.inputs = signature.inputs();
        this.batch =
                new PaddedBatch(
                        bundle.padId(),
                        inputs.get(ModelSignature.IDS),
                        inputs.get(ModelSignature.MASK),
                        Optional.ofNullable(inputs.get(ModelSignature.TYPES)));
        this.logits = signature.logits();
        this.attention = signature.attention();
    }

    /**
     * Loads a bundle's model.
     *
     * @throws BundleException if ONNX Runtime or the model cannot be loaded, the model is no text
     *     classifier or does not come to an end, or the device that was asked for cannot be used
     */
    public static ClassifierSession open(ModelBundle bundle, SessionSettings settings) {
        return open(bundle, settings, FIRST_RUNS);
    }

    /**
     * The same.
     *
     * @param firstRuns how long the model may take for its first runs, on two short texts
     */
    static ClassifierSession open(
            ModelBundle bundle, SessionSettings settings, Duration firstRuns) {
        long start = System.nanoTime();
        NativeLibraries.loadOnnxRuntime();
        ClassifierSession opened =
                switch (settings.device()) {
                    case CPU -> open(bundle, settings, firstRuns, false);
                    case CUDA -> open(bundle, settings, firstRuns, true);
                    case AUTO -> openWhereItRuns(bundle, settings, firstRuns);
                };
        LOG.info(
                "Model {} {} (digest {}) loaded from {} on {} in {} ms: inputs {}, labels {}, attention {}, threads {}",
                bundle.name(),
                bundle.version(),
                bundle.digest(),
                bundle.modelFile(),
                opened.device(),
                (System.nanoTime() - start) / 1_000_000,
                opened.inputs.keySet(),
                bundle.labels().size(),
                opened.hasAttention() ? "yes" : "no",
                settings.threads());
        return opened;
    }

    private static ClassifierSession openWhereItRuns(
            ModelBundle bundle, SessionSettings settings, Duration firstRuns) {
        if (!OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA)) {
            LOG.warn(
                    "device.type is auto: took the CPU, as this build of ONNX Runtime has no CUDA");
            return open(bundle, settings, firstRuns, false);
        }
        try {
            ClassifierSession opened = open(bundle, settings, firstRuns, true);
            LOG.warn("device.type is auto: took CUDA device {}", settings.deviceIndex());
            return opened;
        } catch (BundleException e) {
            LOG.warn(
                    "device.type is auto: took the CPU, as CUDA cannot be used: {}",
                    e.getMessage());
            return open(bundle, settings, firstRuns, false);
        }
    }

    /** One at a time in a JVM: each holds the model's bytes in the heap while it loads. */
    private static synchronized ClassifierSession open(
            ModelBundle bundle, SessionSettings settings, Duration firstRuns, boolean cuda) {
        byte[] model = bundle.modelBytes();
        OnnxFile onnx = OnnxFile.read(bundle.name(), bundle.modelFile(), model);
        bundle.checkExternal(onnx.externalFiles());
        onnx.damagedWeight()
                .ifPresent(
                        weight -> {
                            throw new BundleException(
                                    "Bundle %s: weight '%s' of %s holds values that are no finite numbers. The model is damaged: export or copy it again."
                                            .formatted(
                                                    bundle.name(),
                                                    JsonFile.shown(weight),
                                                    bundle.modelFile()));
                        });
        if (cuda && onnx.embeddingRows().isEmpty()) {
            // CUDA reads zeros for an id that the model does not know; only the CPU says so.
            open(bundle, SessionSettings.cpu(), firstRuns, false).close();
        }
        OrtSession.SessionOptions options = null;
        OrtSession session = null;
        RunControl control = null;
        boolean done = false;
        try {
            if (cuda && !OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA)) {
                throw new BundleException(
                        "device.type is cuda, but this build of ONNX Runtime has no CUDA. Build with -Pgpu, or set device.type to cpu.");
            }
            OrtEnvironment environment = OrtEnvironment.getEnvironment();
            options = sessionOptions(settings, cuda, onnx);
            if (!bundle.externalFiles().isEmpty()) {
                options.addConfigEntry(
                        EXTERNAL_DATA_FOLDER, bundle.modelPath().getParent().toString());
            }
            session = environment.createSession(model, options);
            control = new RunControl(cuda);
            ClassifierSession opened =
                    new ClassifierSession(bundle, cuda, environment, options, session, control);
            opened.prove(firstRuns);
            if (onnx.quantizesPerTensor()) {
                LOG.warn(
                        "Model {}: {} quantizes activations over a whole batch, so a text's scores depend on those beside it, and a replay may change them. Per-token int8 has no such effect.",
                        bundle.name(),
                        bundle.modelFile());
            }
            done = true;
            return opened;
        } catch (InferenceException e) {
            throw new BundleException(
                    "Bundle %s: %s loads on %s but does not run on two short texts of ids from 0 to %d: %s. Expected inputs of shape [batch, tokens], any number of both, and an embedding of all ids."
                            .formatted(
                                    bundle.name(),
                                    bundle.modelFile(),
                                    cuda ? "CUDA" : "the CPU",
                                    bundle.vocabularySize() - 1,
                                    JsonFile.shown(
                                            e.getCause() == null
                                                    ? e.getMessage()
                                                    : e.getCause().getMessage())),
                    e);
        } catch (OrtException e) {
            String reason = JsonFile.shown(e.getMessage());
            String message =
                    cuda
                            ? "device.type is cuda, but CUDA device %d cannot be used: %s. It needs an NVIDIA driver, CUDA 12 and cuDNN 9."
                                    .formatted(settings.deviceIndex(), reason)
                            : "Bundle %s: %s cannot be loaded: %s"
                                    .formatted(bundle.name(), bundle.modelFile(), reason);
            throw isShortOfMemory(e)
                    ? new PassingBundleException(message, e)
                    : new BundleException(message, e);
        } finally {
            if (!done) {
                closeQuietly(control, session, options);
            }
        }
    }

    /** Others may have the memory that is missing, such as a process on its way out. */
    static boolean isShortOfMemory(OrtException e) {
        // There is no code for it; these are the words of CUDA, of ONNX Runtime and of C++.
        String reason = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        return reason.contains("out of memory")
                || reason.contains("failed to allocate memory")
                || reason.contains("bad_alloc")
                || reason.contains("bad allocation");
    }

    static OrtSession.SessionOptions sessionOptions(
            SessionSettings settings, boolean cuda, OnnxFile onnx) throws OrtException {
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        // Failures reach us as exceptions; the library's own log of them would print token ids.
        options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
        options.setIntraOpNumThreads(settings.threads());
        options.setInterOpNumThreads(1);
        options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
        // Shapes differ from run to run: a pattern of the last one is of no use to the next.
        options.setMemoryPatternOptimization(false);
        // A spinning pool burns a core between runs.
        options.addConfigEntry("session.intra_op.allow_spinning", "0");
        options.addConfigEntry("session.inter_op.allow_spinning", "0");
        if (cuda) {
            // Refuse rather than run parts of the model on the CPU unseen.
            options.addConfigEntry("session.disable_cpu_ep_fallback", "1");
            OrtCUDAProviderOptions provider = new OrtCUDAProviderOptions(settings.deviceIndex());
            provider.add("arena_extend_strategy", "kSameAsRequested");
            provider.add("use_tf32", "0");
            options.addCUDA(provider);
        } else if (onnx.spellsAlignedNorms()) {
            options.addConfigEntry("optimization.disable_specified_optimizers", SLOW_FUSIONS);
        }
        return options;
    }

    /** Whether the model says which tokens carried its decision. */
    public boolean hasAttention() {
        return attention.isPresent();
    }

    /** Whether this session runs on a CUDA device. */
    public boolean onCuda() {
        return onCuda;
    }

    /** The device that this session took, for people. */
    public String device() {
        return onCuda ? "CUDA" : "CPU";
    }

    /**
     * Runs the model on a batch.
     *
     * @param texts at least one
     * @param withAttention whether to fetch the attention of each token, where the model has it
     * @return one output a text, in the same order
     * @throws RunTimeoutException if the run was ended by {@link #endRun}
     * @throws InferenceException if the run fails or was terminated
     */
    public List<ModelOutput> run(List<EncodedText> texts, boolean withAttention)
            throws InferenceException {
        for (EncodedText text : texts) {
            checkRange(text);
        }
        batch.fill(texts);
        boolean fetchAttention = withAttention && hasAttention();
        Map<String, OnnxTensor> feeds = new LinkedHashMap<>();
        Map<String, OnnxTensor> fetches = new LinkedHashMap<>();
        try {
            feed(feeds);
            fetches.put(
                    ModelSignature.LOGITS,
                    logits.tensor(environment, batch.rows(), bundle.labels().size()));
            if (fetchAttention) {
                fetches.put(
                        ModelSignature.ATTENTION,
                        attention.get().tensor(environment, batch.rows(), batch.longest()));
            }
            runWatched(feeds, fetches);
        } catch (OrtException e) {
            if (control.wasEnded()) {
                throw new RunTimeoutException(
                        "model %s was ended on %d texts of up to %d tokens, as it took too long"
                                .formatted(bundle.name(), batch.rows(), batch.longest()),
                        e);
            }
            throw new InferenceException(
                    "model %s failed on %d texts of up to %d tokens: %s"
                            .formatted(bundle.name(), batch.rows(), batch.longest(), e.getCode()),
                    e);
        } finally {
            feeds.values().forEach(OnnxTensor::close);
            fetches.values().forEach(OnnxTensor::close);
        }
        return outputs(texts, fetchAttention);
    }

    private void runWatched(Map<String, OnnxTensor> feeds, Map<String, OnnxTensor> fetches)
            throws OrtException {
        control.begin();
        try {
            session.run(feeds, Set.of(), fetches, control.options(batch.rows(), batch.longest()))
                    .close();
        } finally {
            control.finish();
        }
    }

    private void feed(Map<String, OnnxTensor> feeds) throws OrtException {
        long[] shape = {batch.rows(), batch.longest()};
        for (Map.Entry<String, TokenBuffer> input : inputs.entrySet()) {
            feeds.put(input.getKey(), input.getValue().tensor(environment, shape));
        }
    }

    /**
     * Runs the model on two short texts of different length.
     *
     * @throws InferenceException if it fails on them, so that no text is to blame
     */
    public void probe() throws InferenceException {
        run(probes(), true);
    }

    /** Two short texts of different length, with the highest id that can occur. */
    private List<EncodedText> probes() {
        int highest = bundle.vocabularySize() - 1;
        int[] none = {};
        return List.of(
                new EncodedText(new int[] {0, highest}, 2, false, none),
                new EncodedText(new int[] {0, highest, 0}, 3, false, none));
    }

    /**
     * Runs the model for the first time. A run whose time goes into a single operator is not ended
     * before that one is through.
     *
     * @throws BundleException if its answers cannot be used, or there are none within the limit
     */
    private void prove(Duration limit) throws OrtException, InferenceException {
        try (FirstRunWatch watch = new FirstRunWatch(control, limit)) {
            prove();
        } catch (InferenceException e) {
            if (!control.terminated()) {
                throw e;
            }
        }
        if (control.terminated()) {
            throw new BundleException(
                    "Bundle %s: %s did not come to an end within %d ms on two short texts, and was ended. Its graph holds a loop that does not end, or this machine is far too slow for it: export the model again."
                            .formatted(bundle.name(), bundle.modelFile(), limit.toMillis()));
        }
    }

    /**
     * Runs the model for the first time, and looks at what it gives before its answers are read
     * into buffers of the expected shape.
     *
     * @throws BundleException if the answer has another shape, or is no number
     */
    private void prove() throws OrtException, InferenceException {
        List<EncodedText> probes = probes();
        checkShapes(probes);
        // Other tokens than labels, so that one shape cannot pass for the other.
        checkShapes(probes.subList(0, 1));
        for (ModelOutput output : run(probes(), true)) {
            for (float logit : output.logits()) {
                if (!Float.isFinite(logit)) {
                    throw new BundleException(
                            "Bundle %s: %s gives scores that are no finite numbers for two short texts. Its weights are damaged: export or copy it again."
                                    .formatted(bundle.name(), bundle.modelFile()));
                }
            }
        }
    }

    /** An output that is called attention, but has another shape, is something else: not read. */
    private void checkShapes(List<EncodedText> texts) throws InferenceException {
        batch.fill(texts);
        Set<String> outputs =
                hasAttention()
                        ? Set.of(ModelSignature.LOGITS, ModelSignature.ATTENTION)
                        : Set.of(ModelSignature.LOGITS);
        Map<String, OnnxTensor> feeds = new LinkedHashMap<>();
        try {
            feed(feeds);
            try (OrtSession.Result result =
                    session.run(feeds, outputs, control.options(batch.rows(), batch.longest()))) {
                long[] expected = {batch.rows(), bundle.labels().size()};
                long[] found = shape(result, ModelSignature.LOGITS);
                if (!Arrays.equals(found, expected)) {
                    throw new BundleException(
                            "Bundle %s: for %d texts output '%s' has shape %s, but %s names %d labels: expected %s. Correct id2label, or export the model for text classification."
                                    .formatted(
                                            bundle.name(),
                                            batch.rows(),
                                            ModelSignature.LOGITS,
                                            Arrays.toString(found),
                                            ModelBundle.CONFIG_FILE,
                                            bundle.labels().size(),
                                            Arrays.toString(expected)));
                }
                long[] ofTokens = {batch.rows(), batch.longest()};
                if (hasAttention()
                        && !Arrays.equals(shape(result, ModelSignature.ATTENTION), ofTokens)) {
                    attention = Optional.empty();
                }
            }
        } catch (OrtException e) {
            throw new InferenceException("the first run failed", e);
        } finally {
            feeds.values().forEach(OnnxTensor::close);
        }
    }

    private static long[] shape(OrtSession.Result result, String output) {
        return ((TensorInfo) result.get(output).orElseThrow().getInfo()).getShape();
    }

    private List<ModelOutput> outputs(List<EncodedText> texts, boolean fetchAttention) {
        int labels = bundle.labels().size();
        List<ModelOutput> outputs = new ArrayList<>(texts.size());
        for (int row = 0; row < texts.size(); row++) {
            float[] ofTokens = new float[fetchAttention ? texts.get(row).tokens() : 0];
            outputs.add(
                    new ModelOutput(
                            logits.read(row * labels, new float[labels]),
                            fetchAttention
                                    ? attention.get().read(row * batch.longest(), ofTokens)
                                    : ofTokens));
        }
        return outputs;
    }

    /** On CUDA an id out of range would read zeros in silence, so no id gets there unchecked. */
    private void checkRange(EncodedText text) throws InferenceException {
        if (text.tokens() == 0 || text.tokens() > bundle.maxTokens()) {
            throw new InferenceException(
                    "a text has %d tokens; model %s takes 1 to %d"
                            .formatted(text.tokens(), bundle.name(), bundle.maxTokens()));
        }
        for (int id : text.ids()) {
            if (id < 0 || id >= bundle.vocabularySize()) {
                throw new InferenceException(
                        "a token id is outside the vocabulary of model %s (%d ids)"
                                .formatted(bundle.name(), bundle.vocabularySize()));
            }
        }
    }

    /** The number of the run under way, from 1 on; 0 where there is none. */
    public long runUnderWay() {
        return control.underWay();
    }

    /**
     * Ends one run with a {@link RunTimeoutException}; later ones are not affected. Nothing happens
     * where it has come to its end already. The model looks for this between two operators, so a
     * run whose time goes into a single one is not ended before that one is through.
     *
     * @param run its number, as {@link #runUnderWay} gave it
     */
    public void endRun(long run) {
        try {
            control.end(run);
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime refused to end a run", e);
        }
    }

    /** Ends the run under way, and every later one, with an {@link InferenceException}. */
    public void terminate() {
        try {
            control.terminate();
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime refused to end a run", e);
        }
    }

    /** Whether {@link #terminate} was called. */
    public boolean terminated() {
        return control.terminated();
    }

    /** Frees the model. Never while a run is under way. */
    @Override
    public void close() {
        closeQuietly(control, session, options);
    }

    /** Closes what there is of them. */
    private static void closeQuietly(
            RunControl control, OrtSession session, OrtSession.SessionOptions options) {
        if (control != null) {
            control.close();
        }
        try {
            if (session != null) {
                session.close();
            }
        } catch (OrtException e) {
            LOG.warn("ONNX Runtime failed to free a session: {}", e.getMessage());
        }
        if (options != null) {
            options.close();
        }
    }
}
