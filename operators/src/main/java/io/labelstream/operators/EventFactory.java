package io.labelstream.operators;

import io.labelstream.inference.Classification;
import io.labelstream.inference.EncodedText;
import io.labelstream.inference.InferenceException;
import io.labelstream.inference.ModelBundle;
import io.labelstream.inference.ModelOutput;
import io.labelstream.inference.WordWeight;
import io.labelstream.inference.Words;
import io.labelstream.serde.AttendedWord;
import io.labelstream.serde.LabelScore;
import io.labelstream.serde.LabelledEvent;
import io.labelstream.serde.ModelIdentity;
import io.labelstream.serde.SourcePosition;
import io.labelstream.serde.TextEvent;
import java.util.Comparator;
import java.util.List;

/**
 * Makes labelled events of texts and a model's answers: one place, so that the job and the command
 * line say the same of a text. Immutable.
 */
public final class EventFactory {

    private final ModelBundle bundle;
    private final ModelIdentity model;
    private final int topK;
    private final int attentionWords;

    /**
     * Makes events of one model's answers.
     *
     * @param topK how many labels to give; 0 for those that the model says apply
     * @param attentionWords of how many words to give the attention, those with the most; 0 for all
     */
    public EventFactory(ModelBundle bundle, int topK, int attentionWords) {
        this.bundle = bundle;
        this.model = new ModelIdentity(bundle.name(), bundle.version(), bundle.digest());
        this.topK = topK;
        this.attentionWords = attentionWords;
    }

    /**
     * Makes an event.
     *
     * @param source where the text was read; null outside a stream
     * @param timestamp in milliseconds
     * @param encoded the text as the model read it, with spans where attention was asked for
     * @param output the model's answer
     * @throws InferenceException if the answer holds a score that is no number
     */
    public LabelledEvent event(
            TextEvent text,
            SourcePosition source,
            long timestamp,
            EncodedText encoded,
            ModelOutput output)
            throws InferenceException {
        Classification classification = Classification.answer(bundle, output.logits(), topK);
        return new LabelledEvent(
                text.id(),
                source,
                timestamp,
                text.text(),
                text.textPair(),
                classification.best().label(),
                classification.best().score(),
                classification.labels().stream()
                        .map(label -> new LabelScore(label.label(), label.score()))
                        .toList(),
                classification.outOfScope(),
                attention(text.text(), encoded, output),
                encoded.truncated(),
                model);
    }

    private List<AttendedWord> attention(String text, EncodedText encoded, ModelOutput output) {
        // The spans are of another text where the settings that find it have changed since.
        if (output.attention().length == 0 || !encoded.spansFit(text)) {
            return List.of();
        }
        return most(Words.of(text, encoded, output.attention())).stream()
                .map(w -> new AttendedWord(w.word(), w.start(), w.end(), w.weight()))
                .toList();
    }

    /** The most attended words, still in the order of the text; of equal ones the first. */
    private List<WordWeight> most(List<WordWeight> words) {
        if (attentionWords == 0 || words.size() <= attentionWords) {
            return words;
        }
        return words.stream()
                .sorted(Comparator.comparing(WordWeight::weight).reversed())
                .limit(attentionWords)
                .sorted(Comparator.comparing(WordWeight::start))
                .toList();
    }
}
