package io.labelstream.benchmark.peer;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.translate.NoBatchifyTranslator;
import ai.djl.translate.TranslatorContext;
import io.labelstream.inference.EncodedText;
import io.labelstream.inference.ModelBundle;
import io.labelstream.inference.ModelOutput;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * Text to logits, with DJL's tokenizer and arrays. DJL's own {@code TextClassificationTranslator}
 * does not do: it stacks, sorts and scores with array operations that the OnnxRuntime engine lacks
 * and would borrow from a second engine, PyTorch, and it knows no calibration. This one makes
 * arrays of shape {@code [1, tokens]} at once and reads the logits, which is also less work.
 */
final class DjlTranslator implements NoBatchifyTranslator<String, SlotModel.Answer>, AutoCloseable {

    private static final String TRUNCATED = "truncated";
    private static final int[] NONE = {};
    private static final float[] NO_ATTENTION = {};

    private final HuggingFaceTokenizer tokenizer;
    private List<String> inputs;

    private DjlTranslator(HuggingFaceTokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    static DjlTranslator open(ModelBundle bundle) throws IOException {
        String limit = Integer.toString(bundle.maxTokens());
        return new DjlTranslator(
                HuggingFaceTokenizer.newInstance(
                        bundle.folder().resolve(ModelBundle.TOKENIZER_FILE),
                        Map.of(
                                "truncation",
                                "true",
                                "padding",
                                "false",
                                "maxLength",
                                limit,
                                "modelMaxLength",
                                limit)));
    }

    @Override
    public void prepare(TranslatorContext context) {
        inputs = context.getModel().describeInput().keys();
    }

    @Override
    public NDList processInput(TranslatorContext context, String text) {
        Encoding encoding = tokenizer.encode(text);
        context.setAttachment(TRUNCATED, encoding.exceedMaxLength());
        NDList arrays = new NDList(inputs.size());
        for (String input : inputs) {
            long[] row =
                    switch (input) {
                        case "input_ids" -> encoding.getIds();
                        case "attention_mask" -> encoding.getAttentionMask();
                        case "token_type_ids" -> encoding.getTypeIds();
                        default ->
                                throw new IllegalArgumentException(
                                        "The model has an input '%s'; expected input_ids, attention_mask and token_type_ids."
                                                .formatted(input));
                    };
            NDArray array = context.getNDManager().create(new long[][] {row});
            array.setName(input);
            arrays.add(array);
        }
        return arrays;
    }

    @Override
    public SlotModel.Answer processOutput(TranslatorContext context, NDList outputs) {
        boolean truncated = (boolean) context.getAttachment(TRUNCATED);
        return new SlotModel.Answer(
                new EncodedText(NONE, 0, truncated, NONE),
                new ModelOutput(outputs.get("logits").toFloatArray(), NO_ATTENTION));
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
