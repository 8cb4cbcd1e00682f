import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_notes.ground.numbers import said_numbers
from rag_notes.ground.prose import clean_sentence, is_filler, is_worth_keeping, points_outside
from rag_notes.ground.words import content_stems


@pytest.mark.parametrize(
    ("spoken", "clean"),
    [
        (
            "um, so the the tokenizer is, you know, kind of simple, right?",
            "The tokenizer is simple.",
        ),
        ("Okay, so we we can we can see it", "We can see it."),
        ("OKAY。And we use BPE，嗯 for text", "We use BPE, for text."),
        (
            "UM, SO TOKENIZATION IS THE PROCESS OF TURNING RAW TEXT INTO A SET OF INTEGERS",
            "Tokenization is the process of turning raw text into a set of integers.",
        ),
        ("THEY TRAIN IT ON GPUS AND I KNOW THAT", "They train it on GPUS and I know that."),
        ("- this kind of model is large", "This kind of model is large."),
        ("as you know what it is", "As you know what it is."),
        ("if you know the rate, you are done", "If you know the rate, you are done."),
        ("what I mean by rate is this", "What I mean by rate is this."),
        ("So far it works.", "So far it works."),
        ("np.array holds it", "np.array holds it."),
        ("it is one one six", "It is one one six."),
        ("it is not, not a rate", "It is not, not a rate."),
        ("um, uh", ""),
        ("嗯。", "嗯."),
        ("data from, you know, the web", "Data from the web."),
        ("you know the web", "You know the web."),
        ("the line is straight. Which gives a rule", "The line is straight, which gives a rule."),
        ("It is the cost. Is cost grows", "It is the cost is cost grows."),
        ("the net that you can. Pipe in", "The net that you can pipe in."),
        ("it grows and it becomes. Bound by memory", "It grows and it becomes bound by memory."),
        ("It is all that it can. Then it stops.", "It is all that it can. Then it stops."),
        ("A function is called. The stack grows.", "A function is called. The stack grows."),
        ("There are two. Which is better is open.", "There are two. Which is better is open."),
    ],
)
def test_speech_becomes_prose(spoken: str, clean: str) -> None:
    assert clean_sentence(spoken) == clean


SPEECH = (
    "um uh so okay like we the model does not never train 3e-4 twenty eight BPE , . is you"
    " know kind of tokens GPT-2 no without right?"
)


@given(st.lists(st.sampled_from(sorted(set(SPEECH.split()))), max_size=25))
def test_cleaning_keeps_content_numbers_and_negations(words: list[str]) -> None:
    text = " ".join(words)
    clean = clean_sentence(text)
    dropped = {"like", "right", "kind"}
    assert set(content_stems(text)) - dropped <= set(content_stems(clean)) | {"know", "um", "uh"}
    assert said_numbers(clean) == said_numbers(text) or "eight" in text
    for negation in ("not", "never", "no", "without"):
        assert text.split().count(negation) == sum(
            word.strip(",.").lower() == negation for word in clean.split()
        )


@given(st.text(max_size=80))
def test_any_text_is_cleaned_once_and_for_all(text: str) -> None:
    clean = clean_sentence(text)
    assert clean_sentence(clean).rstrip(".") == clean.rstrip(".") or len(clean) < len(text) + 2
    assert "\n" not in clean


@pytest.mark.parametrize(
    "text",
    [
        "Okay?",
        "Any questions?",
        "Welcome everyone to the class.",
        "Now notice the total number of keys here.",
        "You understand the heart of the filter.",
        "There is a way to find it, which, spoiler alert, takes all bits.",
        "So that was a quick overview of how you store keys.",
        "We'll wait a few seconds, and the filter should be ready.",
        "The lecture explains the importance of attention.",
        "This section introduces tokenization.",
        "In this video we will study tokenizers.",
        "Let's take a look at the code.",
        "We'll talk about that later.",
        "Attention plays a crucial role.",
        "It is important to understand the basics.",
        "If you ask it why, the reply is: teaching fosters innovation.",
        "There are many different kinds of tokenizers.",
        "We recommend that you check out the videos on tokenizers.",
        "",
    ],
)
def test_chatter_is_filler(text: str) -> None:
    assert is_filler(text)


@pytest.mark.parametrize(
    "text",
    [
        "The lecture explains that attention is quadratic.",
        "A tokenizer maps strings to integers.",
        "The video card has 80 GB of memory.",
        "A short summary of the keys is kept by the filter.",
        "Padding gives all rows one length.",
        "We use 3e-4 as the learning rate.",
    ],
)
def test_a_statement_is_no_filler(text: str) -> None:
    assert not is_filler(text)


@pytest.mark.parametrize(
    "text",
    [
        "This one is better.",
        "As I said, the loss goes down.",
        "A model like the one shown here is large.",
        "A paper like this one is hard to read.",
        "This part is simple.",
        "It uses byte pairs.",
        "They train on text.",
        "This means that the loss falls.",
        "You can see that thing on the screen.",
    ],
)
def test_pointing_sentences_are_found(text: str) -> None:
    assert points_outside(text)


@pytest.mark.parametrize(
    "text",
    [
        "It is important to normalise inputs before training.",
        "It takes two weeks to train the model.",
        "These embeddings are learned.",
        "The loss goes down as the model grows.",
    ],
)
def test_sentences_that_stand_alone_do_not_point(text: str) -> None:
    assert not points_outside(text)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("A tokenizer maps strings to sequences of integers.", True),
        ("Attention is quadratic in the sequence length.", True),
        ("Hash functions map keys to bits.", True),
        ("The model.", False),
        ("There are many different kinds of tokenizers.", False),
        ("There are many tokenizers, which map strings to integers.", True),
        ("A tokenizer for a model is really important.", False),
        ("I actually failed this class when I took it.", False),
        ("A nice picture of the cat on the mat", False),
        ("Now if you look... when the model trains on text.", False),
    ],
)
def test_only_full_statements_are_worth_keeping(text: str, kept: bool) -> None:
    assert is_worth_keeping(text) is kept


def test_what_the_listener_is_only_asked_to_have_in_mind_is_filler() -> None:
    assert is_filler("Think of a table with many keys.")
    assert not is_filler("Think of the table as an array of bits.")
    assert is_filler("Unit 3 is about tables.")


@pytest.mark.parametrize(
    "said",
    [
        "Recall is the share of relevant keys found.",
        "Section 230 is a law on speech.",
        "Picture quality is low in the dark.",
        "We have seen how inflation hurts savers.",
    ],
)
def test_a_definition_that_begins_like_chatter_is_kept(said: str) -> None:
    assert not is_filler(said)


@pytest.mark.parametrize(
    "sentence",
    [
        "In macroeconomics, you will see that the multiplier depends on savings.",
        "In winter, you will get a slower rise from the same yeast.",
        "For simplicity, we will present the force as a vector.",
        "The answer is a dominant seventh chord.",
        "The answer is A minor, the relative key of C major.",
        "The answer is D'Alembert's principle of virtual work.",
        "The answer is no longer disputed among historians.",
    ],
)
def test_what_other_fields_say_of_their_subject_is_no_filler(sentence: str) -> None:
    assert not is_filler(sentence)


@pytest.mark.parametrize(
    "text",
    [
        "The following content is provided under a Creative Commons license.",
        "Your support will help MIT OpenCourseWare offer courses for free.",
        "To make a donation or view additional materials, visit our website.",
        "Subtitles by the Amara community.",
        "This video is sponsored by a maker of knives.",
        "We are finishing up what is behind the demand curve.",
        "We talked last time about labor supply.",
        "If we go to the next figure, forget the supply.",
        "Take 20 seconds and talk to your neighbor to find an answer.",
        "The feedback system is illustrated.",
    ],
)
def test_who_made_and_pays_for_a_recording_is_filler(text: str) -> None:
    assert is_filler(text)


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("One, empire was the least original thing.", "Empire was the least original thing."),
        ("Number two, the keys are hashed.", "The keys are hashed."),
        ("One, the red line, is the ratio of wages.", "One, the red line, is the ratio of wages."),
        ("One, two, three keys are set.", "One, two, three keys are set."),
        ("One key is set.", "One key is set."),
    ],
)
def test_the_number_of_an_item_is_not_told(said: str, left: str) -> None:
    assert clean_sentence(said) == left
