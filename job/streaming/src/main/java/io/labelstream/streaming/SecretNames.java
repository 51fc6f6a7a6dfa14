package io.labelstream.streaming;

import java.util.Locale;
import java.util.regex.Pattern;

/** Tells by its name whether a setting of Kafka, Flink or the job holds a secret. */
public final class SecretNames {

    private static final Pattern SECRET =
            Pattern.compile(
                    "password|passphrase|secret|jaas|(private|access|account|keystore)[.-]key");

    private SecretNames() {}

    /** Whether a value must be neither given as an argument nor quoted. */
    public static boolean contain(String key) {
        return SECRET.matcher(key.toLowerCase(Locale.ROOT)).find();
    }
}
