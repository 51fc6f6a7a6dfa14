package io.labelstream.operators;

import io.labelstream.serde.OutputMessage;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;

/** Parts results from dead letters, which leave by {@link TokenizeFunction#DEAD_LETTERS}. */
public final class RouteFunction extends ProcessFunction<Outcome, OutputMessage> {
    private static final long serialVersionUID = 1L;

    @Override
    public void processElement(Outcome outcome, Context context, Collector<OutputMessage> out) {
        if (outcome.result() == null) {
            context.output(TokenizeFunction.DEAD_LETTERS, outcome.deadLetter());
        } else {
            out.collect(outcome.result());
        }
    }
}
