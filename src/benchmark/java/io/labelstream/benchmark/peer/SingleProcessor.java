package io.labelstream.benchmark.peer;

import io.labelstream.inference.InferenceException;
import java.util.function.Supplier;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.processor.api.FixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorContext;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;

/** Labels each text in a run of its own. Runs on a stream thread. */
final class SingleProcessor implements FixedKeyProcessor<byte[], String, byte[]> {

    private final Supplier<SlotModel> models;
    private FixedKeyProcessorContext<byte[], byte[]> context;
    private SlotModel model;

    /**
     * Makes a processor.
     *
     * @param models gives the model of the thread that asks
     */
    SingleProcessor(Supplier<SlotModel> models) {
        this.models = models;
    }

    @Override
    public void init(FixedKeyProcessorContext<byte[], byte[]> context) {
        this.context = context;
        this.model = models.get();
    }

    @Override
    public void process(FixedKeyRecord<byte[], String> message) {
        SourceText text =
                SourceText.of(
                        context.recordMetadata().orElseThrow(),
                        message.timestamp(),
                        message.value());
        try {
            context.forward(message.withValue(model.label(text)));
        } catch (InferenceException e) {
            throw new StreamsException(e);
        }
    }
}
