package io.labelstream.benchmark;

import io.labelstream.cli.EmbeddedKafka;
import java.io.IOException;

/** A broker in this JVM: prints its address, and ends when standard input does. */
final class BrokerMain {

    private BrokerMain() {}

    public static void main(String[] args) throws IOException {
        try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
            System.out.println(kafka.bootstrapServers());
            while (System.in.read() >= 0) {
                // Until whoever started it is done, or gone.
            }
        }
        System.exit(0);
    }
}
