package io.labelstream.cli;

import io.labelstream.streaming.RootCause;
import org.apache.kafka.common.KafkaException;

/** Tells people what went wrong with Kafka. */
final class KafkaFailure {

    private KafkaFailure() {}

    /**
     * A client could not be made. What it says is left out, cause included: a complaint about a
     * login quotes it, password and all.
     */
    static FailureException noClient(String servers, KafkaException e) {
        return new FailureException(
                "Kafka at %s: the client cannot be made (%s). Check kafka.bootstrap.servers (host:port) and the other settings under kafka."
                        .formatted(servers, e.getClass().getSimpleName()));
    }

    /** Something could not be done. */
    static FailureException of(String servers, String problem, Exception e) {
        String reason = RootCause.message(e);
        return new FailureException(
                "Kafka at %s: %s: %s%s"
                        .formatted(servers, problem, reason, reason.endsWith(".") ? "" : "."),
                e);
    }
}
