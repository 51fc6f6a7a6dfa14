package io.labelstream.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShippedModelsTest {

    @TempDir Path home;

    @BeforeEach
    void ship() throws IOException {
        Files.createDirectories(home.resolve("models/sentiment-en"));
        Files.writeString(home.resolve("models/sentiment-en/config.json"), "{}");
        // The cards lie beside the bundles, where the documents link to them.
        Files.createDirectories(home.resolve("models/shipped/sentiment-en"));
        System.setProperty(ShippedModels.HOME_PROPERTY, home.toString());
    }

    @AfterEach
    void forget() {
        System.clearProperty(ShippedModels.HOME_PROPERTY);
    }

    @Test
    void nameIsThatOfAShippedModel() {
        assertThat(ShippedModels.names()).containsExactly("sentiment-en");
        assertThat(ShippedModels.find("sentiment-en"))
                .isEqualTo(home.resolve("models/sentiment-en"));
    }

    @Test
    void anythingElseIsAFolder() {
        assertThat(ShippedModels.find(home.toString())).isEqualTo(home);
        assertThat(ShippedModels.find(home + "/models/../models"))
                .isEqualTo(home.resolve("models"));
    }

    @Test
    void whatIsNeitherIsRefusedWithTheNamesThereAre() {
        assertThatThrownBy(() -> ShippedModels.find("sentiment"))
                .isInstanceOf(BundleException.class)
                .hasMessageContaining("sentiment")
                .hasMessageContaining("there are: sentiment-en");
        assertThatThrownBy(() -> ShippedModels.find("../models"))
                .isInstanceOf(BundleException.class);
    }

    @Test
    void withoutADistributionThereAreNone() {
        forget();

        assertThat(ShippedModels.names()).isEmpty();
        assertThatThrownBy(() -> ShippedModels.find("sentiment-en"))
                .hasMessageContaining("there are none");
    }
}
