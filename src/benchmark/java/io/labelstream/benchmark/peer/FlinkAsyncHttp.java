package io.labelstream.benchmark.peer;

import io.labelstream.benchmark.Contender;
import io.labelstream.benchmark.Workload;
import io.labelstream.serde.EventEncoder;
import io.labelstream.serde.LabelledEvent;
import io.labelstream.serde.json.JsonEventEncoder;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.streaming.api.datastream.AsyncDataStream;
import org.apache.flink.streaming.api.datastream.DataStream;

/**
 * A Flink job whose async function asks a model server, a text a request. The server runs in the
 * same process, so that its work counts; the two meet through HTTP only.
 */
public final class FlinkAsyncHttp implements Contender {

    static final String CAPACITY = "capacity";
    static final String BATCH = "batch";

    private static final long TIMEOUT_SECONDS = 60;

    @Override
    public String name() {
        return "flink-async-http";
    }

    /**
     * How many requests a slot may have in flight, and how many of them the server runs at once.
     */
    @Override
    public List<Map<String, String>> sweep() {
        return List.of(Map.of(CAPACITY, "32", BATCH, "8"), Map.of(CAPACITY, "128", BATCH, "32"));
    }

    @Override
    public void run(Workload workload, Map<String, String> settings) throws Exception {
        int capacity = Integer.parseInt(settings.get(CAPACITY));
        try (ModelServer server =
                ModelServer.start(workload, Integer.parseInt(settings.get(BATCH)))) {
            FlinkJob.run(
                    workload,
                    texts -> label(texts, new HttpFunction(server.address(), workload), capacity));
        }
    }

    private static DataStream<byte[]> label(
            DataStream<SourceText> texts, HttpFunction function, int capacity) {
        return AsyncDataStream.orderedWait(
                        texts, function, TIMEOUT_SECONDS, TimeUnit.SECONDS, capacity)
                .map(new EncodeFunction());
    }

    /** On the task thread, as an encoder is for one thread and responses come on several. */
    private static final class EncodeFunction extends RichMapFunction<LabelledEvent, byte[]> {
        private static final long serialVersionUID = 1L;

        private transient EventEncoder encoder;

        @Override
        public void open(OpenContext context) {
            encoder = new JsonEventEncoder();
        }

        @Override
        public byte[] map(LabelledEvent event) {
            return encoder.encode(event);
        }
    }
}
