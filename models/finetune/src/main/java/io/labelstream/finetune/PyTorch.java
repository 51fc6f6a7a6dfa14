package io.labelstream.finetune;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;

/** The door to the training engine: nothing else loads its native library. */
final class PyTorch {

    static {
        // Before its first class loads: it would look for native libraries on the network.
        setIfAbsent("ai.djl.offline", "true");
        setIfAbsent("OPT_OUT_TRACKING", "true");
    }

    private PyTorch() {}

    /**
     * A new manager of arrays, which owns native memory until it is closed.
     *
     * @throws FineTuneException if this platform has no native library of the engine
     */
    static NDManager newManager() {
        try {
            return NDManager.newBaseManager("PyTorch");
        } catch (EngineException | LinkageError e) {
            throw new FineTuneException(
                    "The PyTorch engine cannot be loaded: %s. Fine-tuning runs on Linux x86-64, with pytorch-native-cpu on the class path; all other commands run everywhere."
                            .formatted(e.getMessage()),
                    e);
        }
    }

    private static void setIfAbsent(String key, String value) {
        if (System.getProperty(key) == null) {
            System.setProperty(key, value);
        }
    }
}
