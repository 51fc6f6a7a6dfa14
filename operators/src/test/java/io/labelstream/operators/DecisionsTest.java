package io.labelstream.operators;

import static org.assertj.core.api.Assertions.assertThat;

import io.labelstream.avro.TextEvent;
import io.labelstream.inference.ModelBundle;
import io.labelstream.inference.TinyBundle;
import io.labelstream.inference.TinyDecisions;
import io.labelstream.serde.AttendedWord;
import io.labelstream.serde.InputFormat;
import io.labelstream.serde.InputSettings;
import io.labelstream.serde.LabelScore;
import io.labelstream.serde.LabelledEvent;
import io.labelstream.serde.RawMessage;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.util.Utf8;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.datastream.AsyncDataStream;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.api.operators.async.AsyncWaitOperatorFactory;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What each kind of model says, from message to event. */
@Timeout(60)
class DecisionsTest {

    private static final int AS_THE_MODEL_SAYS = 0;

    @TempDir Path folder;

    @Test
    void singleLabelModelGivesItsBestLabelUnlessMoreAreAskedFor() throws Exception {
        ModelBundle bundle = TinyBundle.write(folder);

        assertThat(label(bundle, AS_THE_MODEL_SAYS, "good").labels())
                .extracting(LabelScore::label)
                .containsExactly("positive");
        assertThat(label(bundle, 9, "good").labels())
                .extracting(LabelScore::label)
                .containsExactly("positive", "negative");
        assertThat(label(bundle, AS_THE_MODEL_SAYS, "good").outOfScope()).isFalse();
    }

    @Test
    void textThatFitsNoLabelIsOutOfScopeAndKeepsItsBestLabel() throws Exception {
        ModelBundle bundle = TinyDecisions.outOfScope(folder, 0.9);

        LabelledEvent event = label(bundle, AS_THE_MODEL_SAYS, "the film");

        assertThat(event.outOfScope()).isTrue();
        assertThat(event.label()).isEqualTo("positive");
        assertThat(event.labels()).containsExactly(new LabelScore("positive", event.score()));
        assertThat(event.score()).isBetween(0.5f, 0.9f);
        assertThat(label(bundle, AS_THE_MODEL_SAYS, "good").outOfScope()).isFalse();
        assertThat(label(bundle, 2, "the film").outOfScope()).isTrue();
    }

    @Test
    void multiLabelModelGivesAllLabelsThatReachTheirThreshold() throws Exception {
        ModelBundle bundle = TinyDecisions.multiLabel(folder, 0.45, 0.45);

        LabelledEvent both = label(bundle, AS_THE_MODEL_SAYS, "the film");
        LabelledEvent one = label(bundle, AS_THE_MODEL_SAYS, "bad");

        assertThat(both.labels())
                .extracting(LabelScore::label)
                .containsExactly("positive", "negative");
        assertThat(both.outOfScope()).isFalse();
        assertThat(one.labels()).extracting(LabelScore::label).containsExactly("negative");
        assertThat(one.label()).isEqualTo("negative");
    }

    @Test
    void multiLabelModelMayGiveNoLabelAtAll() throws Exception {
        ModelBundle bundle = TinyDecisions.multiLabel(folder, 0.95, 0.95);

        LabelledEvent event = label(bundle, AS_THE_MODEL_SAYS, "good");

        assertThat(event.labels()).isEmpty();
        assertThat(event.outOfScope()).isTrue();
        assertThat(event.label()).isEqualTo("positive");
        assertThat(event.score()).isBetween(0.8f, 0.95f);
    }

    @Test
    void numberOfLabelsAskedForOverridesThresholds() throws Exception {
        ModelBundle bundle = TinyDecisions.multiLabel(folder, 0.95, 0.95);

        assertThat(label(bundle, 1, "good").labels()).hasSize(1);
        assertThat(label(bundle, 2, "good").labels()).hasSize(2);
        assertThat(label(bundle, 2, "good").outOfScope()).isTrue();
    }

    @Test
    void pairIsReadAsOneAndEchoed() throws Exception {
        ModelBundle bundle = TinyBundle.write(folder);
        ClassifierSettings settings = Settings.of(bundle, InputFormat.AVRO, AS_THE_MODEL_SAYS);

        LabelledEvent alone = label(settings, avro("7", "the film", null));
        LabelledEvent pair = label(settings, avro("8", "the film", "awful food"));

        assertThat(alone.textPair()).isEmpty();
        assertThat(alone.label()).isEqualTo("positive");
        assertThat(pair.id()).isEqualTo("8");
        assertThat(pair.text()).isEqualTo("the film");
        assertThat(pair.textPair()).isEqualTo("awful food");
        assertThat(pair.label()).as("what the second text says").isEqualTo("negative");
        assertThat(pair.attention())
                .as("words of the first text")
                .extracting(AttendedWord::word)
                .containsExactly("the", "film");
    }

    @Test
    void attentionOfTheMostAttendedWordsStaysInTheOrderOfTheText() throws Exception {
        ModelBundle bundle = TinyBundle.write(folder);
        RawMessage message = Settings.message(0, "the food was great and the film good");
        List<AttendedWord> all =
                label(Settings.of(bundle, InputFormat.TEXT, AS_THE_MODEL_SAYS), message)
                        .attention();
        InputSettings input = Settings.of(bundle, InputFormat.TEXT, AS_THE_MODEL_SAYS).input();
        List<AttendedWord> most =
                label(Settings.of(bundle, input, AS_THE_MODEL_SAYS, 3), message).attention();

        assertThat(all).hasSize(8);
        assertThat(most).hasSize(3).isSortedAccordingTo(Comparator.comparing(AttendedWord::start));
        assertThat(all).containsAll(most);
        double least = most.stream().mapToDouble(AttendedWord::weight).min().orElseThrow();
        assertThat(all)
                .filteredOn(word -> !most.contains(word))
                .allMatch(word -> word.weight() <= least);
    }

    private static LabelledEvent label(ModelBundle bundle, int topK, String text) throws Exception {
        return label(Settings.of(bundle, InputFormat.TEXT, topK), Settings.message(0, text));
    }

    private static LabelledEvent label(ClassifierSettings settings, RawMessage message)
            throws Exception {
        try (OneInputStreamOperatorTestHarness<RawMessage, TokenizedText> tokenize =
                        new OneInputStreamOperatorTestHarness<>(
                                new ProcessOperator<>(new TokenizeFunction(settings)));
                OneInputStreamOperatorTestHarness<TokenizedText, Outcome> classify =
                        new OneInputStreamOperatorTestHarness<>(
                                new AsyncWaitOperatorFactory<>(
                                        new ClassifyFunction(settings),
                                        60_000,
                                        64,
                                        AsyncDataStream.OutputMode.ORDERED),
                                TypeInformation.of(TokenizedText.class)
                                        .createSerializer(new SerializerConfigImpl()))) {
            tokenize.open();
            classify.open();
            tokenize.processElement(message, 1);
            classify.processElement(tokenize.extractOutputValues().get(0), 1);
            classify.endInput();
            return Events.of(classify.extractOutputValues().get(0));
        }
    }

    private static RawMessage avro(String id, String text, String pair) throws Exception {
        TextEvent event =
                TextEvent.newBuilder()
                        .setId(new Utf8(id))
                        .setText(new Utf8(text))
                        .setTextPair(pair == null ? null : new Utf8(pair))
                        .build();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
        new SpecificDatumWriter<>(TextEvent.class).write(event, encoder);
        encoder.flush();
        return Settings.message(0, bytes.toByteArray());
    }
}
