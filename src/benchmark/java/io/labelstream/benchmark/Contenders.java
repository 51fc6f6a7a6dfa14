package io.labelstream.benchmark;

import io.labelstream.benchmark.peer.ConsumerLoop;
import io.labelstream.benchmark.peer.DjlInFlinkMap;
import io.labelstream.benchmark.peer.FlinkAsyncHttp;
import io.labelstream.benchmark.peer.KafkaStreamsApplication;
import io.labelstream.benchmark.peer.OnnxInFlinkMap;
import java.util.List;

/** All that is measured. */
public final class Contenders {

    public static final List<Contender> ALL =
            List.of(
                    new OnnxInFlinkMap(),
                    new DjlInFlinkMap(),
                    new FlinkAsyncHttp(),
                    new ConsumerLoop(),
                    new KafkaStreamsApplication());

    private Contenders() {}
}
