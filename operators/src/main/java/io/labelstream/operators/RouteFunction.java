package io.labelstream.operators;

import io.labelstream.serde.LabelledMessage;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;

/** Parts results from dead letters, which leave by {@link TokenizeFunction#DEAD_LETTERS}. */
public final class RouteFunction extends ProcessFunction<Outcome, LabelledMessage> {
    private static final long serialVersionUID = 1L;

    @Override
    public void processElement(Outcome outcome, Context context, Collector<LabelledMessage> out) {
        if (outcome.labelled() == null) {
            context.output(TokenizeFunction.DEAD_LETTERS, outcome.deadLetter());
        } else {
            out.collect(outcome.labelled());
        }
    }
}
