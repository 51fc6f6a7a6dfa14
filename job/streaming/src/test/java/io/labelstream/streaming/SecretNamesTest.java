package io.labelstream.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretNamesTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kafka.ssl.key.password",
                "kafka.sink.sasl.jaas.config",
                "kafka.ssl.keystore.key",
                "sasl.oauthbearer.client.credentials.client.secret",
                "sasl.oauthbearer.assertion.private.key.passphrase",
                "flink.s3.access-key",
                "flink.fs.s3a.access.key",
                "flink.s3.secret-key",
                "flink.fs.azure.account.key.store.blob.core.windows.net",
                "flink.security.ssl.rest.keystore-password",
                "flink.fs.oss.accessKeySecret"
            })
    void secretsAreKnownByName(String key) {
        assertThat(SecretNames.contain(key)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kafka.ssl.keystore.location",
                "kafka.ssl.keystore.certificate.chain",
                "kafka.sasl.mechanism",
                "kafka.sink.key.serializer",
                "batch.max-tokens"
            })
    void otherSettingsMayBeArguments(String key) {
        assertThat(SecretNames.contain(key)).isFalse();
    }
}
