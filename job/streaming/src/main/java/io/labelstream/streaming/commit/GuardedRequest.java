package io.labelstream.streaming.commit;

import org.apache.flink.api.connector.sink2.Committer.CommitRequest;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.apache.flink.util.ExceptionUtils;
import org.apache.kafka.common.errors.InvalidPidMappingException;

/**
 * What the connector's committer sees of a request: a refusal for good is kept back until the
 * broker has been asked what it means.
 */
final class GuardedRequest implements CommitRequest<KafkaCommittable> {

    private final CommitRequest<GuardedCommittable> request;
    private Throwable refusal;

    GuardedRequest(CommitRequest<GuardedCommittable> request) {
        this.request = request;
    }

    /** Flink's own request. */
    CommitRequest<GuardedCommittable> request() {
        return request;
    }

    /** Why the broker will never commit it; null if it did, or may yet. */
    Throwable refusal() {
        return refusal;
    }

    @Override
    public KafkaCommittable getCommittable() {
        return request.getCommittable().transaction();
    }

    @Override
    public int getNumberOfRetries() {
        return request.getNumberOfRetries();
    }

    @Override
    public void signalFailedWithKnownReason(Throwable reason) {
        refusal = reason;
    }

    @Override
    public void signalFailedWithUnknownReason(Throwable reason) {
        // The connector does not know this one: the broker has forgotten the transactional id.
        if (ExceptionUtils.findThrowable(reason, InvalidPidMappingException.class).isPresent()) {
            refusal = reason;
        } else {
            request.signalFailedWithUnknownReason(reason);
        }
    }

    @Override
    public void retryLater() {
        request.retryLater();
    }

    @Override
    public void updateAndRetryLater(KafkaCommittable committable) {
        request.updateAndRetryLater(
                new GuardedCommittable(committable, request.getCommittable().positions()));
    }

    @Override
    public void signalAlreadyCommitted() {
        request.signalAlreadyCommitted();
    }

    @Override
    public String toString() {
        return request.getCommittable().toString();
    }
}
