package io.labelstream.streaming.commit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.apache.kafka.clients.admin.TransactionState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TransactionFateTest {

    @ParameterizedTest
    @CsvSource({
        // Written at epoch 6; version 2 adds one at the end, version 1 does not.
        "COMPLETE_COMMIT, 7, COMMITTED",
        "COMPLETE_COMMIT, 6, COMMITTED",
        "PREPARE_COMMIT, 7, COMMITTED",
        "PREPARE_COMMIT, 6, COMMITTED",
        "COMPLETE_ABORT, 7, ABORTED",
        "COMPLETE_ABORT, 6, ABORTED",
        "PREPARE_ABORT, 7, ABORTED",
        "PREPARE_EPOCH_FENCE, 7, ABORTED",
        // Somebody else committed.
        "COMPLETE_COMMIT, 8, REPLACED",
        "COMPLETE_COMMIT, 9, REPLACED",
        "COMPLETE_COMMIT, 5, REPLACED",
        "COMPLETE_ABORT, 9, REPLACED",
        "EMPTY, 7, REPLACED",
        "EMPTY, 8, REPLACED",
        "ONGOING, 7, REPLACED",
        "ONGOING, 8, REPLACED",
        "ONGOING, 6, UNDECIDED",
        "UNKNOWN, 7, UNDECIDED"
    })
    void isReadFromStateAndEpoch(TransactionState state, int epoch, TransactionFate expected) {
        assertThat(
                        TransactionFate.of(
                                Transactions.kafka("tagger-results-0-7"),
                                Transactions.found(state, epoch)))
                .isEqualTo(expected);
    }

    @Test
    void commitOfAnotherProducerIsNotOurs() {
        assertThat(
                        TransactionFate.of(
                                Transactions.kafka("tagger-results-0-7"),
                                Optional.of(
                                        Transactions.description(
                                                TransactionState.COMPLETE_COMMIT, 4001, 7))))
                .isEqualTo(TransactionFate.REPLACED);
    }

    @Test
    void unknownIdIsForgotten() {
        assertThat(TransactionFate.of(Transactions.kafka("tagger-results-0-7"), Optional.empty()))
                .isEqualTo(TransactionFate.FORGOTTEN);
    }
}
