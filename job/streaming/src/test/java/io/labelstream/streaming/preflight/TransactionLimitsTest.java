package io.labelstream.streaming.preflight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.labelstream.streaming.JobConfig;
import io.labelstream.streaming.TestSettings;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.junit.jupiter.api.Test;

class TransactionLimitsTest {

    private static final long WEEK = 7 * 24 * 3600_000L;

    @Test
    void defaultsOfBothGoTogether() {
        assertThat(check(broker(900_000, WEEK)))
                .isEqualTo(
                        Verdict.ok(
                                "output.transaction-timeout is 900 s, the brokers allow 900 s."));
    }

    @Test
    void oneBrokerOfSeveralThatAllowsLessIsEnough() {
        assertThatThrownBy(() -> check(broker(900_000, WEEK), broker(60_000, WEEK)))
                .isInstanceOf(PreflightException.class)
                .hasMessage(
                        "Kafka at b:9: output.transaction-timeout is 900 s, but the broker's transaction.max.timeout.ms allows 60 s. Lower the one or raise the other.");
    }

    @Test
    void brokerThatForgetsATransactionWhileItIsOpenIsNamed() {
        assertThatThrownBy(() -> check(broker(900_000, 900_000)))
                .isInstanceOf(PreflightException.class)
                .hasMessageContaining("transactional.id.expiration.ms is 900 s")
                .hasMessageContaining("expected more than output.transaction-timeout, 900 s");
    }

    @Test
    void shortMemoryIsAWarning() {
        Verdict verdict = check(broker(900_000, WEEK), broker(900_000, 3600_000));

        assertThat(verdict.status()).isEqualTo(Finding.Status.WARNING);
        assertThat(verdict.message())
                .contains("transactional.id.expiration.ms is 3600 s, less than a day")
                .contains("Raise it");
    }

    @Test
    void brokerThatDoesNotSayIsTooOld() {
        assertThatThrownBy(() -> check(new Config(List.of())))
                .hasMessage(
                        "Kafka at b:9: the broker does not say its transaction.max.timeout.ms. Labelstream needs Kafka 4.");
    }

    @Test
    void memoryThatIsNotToldIsLeftOut() {
        Config silent =
                new Config(List.of(new ConfigEntry(TransactionLimits.MAX_TIMEOUT, "900000")));

        assertThat(check(silent))
                .isEqualTo(
                        Verdict.ok(
                                "output.transaction-timeout is 900 s, the brokers allow 900 s; they do not say their transactional.id.expiration.ms."));
    }

    @Test
    void brokersThatDoNotAnswerAreAWarningBesideWhatTheOthersSay() {
        String unread = "of these brokers cannot be read: 2 (away); whether they allow";

        Verdict well = limits().check(List.of(broker(900_000, WEEK)), List.of("2 (away)"));
        assertThat(well.status()).isEqualTo(Finding.Status.WARNING);
        assertThat(well.message()).contains(unread).contains("Start them, or allow");

        Verdict two = limits().check(List.of(broker(900_000, 3600_000)), List.of("2 (away)"));
        assertThat(two.message()).contains("less than a day").contains(unread);

        assertThat(limits().check(List.of(), List.of("2 (away)"))).isEqualTo(well);
        assertThatThrownBy(() -> limits().check(List.of(broker(1000, WEEK)), List.of("2 (away)")))
                .isInstanceOf(PreflightException.class)
                .hasMessageContaining("allows 1 s");
    }

    private static Verdict check(Config... brokers) {
        return limits().check(List.of(brokers), List.of());
    }

    private static TransactionLimits limits() {
        return new TransactionLimits("b:9", JobConfig.of(TestSettings.minimal()));
    }

    private static Config broker(long maxTimeout, long expiration) {
        List<ConfigEntry> entries = new ArrayList<>();
        entries.add(new ConfigEntry(TransactionLimits.MAX_TIMEOUT, Long.toString(maxTimeout)));
        entries.add(new ConfigEntry(TransactionLimits.EXPIRATION, Long.toString(expiration)));
        return new Config(entries);
    }
}
