package io.labelstream.inference;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One ONNX Runtime session of a bundle's model. Holds native memory until closed.
 *
 * <p>Threads: one thread owns the session and calls {@link #run}; any thread may call {@link
 * #terminate}. {@link #close} only when no run is under way, or the JVM dies: terminate, join the
 * owner, then close.
 */
public final class ClassifierSession implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ClassifierSession.class);
    private static final String IDS = "input_ids";
    private static final String MASK = "attention_mask";
    private static final String TYPES = "token_type_ids";
    private static final String LOGITS = "logits";
    private static final String ATTENTION = "attention";

    private final ModelBundle bundle;
    private final boolean onCuda;
    private final OrtEnvironment environment;
    private final OrtSession.SessionOptions options;
    private final OrtSession session;
    private final OrtSession.RunOptions runOptions;
    private final Set<String> inputs;
    private final boolean hasAttention;

    private volatile boolean terminated;

    private final PaddedBatch batch = new PaddedBatch();
    private FloatBuffer logits = direct(1024);
    private FloatBuffer attention = direct(1024);

    private ClassifierSession(
            ModelBundle bundle,
            boolean onCuda,
            OrtEnvironment environment,
            OrtSession.SessionOptions options,
            OrtSession session)
            throws OrtException {
        this.bundle = bundle;
        this.onCuda = onCuda;
        this.environment = environment;
        this.options = options;
        this.session = session;
        this.inputs = checkedInputs(bundle, session.getInputInfo());
        this.hasAttention = checkedOutputs(bundle, session.getOutputInfo());
        this.runOptions = new OrtSession.RunOptions();
        this.runOptions.setLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
    }

    /**
     * Loads a bundle's model.
     *
     * @throws BundleException if the model cannot be loaded, is no text classifier, or the device
     *     that was asked for cannot be used
     */
    public static ClassifierSession open(ModelBundle bundle, SessionSettings settings) {
        long start = System.nanoTime();
        ClassifierSession opened =
                switch (settings.device()) {
                    case CPU -> open(bundle, settings, false);
                    case CUDA -> open(bundle, settings, true);
                    case AUTO -> openWhereItRuns(bundle, settings);
                };
        LOG.info(
                "Model {} {} (digest {}) loaded on {} in {} ms: inputs {}, labels {}, attention {}, threads {}",
                bundle.name(),
                bundle.version(),
                bundle.digest(),
                opened.device(),
                (System.nanoTime() - start) / 1_000_000,
                opened.inputs,
                bundle.labels().size(),
                opened.hasAttention ? "yes" : "no",
                settings.threads());
        return opened;
    }

    private static ClassifierSession openWhereItRuns(ModelBundle bundle, SessionSettings settings) {
        if (!OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA)) {
            LOG.warn(
                    "device.type is auto: took the CPU, as this build of ONNX Runtime has no CUDA");
            return open(bundle, settings, false);
        }
        try {
            ClassifierSession opened = open(bundle, settings, true);
            LOG.warn("device.type is auto: took CUDA device {}", settings.deviceIndex());
            return opened;
        } catch (BundleException e) {
            LOG.warn(
                    "device.type is auto: took the CPU, as CUDA cannot be used: {}",
                    e.getMessage());
            return open(bundle, settings, false);
        }
    }

    private static ClassifierSession open(
            ModelBundle bundle, SessionSettings settings, boolean cuda) {
        byte[] model = bundle.modelBytes();
        OrtSession.SessionOptions options = null;
        OrtSession session = null;
        try {
            if (cuda && !OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA)) {
                throw new BundleException(
                        "device.type is cuda, but this build of ONNX Runtime has no CUDA. Build with -Pgpu, or set device.type to cpu.");
            }
            OrtEnvironment environment = OrtEnvironment.getEnvironment();
            options = sessionOptions(settings, cuda);
            session = environment.createSession(model, options);
            ClassifierSession opened =
                    new ClassifierSession(bundle, cuda, environment, options, session);
            opened.probe();
            return opened;
        } catch (InferenceException e) {
            closeQuietly(session, options);
            throw new BundleException(
                    "Bundle %s: %s loads on %s but does not run on two short texts: %s. Expected inputs of shape [batch, tokens], any number of both."
                            .formatted(
                                    bundle.name(),
                                    ModelBundle.MODEL_FILE,
                                    cuda ? "CUDA" : "the CPU",
                                    e.getCause() == null
                                            ? e.getMessage()
                                            : e.getCause().getMessage()),
                    e);
        } catch (OrtException e) {
            closeQuietly(session, options);
            throw new BundleException(
                    cuda
                            ? "device.type is cuda, but CUDA device %d cannot be used: %s. It needs an NVIDIA driver, CUDA 12 and cuDNN 9."
                                    .formatted(settings.deviceIndex(), e.getMessage())
                            : "Bundle %s: %s cannot be loaded: %s"
                                    .formatted(
                                            bundle.name(), ModelBundle.MODEL_FILE, e.getMessage()),
                    e);
        } catch (LinkageError e) {
            throw new BundleException(
                    "ONNX Runtime cannot be loaded: %s. In a Flink cluster it belongs into lib/, once, and never into the job jar."
                            .formatted(e.getMessage()),
                    e);
        } catch (BundleException e) {
            closeQuietly(session, options);
            throw e;
        }
    }

    private static OrtSession.SessionOptions sessionOptions(SessionSettings settings, boolean cuda)
            throws OrtException {
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
        }
        return options;
    }

    private static Set<String> checkedInputs(ModelBundle bundle, Map<String, NodeInfo> found) {
        Set<String> known = new LinkedHashSet<>(List.of(IDS, MASK, TYPES));
        if (!found.containsKey(IDS)
                || !found.containsKey(MASK)
                || !known.containsAll(found.keySet())) {
            throw new BundleException(
                    "Bundle %s: %s has inputs %s; expected '%s', '%s' and at most '%s' beside them. Export the model for text classification."
                            .formatted(
                                    bundle.name(),
                                    ModelBundle.MODEL_FILE,
                                    found.keySet(),
                                    IDS,
                                    MASK,
                                    TYPES));
        }
        found.forEach((name, node) -> checkType(bundle, "input", name, node, OnnxJavaType.INT64));
        known.retainAll(found.keySet());
        return known;
    }

    private static boolean checkedOutputs(ModelBundle bundle, Map<String, NodeInfo> found) {
        if (!found.containsKey(LOGITS)) {
            throw new BundleException(
                    "Bundle %s: %s has outputs %s; expected '%s'. Export the model with its classification head."
                            .formatted(
                                    bundle.name(), ModelBundle.MODEL_FILE, found.keySet(), LOGITS));
        }
        checkType(bundle, "output", LOGITS, found.get(LOGITS), OnnxJavaType.FLOAT);
        long[] shape = ((TensorInfo) found.get(LOGITS).getInfo()).getShape();
        if (shape.length != 2 || (shape[1] >= 0 && shape[1] != bundle.labels().size())) {
            throw new BundleException(
                    "Bundle %s: output '%s' has shape %s, but %s names %d labels. Expected [batch, %d]."
                            .formatted(
                                    bundle.name(),
                                    LOGITS,
                                    Arrays.toString(shape),
                                    ModelBundle.CONFIG_FILE,
                                    bundle.labels().size(),
                                    bundle.labels().size()));
        }
        boolean hasAttention = found.containsKey(ATTENTION);
        if (hasAttention) {
            checkType(bundle, "output", ATTENTION, found.get(ATTENTION), OnnxJavaType.FLOAT);
        }
        return hasAttention;
    }

    private static void checkType(
            ModelBundle bundle, String side, String name, NodeInfo node, OnnxJavaType expected) {
        if (!(node.getInfo() instanceof TensorInfo tensor) || tensor.type != expected) {
            throw new BundleException(
                    "Bundle %s: %s '%s' of %s is %s; expected a tensor of %s."
                            .formatted(
                                    bundle.name(),
                                    side,
                                    name,
                                    ModelBundle.MODEL_FILE,
                                    node.getInfo(),
                                    expected));
        }
    }

    /** Whether the model says which tokens carried its decision. */
    public boolean hasAttention() {
        return hasAttention;
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
     * @throws InferenceException if the run fails or was terminated
     */
    public List<ModelOutput> run(List<EncodedText> texts, boolean withAttention)
            throws InferenceException {
        for (EncodedText text : texts) {
            checkRange(text);
        }
        batch.fill(texts);
        boolean fetchAttention = withAttention && hasAttention;
        int labels = bundle.labels().size();
        logits = cleared(logits, batch.rows() * labels);
        if (fetchAttention) {
            attention = cleared(attention, batch.rows() * batch.longest());
        }
        Map<String, OnnxTensor> feeds = new LinkedHashMap<>();
        Map<String, OnnxTensor> fetches = new LinkedHashMap<>();
        try {
            long[] shape = {batch.rows(), batch.longest()};
            for (String input : inputs) {
                feeds.put(input, OnnxTensor.createTensor(environment, buffer(input), shape));
            }
            fetches.put(
                    LOGITS,
                    OnnxTensor.createTensor(
                            environment, logits, new long[] {batch.rows(), labels}));
            if (fetchAttention) {
                fetches.put(ATTENTION, OnnxTensor.createTensor(environment, attention, shape));
            }
            session.run(feeds, Set.of(), fetches, runOptions).close();
        } catch (OrtException e) {
            throw new InferenceException(
                    "model %s failed on %d texts of up to %d tokens: %s"
                            .formatted(bundle.name(), batch.rows(), batch.longest(), e.getCode()),
                    e);
        } finally {
            feeds.values().forEach(OnnxTensor::close);
            fetches.values().forEach(OnnxTensor::close);
        }
        return outputs(texts, labels, fetchAttention);
    }

    /**
     * Runs the model on two short texts of different length.
     *
     * @throws InferenceException if it fails on them, so that no text is to blame
     */
    public void probe() throws InferenceException {
        int[] none = {};
        run(
                List.of(
                        new EncodedText(new int[2], 2, false, none),
                        new EncodedText(new int[3], 3, false, none)),
                true);
    }

    private List<ModelOutput> outputs(List<EncodedText> texts, int labels, boolean fetchAttention) {
        List<ModelOutput> outputs = new ArrayList<>(texts.size());
        for (int row = 0; row < texts.size(); row++) {
            float[] rowLogits = new float[labels];
            logits.get(row * labels, rowLogits);
            float[] rowAttention = new float[fetchAttention ? texts.get(row).tokens() : 0];
            if (fetchAttention) {
                attention.get(row * batch.longest(), rowAttention);
            }
            outputs.add(new ModelOutput(rowLogits, rowAttention));
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

    private LongBuffer buffer(String input) {
        return switch (input) {
            case IDS -> batch.ids();
            case MASK -> batch.mask();
            default -> batch.types();
        };
    }

    /** Ends the run under way, and every later one, with an {@link InferenceException}. */
    public void terminate() {
        terminated = true;
        try {
            runOptions.setTerminate(true);
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime refused to end a run", e);
        }
    }

    /** Whether {@link #terminate} was called. */
    public boolean terminated() {
        return terminated;
    }

    /** Frees the model. Never while a run is under way. */
    @Override
    public void close() {
        runOptions.close();
        closeQuietly(session, options);
    }

    private static void closeQuietly(OrtSession session, OrtSession.SessionOptions options) {
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

    private static FloatBuffer cleared(FloatBuffer buffer, int cells) {
        FloatBuffer roomy =
                cells > buffer.capacity() ? direct(Math.max(cells, 2 * buffer.capacity())) : buffer;
        return roomy.clear().limit(cells);
    }

    private static FloatBuffer direct(int floats) {
        return ByteBuffer.allocateDirect(Math.multiplyExact(floats, Float.BYTES))
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }
}
