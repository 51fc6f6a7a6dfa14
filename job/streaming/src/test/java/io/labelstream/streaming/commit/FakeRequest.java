package io.labelstream.streaming.commit;

import org.apache.flink.api.connector.sink2.Committer.CommitRequest;

/** A request as Flink makes it, which remembers what it was told. */
final class FakeRequest implements CommitRequest<GuardedCommittable> {

    private GuardedCommittable committable;
    private String told = "nothing";

    FakeRequest(GuardedCommittable committable) {
        this.committable = committable;
    }

    String told() {
        return told;
    }

    @Override
    public GuardedCommittable getCommittable() {
        return committable;
    }

    @Override
    public int getNumberOfRetries() {
        return 3;
    }

    @Override
    public void signalFailedWithKnownReason(Throwable reason) {
        told = "failed, known: " + reason.getMessage();
    }

    @Override
    public void signalFailedWithUnknownReason(Throwable reason) {
        told = "failed, unknown: " + reason.getMessage();
        throw new IllegalStateException("Failed to commit " + committable, reason);
    }

    @Override
    public void retryLater() {
        told = "retry";
    }

    @Override
    public void updateAndRetryLater(GuardedCommittable committable) {
        this.committable = committable;
        told = "retry";
    }

    @Override
    public void signalAlreadyCommitted() {
        told = "already committed";
    }
}
