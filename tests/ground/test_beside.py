"""Statements are printed with the sentences beside them that they would be misread without."""

import itertools
from dataclasses import replace

import pytest

from rag_notes.ground.gate import Gate
from rag_notes.ground.sentences import embed_sentences
from rag_notes.schema import Claim, Draft, Source
from tests.ground.test_gate import StemEmbedder, passage
from tests.ground.test_joined import told

ARRAY = "A Bloom filter is an array of bits that stands for a set of keys."
CHANCE = "The chance that a bit is still zero falls with the number of keys."


def printed(*said: str, draft: int = -1) -> list[str]:
    return told(*said, draft=draft)


@pytest.mark.parametrize(
    ("limits", "as_printed"),
    [
        ("But keys can never be deleted from the array.", "; but keys can never be deleted"),
        ("However, keys can never be deleted from it.", "; but keys can never be deleted"),
        ("This is only for small sets of keys.", "; this is only for small sets of keys"),
        ("It also answers queries without any disk.", "; it also answers queries"),
        ("These bits answer queries without any disk.", "; these bits answer queries"),
        ("Assuming there are more bits than keys.", ", assuming there are more bits than keys"),
    ],
)
def test_what_limits_a_statement_or_goes_on_with_it_is_printed_behind_it(
    limits: str, as_printed: str
) -> None:
    assert f"{ARRAY.rstrip('.')}{as_printed}" in printed(ARRAY, limits, draft=0)[0]


@pytest.mark.parametrize(
    "after",
    [
        "But let's talk about that next week.",
        "Cuckoo filters came later and store fingerprints.",
        "Those fingerprints are stored in a table of buckets.",  # nothing named them
        "This is all what is inside the array of bits.",
        "But I do not know.",
    ],
)
def test_what_says_nothing_of_a_statement_is_not_printed_behind_it(after: str) -> None:
    assert printed(ARRAY, after, draft=0) == [ARRAY]


def test_a_statement_is_printed_behind_what_it_goes_on_from() -> None:
    said = ("Each query costs one read of the disk.", "Instead, the array is kept in main memory.")
    assert printed(ARRAY, *said)[-1] == (
        "Each query costs one read of the disk; instead, the array is kept in main memory."
    )


def test_so_goes_on_only_from_what_it_speaks_of() -> None:
    shared = "The data set holds inputs and labels."
    assert printed(ARRAY, shared, "So we need no separate labels for training.")[-1] == (
        "The data set holds inputs and labels; we need no separate labels for training."
    )
    other = "Cuckoo filters came much later."
    (_, alone) = printed(ARRAY, other, "So we need no separate labels for training.")
    assert alone == "We need no separate labels for training."


def test_a_reason_is_told_with_what_it_is_of() -> None:
    (one,) = printed(CHANCE, "This is because each key sets bits of the array.")
    assert one == f"{CHANCE.rstrip('.')}; this is because each key sets bits of the array."


def test_what_stands_between_two_statements_goes_with_the_first() -> None:
    between = "It is computed from the number of keys and bits."
    first, second = printed(CHANCE, between, "Then each query reads the bits of its key.")
    assert first == f"{CHANCE.rstrip('.')}; it is computed from the number of keys and bits."
    assert second == "Each query reads the bits of its key."


def test_what_holds_here_is_not_told_without_its_example() -> None:
    unseen = "Let's look at the table on the screen now."
    here = "Here the filter answers maybe for each of its keys."
    assert printed(CHANCE, unseen, here) == [CHANCE]
    (one,) = printed(CHANCE, here)  # with what was said before it, it is clear
    assert one.endswith("; the filter answers maybe for each of its keys.")
    saved = "We have to call the save function of the filter."
    named = "Here, the array of the filter is saved in a file named x."
    (*_, last) = printed(CHANCE, saved, named)
    assert last.endswith("; here, the array of the filter is saved in a file named x.")


def test_a_statement_stays_one_that_can_be_read() -> None:
    long = "But " + ", ".join(f"the filter number {at} keeps its keys" for at in range(12)) + "."
    assert printed(ARRAY, long, draft=0) == [ARRAY]


def test_a_short_sentence_that_names_the_same_goes_before() -> None:
    named = "The final choice is between public and private tables."
    public = "Public tables are read by anyone who has the name."
    assert printed(ARRAY, named, public)[-1] == (
        "The final choice is between public and private tables; "
        "public tables are read by anyone who has the name."
    )
    other = "Cuckoo filters came much later and store fingerprints of keys."
    assert printed(ARRAY, other, public)[-1] == public


def test_the_text_of_a_stage_direction_is_not_told() -> None:
    (_, one) = printed(ARRAY, "(indistinct) We read a table of names from the disk (laughs).")
    assert one == "We read a table of names from the disk."


@pytest.mark.parametrize(
    ("said", "beside"),
    [
        ("Iron rusts in moist air of a few weeks.", "Provided oxygen is there the wood burns."),
        ("Napoleon lost the battle at Waterloo.", "Second World War losses were far higher."),
        ("A ripe banana releases ethylene gas.", "This year farmers grow fewer olives in Spain."),
        ("A ripe banana releases ethylene gas.", "Such is the nature of great music by Brahms."),
        ("A ripe banana releases ethylene gas.", "It takes eight minutes for light to reach us."),
    ],
)
def test_words_that_only_look_like_joints_join_nothing(said: str, beside: str) -> None:
    assert printed(said, beside, draft=0)[0] == said


def test_what_somebody_might_believe_opens_no_statement() -> None:
    believed = "You might believe that the heart makes the blood of a body."
    made = "Blood is made by the marrow of the bones of a body."
    assert printed(ARRAY, believed, made)[-1] == made


@pytest.mark.parametrize(
    ("after", "kept"),
    [
        ("Well, maybe not quite all, but you do not know how many.", False),
        ("Sorry, that's wrong, it rises.", False),
        ("Or of bits, excuse me.", False),
        ("Excuse me.", True),
        ("Sorry, can you hear me at the back?", True),
        ("No keys were lost before the table said sorry to a user.", True),
        ("Well, I mean the disk will always be slow, but that is fine.", True),
        ("Not all keys are strings.", True),
    ],
)
def test_what_the_speaker_takes_back_is_not_told(after: str, kept: bool) -> None:
    assert (CHANCE in printed(CHANCE, after, draft=0)) is kept


def test_a_question_about_a_case_goes_before_its_answer() -> None:
    asked = "Here is a fundamental question: So, if I give you a budget of bits, how many keys fit?"
    answer = "A larger array takes more keys, and a smaller array takes fewer."
    assert printed(ARRAY, asked, answer)[-1] == (
        "If I give you a budget of bits, how many keys fit? "
        "A larger array takes more keys, and a smaller array takes fewer."
    )
    assert printed(ARRAY, "How many keys fit?", answer)[-1] == answer


def test_a_first_that_nothing_follows_is_not_numbered() -> None:
    task = "The last step is to make a card on which users find what the array holds."
    unseen = "That has some parts."
    first = "First, you need to write down the number of keys and of bits."
    assert printed(task, unseen, first)[-1] == (
        "You need to write down the number of keys and of bits."
    )
    second = "Then you name the hash functions of the filter."
    assert printed(first, second)[0].startswith("First, you need")


def test_what_is_used_is_told_behind_what_for() -> None:
    purpose = "Now, to save the keys of a filter is much like saving an array."
    used = "We use either the dump function for keys or the store function for bits."
    assert printed(CHANCE, purpose, used)[-1] == (
        "To save the keys of a filter is much like saving an array; we use either the dump "
        "function for keys or the store function for bits."
    )


def test_the_value_of_an_example_is_not_told_as_one_of_all() -> None:
    value = "And the answer here is 1.6."
    assert printed(CHANCE, value, "So every key of a filter takes 1.6 bytes of the array.") == [
        CHANCE
    ]


def test_the_first_of_a_list_is_told_with_what_it_is_a_list_of() -> None:
    listed = "The query of a filter takes two arguments."
    first = "So the first argument is the key that is looked for."
    assert printed(CHANCE, listed, first)[-1] == (
        "The query of a filter takes two arguments; the first argument is the key that is looked "
        "for."
    )
    shown = "Here is what I took from the pairs on the screen."
    assert printed(CHANCE, shown, "In the first pair, the two keys have equal bits.") == [CHANCE]


def test_this_by_name_is_what_was_named_last() -> None:
    other = "Let's try a key of digits."
    said = "The answer of the filter is not sure, because the array is short."
    limit = "But it has found that this key is in the array."
    assert printed(other, said, limit, draft=1)[-1] == said
    named = "The filter keeps sets of words from Asia and Africa."
    (one,) = printed(named, "But keys from these countries can be few.", draft=0)[:1]
    assert one == f"{named.rstrip('.')}; but keys from these countries can be few."


def test_a_number_that_is_said_again_is_no_example() -> None:
    shown = "Let me type 0 here."
    rule = "The positions of bits start at 0 in most filters."
    assert printed(CHANCE, shown, rule) == [CHANCE, rule]
    asked = "I do not ask you to learn the name of each of the filters by heart."
    last = "The last filter is the one that stores fingerprints of keys."
    assert printed(CHANCE, asked.replace("filters", "tables"), last)[-1] == last


def test_another_stays_another_behind_what_it_is_another_of() -> None:
    lead = "Instead, one task of the filter is to answer queries."
    (one,) = printed(ARRAY, lead, "Another task of the filter is to count the keys.", draft=-1)[-1:]
    assert "one task of the filter is to count" not in one


def test_what_stands_on_something_dropped_is_dropped_with_it() -> None:
    said = (
        "Let's look at the table on the screen now.",
        "Here the filter answers maybe for each of its keys.",
        "Here the query reads the disk for each answer of the filter.",
    )
    assert printed(CHANCE, *said) == [CHANCE]


def test_what_another_topic_tells_is_not_told_again_as_a_lead() -> None:
    lead, instead = "Each query costs one read.", "Instead, the array is kept in main memory."
    chunks = [passage("c0001", lead), passage("c0002", instead)]
    embedder, ids = StemEmbedder(), itertools.count(1)
    gate = Gate(embed_sentences(chunks, embedder), embedder)

    def judged(chunk: str, earlier: list[Claim]) -> list[Claim]:
        drafts = [Draft(gate._sentences.text(Source(chunk, 0)), (Source(chunk, 0),))]
        both = [one.id for one in chunks]
        found = gate.judge(drafts, both, section="3.1", ids=ids, earlier=earlier)
        return [one for one in found if isinstance(one, Claim)]

    before = judged("c0001", [])
    assert [one.text for one in before] == [lead]
    assert lead.rstrip(".") in judged("c0002", [])[0].text
    assert lead.rstrip(".") not in judged("c0002", before)[0].text


def test_what_spells_out_another_sentence_is_not_told_without_it() -> None:
    honour = "But you would be relying on some kind of system there."
    namely = "Namely, a user of the filter trusts each of the keys."
    assert printed(CHANCE, "Let's look at the screen now.", namely) == [CHANCE]
    (one,) = printed(CHANCE, honour, namely)[:1]
    assert CHANCE.rstrip(".") in one
    seems = "At first it might seem like a filter could not work."
    assert printed(CHANCE, seems, "I mean, every key of a filter can be copied.") == [CHANCE]


def test_a_limit_behind_an_example_is_told() -> None:
    example = "For example, a user reads one bit of it."
    limit = "But keys can never be deleted from the array."
    assert printed(ARRAY, example, limit, draft=0)[0] == (
        f"{ARRAY.rstrip('.')}; but keys can never be deleted from the array."
    )


def test_what_a_listener_says_carries_nothing_and_is_answered_nowhere() -> None:
    asks = "Is the array of ten bits full at ten keys?"
    answers = "The answer is that half of the ten bits are set by the keys."
    chunk = replace(passage("c0001", asks, answers), listeners=((0, len(asks.split())),))
    embedder = StemEmbedder()
    sentences = embed_sentences([chunk], embedder)
    assert sentences.sources == (Source("c0001", 1),)
    drafts = [Draft(asks, (Source("c0001", 0),)), Draft(answers, (Source("c0001", 1),))]
    found = Gate(sentences, embedder).judge(
        drafts, ["c0001"], section="3.1", ids=itertools.count(1)
    )
    assert not [one for one in found if isinstance(one, Claim)]


SMITH = "Adam Smith wrote of China in the Wealth of Nations:"
QUOTED = '"The country has long been stationary in its laws and riches.'
QUOTED_ON = 'Its laws hold back the riches that its soil and climate admit of."'


def test_a_quotation_is_told_with_whom_it_is_of() -> None:
    (smith, quoted) = printed(SMITH, QUOTED, QUOTED_ON, draft=1)
    assert smith.startswith("Adam Smith wrote of China")
    assert quoted.startswith(QUOTED.rstrip("."))
    assert quoted.endswith('its soil and climate admit of."')
    assert not printed("Let me read you what he says here.", QUOTED, QUOTED_ON, draft=1)
    named = 'He says that it was "because they have laws and rules of reason".'
    assert printed(named.replace("He says", "Smith says")) == [
        named.replace("He says", "Smith says")
    ]


def test_a_no_is_not_told_without_what_it_answers() -> None:
    no = "No, the keys of the filter stay in the array for good."
    assert not printed("Somebody may well ask about that in a moment, right?", no)
    kept = "The keys of the filter stay in the array for good."
    assert printed(kept) == [kept]


def test_this_question_takes_up_a_question_alone() -> None:
    assert printed(ARRAY, "This is not a new question of the keys.", draft=0) == [ARRAY]


def test_what_a_listener_says_between_two_sentences_parts_them() -> None:
    asks, goes_on = "Can you clear the bits of a key?", "It would clear the bits of other keys too."
    chunks = [passage("c0001", ARRAY), passage("c0002", asks, goes_on)]
    chunks[1] = replace(chunks[1], listeners=((0, len(asks.split())),))
    assert told(ARRAY, goes_on, passages=chunks, within=("c0001", "c0002")) == [ARRAY]


def test_what_spells_out_a_case_is_not_told_without_it() -> None:
    case = "If the array of the filter is small, then more of its bits are set."
    spelled = "That is, on net, the array of the filter holds more of the keys."
    assert len(printed(case, spelled)) <= 2
    assert not printed("You have this supply of bits here, right?", spelled)


def test_what_a_listener_says_supports_no_neighbour() -> None:
    asks = "I think the Bloom filter forgets every key after one day."
    keeps = "The Bloom filter keeps every key of the array."
    chunk = replace(passage("c0001", asks, keeps), listeners=((0, len(asks.split())),))
    embedder = StemEmbedder()
    gate = Gate(embed_sentences([chunk], embedder), embedder)
    draft = Draft("The Bloom filter forgets every key after one day.", (Source("c0001", 1),))
    (found,) = gate.judge([draft], ["c0001"], section="3.1", ids=itertools.count(1))
    assert not isinstance(found, Claim) or "forgets" not in found.text


def test_a_sentence_that_two_statements_begin_with_is_told_once() -> None:
    lead = "The experiment divided the people of Korea in two halves by law."
    north, south = "The north of Korea got a plan.", "The south of Korea got a market."
    chunk = passage("c0001", lead, north, south)
    embedder = StemEmbedder()
    gate = Gate(embed_sentences([chunk], embedder), embedder)
    first, second, third = (Source("c0001", at) for at in range(3))
    drafts = [
        Draft(f"{lead.rstrip('.')}; the north of Korea got a plan.", (first, second)),
        Draft(f"{north.rstrip('.')}; the south of Korea got a market.", (second, third)),
    ]
    found = gate.judge(drafts, ["c0001"], section="3.1", ids=itertools.count(1))
    texts = [one.text for one in found if isinstance(one, Claim)]
    assert len(texts) == 1
    assert texts[0].count("north of Korea") == 1
    assert texts[0].endswith("; the south of Korea got a market.")


def test_a_sentence_with_words_that_nobody_understood_is_not_told() -> None:
    told_of = "The array of the filter is as large as memory allows."
    assert printed(told_of) == [told_of]
    assert not printed(f"[UNINTELLIGIBLE] {told_of.lower()}")
    assert not printed(told_of.replace("is as", "[inaudible] is as"))
    assert printed(f"{told_of} [INAUDIBLE]")


def test_what_somebody_said_may_go_on_in_the_next_sentence() -> None:
    goes_on = "The keys of the filter are an important part of the array."
    assert not printed("They said, yes, it is hard for all of them.", goes_on)
    assert printed("It is hard for all of them.", goes_on) == [goes_on]


def test_a_thought_is_not_told_as_what_is_so() -> None:
    thought = "They were thinking, boy, the array of the filter is full."
    more = "The keys of the filter have all the bits of the array."
    assert not printed(thought, more)
    assert printed("The array of the filter is full.", more)


@pytest.mark.parametrize(
    "after",
    [
        "I'm not saying I believe this of the bits, but some do.",
        "This statement was absolutely wrong.",
        "But of course that is a myth about the bits.",
        "They were all wrong.",
    ],
)
def test_what_is_called_wrong_next_is_not_told(after: str) -> None:
    view = "The keys of the filter are stored in full in the array of bits."
    assert printed(view, "Nobody had looked at it then.", draft=0) == [view]
    assert not printed(view, after, draft=0)
    assert not printed(view, "Nobody had looked at it then.", after, draft=0)


def test_whose_view_it_is_goes_on_in_the_next_sentence() -> None:
    view = "The keys of the filter are stored in full in the array of bits."
    assert not printed("The most common view of this, in all the books, is a Freudian one.", view)
    assert not printed("The theory goes like this, they say.", view)
