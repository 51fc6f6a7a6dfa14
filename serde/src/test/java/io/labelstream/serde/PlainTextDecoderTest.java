package io.labelstream.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlainTextDecoderTest {

    private final TextDecoder text = InputSettings.of(InputFormat.TEXT).decoder();

    @Test
    void textIsTheWholeValue() throws RefusedMessageException {
        assertThat(text.decode(" caf\u00E9 \uD83D\uDE00\n".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(TextEvent.of(" caf\u00E9 \uD83D\uDE00\n"));
    }

    @Test
    void byteOrderMarkIsDropped() throws RefusedMessageException {
        assertThat(text.decode(HexFormat.of().parseHex("efbbbf6869")).text()).isEqualTo("hi");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "c328", // a continuation that is none
                "ff",
                "f5808080", // beyond U+10FFFF
                "f4908080", // beyond U+10FFFF, if only just
                "c080", // overlong NUL
                "e08080", // overlong, three bytes
                "f0808080", // overlong, four bytes
                "80", // a continuation without a beginning
                "eda0bdedb880", // surrogates, each encoded for itself
                "6869e282", // cut within a character
                "fffe68006900" // UTF-16
            })
    void whatIsNotUtf8IsRefused(String hex) {
        assertThatThrownBy(() -> text.decode(HexFormat.of().parseHex(hex)))
                .isInstanceOfSatisfying(
                        RefusedMessageException.class,
                        e -> assertThat(e.reason()).isEqualTo(DeadLetter.Reason.BAD_ENCODING));
    }

    @Test
    void utf8IsWhatJavasOwnStrictDecoderTakes() {
        Random random = new Random(7);
        int valid = 0;
        for (int i = 0; i < 200_000; i++) {
            byte[] bytes = new byte[1 + random.nextInt(5)];
            random.nextBytes(bytes);
            if (i % 2 == 0) {
                bytes = mutated(Character.toString(random.nextInt(0x110000)), random);
            }
            boolean expected = javaTakes(bytes);
            valid += expected ? 1 : 0;
            assertThat(StrictUtf8.isValid(bytes, 0, bytes.length))
                    .as(HexFormat.of().formatHex(bytes))
                    .isEqualTo(expected);
        }
        assertThat(valid).isGreaterThan(10_000);
    }

    private static byte[] mutated(String text, Random random) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (random.nextBoolean()) {
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return bytes;
    }

    private static boolean javaTakes(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
