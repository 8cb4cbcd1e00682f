"""Drafts to verdicts: what carries them is found, what fails is mended or rejected."""

import itertools
import zlib
from collections.abc import Callable, Collection, Sequence

import numpy as np
import pytest

from rag_notes.ground.gate import Doubt, Gate
from rag_notes.ground.sentences import embed_sentences
from rag_notes.ground.words import content_stems
from rag_notes.protocols import Vectors
from rag_notes.schema import Chunk, Claim, Draft, Rejected, Source


class StemEmbedder:
    """Bags of stems, hashed: texts that share words are near."""

    name = "stems"

    def __init__(self) -> None:
        self.calls = 0

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.calls += 1
        vectors = np.zeros((len(texts), 512), dtype=np.float32)
        for row, text in enumerate(texts):
            for one in content_stems(text):
                vectors[row, zlib.crc32(one.encode()) % 512] += 1
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(vectors / np.where(lengths == 0, 1, lengths), dtype=np.float32)

    def embed_query(self, text: str) -> Vectors:
        return self.embed([text])


def passage(name: str, *sentences: str) -> Chunk:
    spans: list[tuple[int, int]] = []
    for sentence in sentences:
        first = spans[-1][1] if spans else 0
        spans.append((first, first + len(sentence.split())))
    times = tuple((float(at), at + 1.0) for at in range(spans[-1][1]))
    return Chunk(
        name, "speech", " ".join(sentences), 0.0, times[-1][1], sentences=tuple(spans), times=times
    )


CHUNKS = {
    "c0001": passage(
        "c0001",
        "Okay, um, so hello everyone.",
        "So a a tokenizer is, you know, something that converts strings to sequences of integers.",
        "In this class we use byte pair encoding.",
        "It merges the most common pair of adjacent tokens.",
        "Any questions so far?",
    ),
    "c0002": passage(
        "c0002",
        "With one point four billion parameters, train the model on twenty-eight billion tokens.",
        "That is the rule of Chinchilla.",
        "Attention does not scale to long sequences.",
        "Its cost is quadratic in the length.",
    ),
}
TOKENIZER = Source("c0001", 1)
MERGES = Source("c0001", 3)


def judge(
    drafts: Sequence[Draft],
    *,
    chunks: dict[str, Chunk] = CHUNKS,
    embedder: StemEmbedder | None = None,
    earlier: Sequence[Claim] = (),
    first: int = 1,
) -> list[Claim | Rejected]:
    embedder = embedder or StemEmbedder()
    gate = Gate(embed_sentences(tuple(chunks.values()), embedder), embedder)
    return gate.judge(
        drafts, tuple(chunks), section="3.1", ids=itertools.count(first), earlier=earlier
    )


def verdict(text: str, *sources: Source, earlier: Sequence[Claim] = ()) -> Claim | Rejected:
    (one,) = judge([Draft(text, sources)], earlier=earlier)
    return one


def accepted(text: str, *sources: Source) -> Claim:
    one = verdict(text, *sources)
    assert isinstance(one, Claim), one
    return one


def rejected(text: str, *sources: Source, earlier: Sequence[Claim] = ()) -> str:
    one = verdict(text, *sources, earlier=earlier)
    assert isinstance(one, Rejected), one
    assert one.section == "3.1"
    return one.reason


def test_a_supported_draft_is_a_claim_with_its_citation() -> None:
    claim = accepted("Byte pair encoding merges the most common pair of adjacent tokens.", MERGES)
    assert claim.id == "k0001"
    assert claim.verdict == "supported"
    assert not claim.extractive
    assert 0.5 <= claim.support <= 1
    assert {one.chunk for one in claim.citations} == {"c0001"}
    assert "merges the most common pair" in claim.citations[0].quote


def test_spoken_numbers_support_written_ones() -> None:
    claim = accepted("A model with 1.4B parameters is trained on 28B tokens.", Source("c0002", 0))
    assert "twenty-eight billion" in claim.citations[0].quote


def test_a_wrong_choice_of_sentence_is_mended_by_citing_better() -> None:
    claim = accepted("The most common pair of adjacent tokens is merged.", Source("c0002", 1))
    assert [one.chunk for one in claim.citations] == ["c0001"]
    assert (
        accepted("The most common pair of adjacent tokens is merged.").citations == claim.citations
    )
    assert accepted("The most common pair of tokens is merged.", Source("c0404", 7)).citations


def test_an_unsupported_draft_gives_way_to_the_cleaned_sentence() -> None:
    claim = accepted(
        "The tokenizer converts 512 strings to integers with recurrent networks.", TOKENIZER
    )
    assert claim.extractive
    assert claim.text == "A tokenizer is something that converts strings to sequences of integers."
    assert claim.citations[0].quote.startswith("So a a tokenizer")


@pytest.mark.parametrize(
    ("text", "source", "reason"),
    [
        ("Okay?", MERGES, "says nothing about the subject"),
        (
            "The lecture explains the importance of tokens.",
            MERGES,
            "says nothing about the subject",
        ),
        ("It merges 50,000 pairs of adjacent tokens.", MERGES, "points at something"),
        (
            "Byte pair encoding merges 50,000 pairs.",
            MERGES,
            "number 50000 stands in no cited passage",
        ),
        ("Attention scales to long sequences.", Source("c0002", 2), "says what the passage denies"),
        ("The rule is that of Kaplan.", Source("c0002", 1), '"Kaplan" stands in no cited passage'),
        ("Kernels fuse normalization with other layers.", MERGES, "support"),
    ],
)
def test_what_cannot_be_mended_is_rejected_with_its_reason(
    text: str, source: Source, reason: str
) -> None:
    one = verdict(text, source)
    if isinstance(one, Claim):  # mended: only by the passage's own words
        assert one.extractive
        assert reason != "says nothing about the subject"
    else:
        assert reason in one.reason


@pytest.mark.parametrize(
    "text",
    [
        "A model with 1.4B parameters is trained on 20B tokens.",
        "Byte pair encoding merges the 512 most common pairs of tokens.",
        "Attention does scale to long sequences.",
        "The tokenizer never converts strings to integers.",
    ],
)
def test_a_false_statement_is_never_printed(text: str) -> None:
    one = verdict(text, Source("c0002", 0), MERGES)
    assert isinstance(one, Rejected) or (one.extractive and one.text != text)


def test_repetitions_are_rejected_and_other_numbers_are_not() -> None:
    drafts = [
        Draft("Byte pair encoding merges the most common pair of adjacent tokens.", (MERGES,)),
        Draft("The most common pair of adjacent tokens is merged.", (MERGES,)),
        Draft("A model with 1.4B parameters is trained on 28B tokens.", (Source("c0002", 0),)),
    ]
    first, again, other = judge(drafts, first=12)
    assert isinstance(first, Claim)
    assert isinstance(other, Claim)
    assert (first.id, other.id) == ("k0012", "k0013")
    assert again == Rejected(drafts[1].text, "3.1", f'repeats "{drafts[0].text}"')


def test_a_statement_gives_way_to_one_that_says_it_in_full() -> None:
    merges = "Byte pair encoding merges the most common pair of adjacent tokens."
    short = Draft("Byte pair encoding merges the most common pair.", (MERGES,), extractive=True)
    fuller = Draft(merges, (MERGES,), extractive=True)
    gone, kept = judge([short, fuller])
    assert isinstance(kept, Claim)
    assert gone == Rejected(short.text, "3.1", f'repeats "{merges}"')


def test_nothing_gives_way_to_what_is_not_printed() -> None:
    earlier = accepted("Byte pair encoding merges the most common pair of adjacent tokens.", MERGES)
    short = Draft("Byte pair encoding merges the most common pair.", (MERGES,), extractive=True)
    fuller = Draft(earlier.text, (MERGES,), extractive=True)
    verdicts = judge([short, fuller], earlier=[earlier])
    assert [one.reason for one in verdicts if isinstance(one, Rejected)] == [
        f'repeats "{earlier.text}"'
    ] * 2


def test_what_an_earlier_section_said_is_not_said_again() -> None:
    earlier = accepted("The most common pair of adjacent tokens is merged.", MERGES)
    reason = rejected("Merge the most common pair of adjacent tokens.", MERGES, earlier=[earlier])
    assert reason == f'repeats "{earlier.text}"'


def test_a_table_row_is_locked_by_its_value_and_never_replaced() -> None:
    good = Draft(
        "Tokens for a model of 1.4B parameters.", (Source("c0002", 0),), "number", value="28B"
    )
    bad = Draft(
        "Tokens for a model of 1.4B parameters.", (Source("c0002", 0),), "number", value="30B"
    )
    one, two = (judge([draft])[0] for draft in (good, bad))
    assert isinstance(one, Claim)
    assert one.value == "28B"
    assert isinstance(two, Rejected)
    assert two.reason == "number 30000000000 stands in no cited passage"


def test_verdicts_keep_the_order_and_the_embedder_is_called_in_batches() -> None:
    embedder = StemEmbedder()
    drafts = [Draft("Okay?", ()), Draft("", ())] * 20 + [
        Draft("Adjacent tokens are merged.", (MERGES,))
    ]
    verdicts = judge(drafts, embedder=embedder)
    assert len(verdicts) == len(drafts)
    assert embedder.calls == 2
    assert isinstance(verdicts[-1], Claim)


def test_nothing_in_gives_nothing_out() -> None:
    assert judge([], chunks={}) == []
    (one,) = judge([Draft("Tokens are merged.", (MERGES,))], chunks={})
    assert isinstance(one, Rejected)
    assert one.reason == "no passage of this section says it"


def test_a_corrected_name_is_carried_and_the_quote_stays_as_heard() -> None:
    chunks = {"c0001": passage("c0001", "A balloon filter answers whether an element was seen.")}
    embedder = StemEmbedder()
    draft = Draft("A Bloom filter answers whether an element was seen.", (Source("c0001", 0),))

    def judged(read: Callable[[str], str]) -> Claim | Rejected:
        gate = Gate(embed_sentences(tuple(chunks.values()), embedder, read=read), embedder)
        (one,) = gate.judge([draft], chunks, section="3.1", ids=itertools.count(1))
        return one

    as_heard = judged(str)
    assert isinstance(as_heard, Rejected) or as_heard.extractive
    claim = judged(lambda text: text.replace("balloon", "Bloom"))
    assert isinstance(claim, Claim)
    assert claim.text == draft.text
    assert claim.citations[0].quote == chunks["c0001"].text


# --- the whole lecture, a second opinion, another wording ----------------------------------------

PAIRS = "The most common pair of adjacent tokens is merged."
QUADRATIC = "Attention does not scale to long sequences."
FALSE = "Attention merges 512 pairs of recurrent networks."
OWN = "A tokenizer is something that converts strings to sequences of integers."
DOUBTED = "a second reading does not find it there"


class Asked:
    """A gate's functions with known results, and what they were asked."""

    def __init__(
        self,
        *,
        finds: Collection[str] = (),
        doubts: Callable[[Doubt], bool] = lambda _: False,
        says: Callable[[Doubt], str | None] = lambda _: None,
    ) -> None:
        self.finds, self.doubts, self.says = finds, doubts, says
        self.sought: list[str] = []
        self.heard: list[Doubt] = []
        self.reworded: list[Doubt] = []

    def find(self, text: str) -> Collection[str]:
        self.sought.append(text)
        return self.finds

    def opinion(self, doubts: Sequence[Doubt]) -> list[str | None]:
        self.heard += doubts
        return [DOUBTED if self.doubts(one) else None for one in doubts]

    def rewrite(self, doubts: Sequence[Doubt]) -> list[str | None]:
        self.reworded += doubts
        return [self.says(one) for one in doubts]

    def judge(
        self,
        *drafts: Draft,
        within: Collection[str] = CHUNKS,
        mend: bool = True,
        ask: bool = True,
        read: Callable[[str], str] = str,
    ) -> list[Claim | Rejected]:
        embedder = StemEmbedder()
        sentences = embed_sentences(tuple(CHUNKS.values()), embedder, read=read)
        gate = Gate(sentences, embedder, find=self.find, opinion=self.opinion, rewrite=self.rewrite)
        return gate.judge(drafts, within, section="3.1", ids=itertools.count(1), mend=mend, ask=ask)


def claimed(verdicts: Sequence[Claim | Rejected]) -> Claim:
    (one,) = verdicts
    assert isinstance(one, Claim), one
    return one


def reason_of(verdicts: Sequence[Claim | Rejected]) -> str:
    (one,) = verdicts
    assert isinstance(one, Rejected), one
    return one.reason


def test_support_is_found_elsewhere_in_the_lecture() -> None:
    asked = Asked(finds=["c0001", "c0404"])
    claim = claimed(asked.judge(Draft(PAIRS, ()), within=["c0002"]))
    assert {one.chunk for one in claim.citations} == {"c0001"}
    assert (claim.text, asked.sought) == (PAIRS, [PAIRS])
    assert not claim.extractive


def test_the_lecture_is_not_searched_for_what_passed_or_will_not_be_mended() -> None:
    asked = Asked(finds=["c0001"])
    claimed(asked.judge(Draft(QUADRATIC, (Source("c0002", 2),)), within=["c0002"]))
    reason_of(asked.judge(Draft(PAIRS, ()), within=["c0002"], mend=False))
    reason_of(asked.judge(Draft("Okay?", ()), within=["c0002"]))
    reason_of(asked.judge(Draft("It merges 512 pairs of tokens.", ()), within=["c0002"]))
    assert asked.sought == []


def test_a_search_that_finds_nothing_new_changes_nothing() -> None:
    asked = Asked(finds=["c0002"])
    assert "support" in reason_of(asked.judge(Draft(PAIRS, ()), within=["c0002"]))


def test_what_is_found_elsewhere_is_asked_about_with_the_passage_it_cites() -> None:
    asked = Asked(finds=["c0001"])
    claimed(asked.judge(Draft(PAIRS, (Source("c0002", 1),)), within=["c0002"]))
    (doubt,) = asked.heard
    assert doubt == Doubt(PAIRS, CHUNKS["c0001"].text)


def test_a_second_opinion_sees_the_whole_passages_cited_once_and_as_they_are_read() -> None:
    asked = Asked()
    asked.judge(
        Draft(PAIRS, (Source("c0001", 2), MERGES)), read=lambda text: text.replace("Okay", "Fine")
    )
    (doubt,) = asked.heard
    assert doubt == Doubt(PAIRS, CHUNKS["c0001"].text.replace("Okay", "Fine"))


def test_a_second_opinion_rejects() -> None:
    asked = Asked(doubts=lambda _: True)
    verdicts = asked.judge(Draft(PAIRS, (MERGES,)))
    assert reason_of(verdicts) == DOUBTED
    assert [one.text for one in asked.heard] == [PAIRS]  # "It merges…" stands in for nothing
    assert asked.reworded == []  # a doubt does not tell what to change


@pytest.mark.parametrize("mend", [True, False])
def test_no_second_opinion_is_heard_where_none_is_asked(*, mend: bool) -> None:
    asked = Asked(doubts=lambda _: True)
    assert claimed(asked.judge(Draft(PAIRS, (MERGES,)), mend=mend, ask=False)).text == PAIRS
    assert asked.heard == []


def test_without_a_second_opinion_the_checks_hold() -> None:
    asked = Asked()
    (verdict,) = asked.judge(Draft(FALSE, (MERGES,)), mend=False, ask=False)
    assert isinstance(verdict, Rejected)
    assert "stands in no cited passage" in verdict.reason


def test_a_second_opinion_is_heard_where_nothing_is_mended_too() -> None:
    asked = Asked(doubts=lambda _: True)
    assert reason_of(asked.judge(Draft(PAIRS, (MERGES,)), mend=False)) == DOUBTED
    assert asked.reworded == []


def test_only_what_passed_the_checks_is_asked_about() -> None:
    asked = Asked()
    asked.judge(Draft(PAIRS, (MERGES,)), Draft(FALSE, (MERGES,)), Draft("Okay?", ()), Draft("", ()))
    assert [one.text for one in asked.heard] == [PAIRS]


def test_what_failed_is_written_once_more() -> None:
    asked = Asked(says=lambda _: PAIRS.rstrip("."))
    claim = claimed(asked.judge(Draft(FALSE, (MERGES,))))
    assert claim.text == PAIRS
    assert not claim.extractive
    (doubt,) = asked.reworded
    assert (doubt.text, doubt.passage) == (FALSE, CHUNKS["c0001"].sentence(3))
    assert "stands in no cited passage" in doubt.reason
    assert [one.text for one in asked.heard] == [PAIRS]


@pytest.mark.parametrize("says", [None, "", FALSE, "Attention merges 256 pairs.", "Okay?"])
def test_a_new_wording_that_is_no_better_is_tried_once(says: str | None) -> None:
    asked = Asked(says=lambda _: says)
    verdicts = asked.judge(Draft(FALSE, (MERGES,)))
    assert isinstance(verdicts[0], Rejected)
    assert verdicts[0].text == FALSE
    assert len(asked.reworded) == 1


def test_a_new_wording_is_held_to_the_second_opinion() -> None:
    asked = Asked(says=lambda _: PAIRS, doubts=lambda doubt: doubt.text == PAIRS)
    assert reason_of(asked.judge(Draft(FALSE, (MERGES,)))) == DOUBTED


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("Byte pair encoding merges 512 pairs of tokens.", MERGES),  # a number
        ("The rule is that of Kaplan.", Source("c0002", 1)),  # a name
    ],
)
def test_a_reason_that_tells_what_to_change_has_it_written_once_more(
    text: str, source: Source
) -> None:
    asked = Asked()
    asked.judge(Draft(text, (source,)))
    assert [one.text for one in asked.reworded] == [text]


@pytest.mark.parametrize(
    ("text", "source", "reason"),
    [
        ("It merges adjacent tokens.", MERGES, "points at"),
        ("The most common pair of adjacent tokens and.", MERGES, "no full sentence"),
        ("Kernels fuse normalization with other layers.", MERGES, "support"),
        (f"{PAIRS.rstrip('.')} on recurrent kernels.", MERGES, "adds words"),
    ],
)
def test_what_is_wrong_as_a_whole_is_not_written_once_more(
    text: str, source: Source, reason: str
) -> None:
    asked = Asked(says=lambda _: PAIRS, doubts=lambda doubt: doubt.text != PAIRS)
    assert reason in reason_of(asked.judge(Draft(text, (source,))))
    assert asked.reworded == []


def test_words_of_the_whole_passage_are_none_of_its_own() -> None:
    far = "The most common pair of tokens of integers is merged."  # "integers": two sentences back
    assert claimed(Asked().judge(Draft(far, (MERGES,)))).text == far


def test_chatter_is_not_written_once_more() -> None:
    asked = Asked(says=lambda _: PAIRS)
    reason_of(asked.judge(Draft("Okay?", (MERGES,))))
    assert asked.reworded == []


def test_a_reworded_sentence_of_the_lecture_is_no_longer_its_own() -> None:
    asked = Asked(says=lambda _: PAIRS)
    own = Draft("Byte pair encoding merges 512 pairs of tokens.", (MERGES,), extractive=True)
    claim = claimed(asked.judge(own))
    assert (claim.text, claim.extractive) == (PAIRS, False)


def test_its_own_sentence_stands_in_for_what_could_not_be_mended() -> None:
    asked = Asked()
    claim = claimed(asked.judge(Draft("The tokenizer converts 512 strings.", (TOKENIZER,))))
    assert (claim.text, claim.extractive) == (OWN, True)
    assert asked.heard == []  # it was said


def test_no_second_opinion_is_heard_on_what_was_said_and_is_only_shortened() -> None:
    asked = Asked(doubts=lambda _: True)
    short = "Byte pair encoding merges the common pair of tokens."
    told = claimed(asked.judge(Draft(short, (Source("c0001", 2), MERGES)))).text
    assert told.lower().endswith(short.lower())
    assert asked.heard == []


@pytest.mark.parametrize("source", [MERGES, Source("c0002", 1)])
def test_a_sentence_that_does_not_stand_alone_stands_in_for_nothing(source: Source) -> None:
    said = CHUNKS[source.chunk].sentence(source.sentence)
    asked = Asked()
    (verdict,) = asked.judge(Draft(f"{said.rstrip('.')} and 512 others.", (source,)))
    assert isinstance(verdict, Rejected)
    assert asked.heard == []


def test_a_sentence_that_leans_on_the_one_before_is_told_with_it() -> None:
    asked = Asked()
    claim = claimed(asked.judge(Draft("Its cost is 512.", (Source("c0002", 3),))))
    assert claim.text == (
        "Attention does not scale to long sequences; its cost is quadratic in the length."
    )
    assert claim.extractive
    assert " ".join(one.quote for one in claim.citations) == (
        "Attention does not scale to long sequences. Its cost is quadratic in the length."
    )
    assert asked.heard == []  # it was said


def test_a_sentence_is_told_with_the_statement_accepted_before_it() -> None:
    drafts = [
        Draft("Attention does not scale to sequences.", (Source("c0002", 2),)),
        Draft("It is quadratic in the length.", (Source("c0002", 3),)),
    ]
    told, also = judge(drafts)
    assert isinstance(told, Claim)
    assert told.text == (
        "Attention does not scale to sequences; its cost is quadratic in the length."
    )
    assert also == Rejected(drafts[1].text, "3.1", f'is told with "{drafts[0].text}"')


@pytest.mark.parametrize(
    ("between", "joins"),
    [("Okay.", True), ("That is spread over the whole array by their hashes.", False)],
)
def test_what_was_said_between_parts_sentences(between: str, *, joins: bool) -> None:
    chunks = {
        "c0001": passage(
            "c0001",
            "A counting filter keeps a counter for each position.",
            between,
            "They are lowered when a key is deleted.",
        )
    }
    drafts = [
        Draft("A counting filter keeps a counter for each position.", (Source("c0001", 0),)),
        Draft("They are lowered when a key is deleted.", (Source("c0001", 2),)),
    ]
    first, second = judge(drafts, chunks=chunks)
    assert isinstance(first, Claim)
    assert isinstance(second, Rejected)
    assert ("lowered" in first.text) is joins


def test_what_is_announced_opens_what_is_said_of_it() -> None:
    chunks = {
        "c0001": passage(
            "c0001",
            "So now we're finally going to talk about counting filters.",
            "These were developed by Fan in 1998 for caches of the web.",
        )
    }
    drafts = [Draft("These were developed by Fan in 1998.", (Source("c0001", 1),))]
    (claim,) = judge(drafts, chunks=chunks)
    assert isinstance(claim, Claim)
    assert claim.text == (
        "Counting filters: these were developed by Fan in 1998 for caches of the web."
    )


WRITTEN = "A counting filter has a counter of four bits for each position."
RAMBLES = (
    "A counting filter has a counter of four bits for each position and each key and each table"
    " and each engine and each disk and each cache and each browser of the web and each key of"
    " each page of each store of each table that it has."
)


@pytest.mark.parametrize(
    ("said", "stands_in"),
    [
        (WRITTEN, True),
        (f"So {WRITTEN.lower()}", True),  # what only opens it is left out
        (f"What we say is {WRITTEN.lower()}", False),
        (f"You see {WRITTEN.lower()}", False),
        (f"Here {WRITTEN.lower()}", True),
        (RAMBLES, False),
    ],
)
def test_its_own_sentence_stands_in_only_where_it_reads_well(said: str, *, stands_in: bool) -> None:
    chunks = {"c0001": passage("c0001", said)}
    false = "A counting filter has a counter of 512 bits for each position."
    (verdict,) = judge([Draft(false, (Source("c0001", 0),))], chunks=chunks)
    if stands_in:
        assert isinstance(verdict, Claim)
        assert (verdict.text, verdict.extractive) == (WRITTEN, True)
    else:
        assert verdict == Rejected(false, "3.1", "number 512 stands in no cited passage")


def judged_plainly(said: str, text: str, *sources: int, own_wording: bool) -> Claim | Rejected:
    """A draft about one passage, by an LLM that is trusted with its own wording or is not."""
    chunks = (passage("c0001", *said.split(" / ")),)
    embedder = StemEmbedder()
    gate = Gate(embed_sentences(chunks, embedder), embedder, own_wording=own_wording)
    drafts = [Draft(text, tuple(Source("c0001", number) for number in sources))]
    (verdict,) = gate.judge(drafts, ["c0001"], section="3.1", ids=itertools.count(1))
    return verdict


def test_an_llm_that_is_not_trusted_with_words_of_its_own_may_shorten() -> None:
    said = f"So, right, {WRITTEN.lower()}"
    short = "A counting filter has a counter of four bits."
    turned = "For each position, a counting filter has a counter of four bits."
    for text, own in ((short, True), (short, False), (turned, True)):
        verdict = judged_plainly(said, text, 0, own_wording=own)
        assert isinstance(verdict, Claim), verdict
        assert (verdict.text, verdict.extractive) == (text, False)
    verdict = judged_plainly(said, turned, 0, own_wording=False)
    assert isinstance(verdict, Claim)
    assert (verdict.text, verdict.extractive) == (WRITTEN, True)


def test_where_nothing_said_can_stand_in_other_words_are_rejected() -> None:
    said = "It has, as a counting filter, a counter of four bits for these positions."
    turned = "For positions, a counting filter has a counter of four bits."
    verdict = judged_plainly(said, turned, 0, own_wording=False)
    assert isinstance(verdict, Rejected)
    assert verdict.reason.startswith("says it in other words")


def test_clauses_of_a_sentence_stand_in_those_most_like_the_draft_first() -> None:
    said = "This one is what we had, and the filter stores four bits for each key, so they add up."
    verdict = judged_plainly(said, "The filter stores 512 bits for each key.", 0, own_wording=True)
    assert isinstance(verdict, Claim)
    assert (verdict.text, verdict.extractive) == ("The filter stores four bits for each key.", True)


def test_what_only_says_how_may_be_cut_off() -> None:
    said = "A filter stores four bits for each key, making it as this is the way of them."
    verdict = judged_plainly(said, "The filter stores 512 bits for each key.", 0, own_wording=True)
    assert isinstance(verdict, Claim)
    assert verdict.text == "A filter stores four bits for each key."


def test_an_objection_is_not_cut_off() -> None:
    said = "A filter stores four bits for each key, but a table stores all of the keys."
    verdict = judged_plainly(said, "The filter stores 512 bits for each key.", 0, own_wording=True)
    assert isinstance(verdict, Claim)
    assert verdict.text == said


def test_sentences_that_lean_on_the_first_stand_in_with_it() -> None:
    said = "Okay. / A filter with few bits is often wrong. / It never loses a key."
    verdict = judged_plainly(
        said, "A filter with few bits never loses 512 keys.", 1, 2, own_wording=True
    )
    assert isinstance(verdict, Claim)
    assert verdict.extractive
    assert verdict.text in (
        "A filter with few bits is often wrong.",
        "A filter with few bits is often wrong; it never loses a key.",
    )


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("Other tokens are merged.", "Tokens are merged."),
        ("Otherwise tokens are merged.", "Otherwise tokens are merged."),
    ],
)
def test_others_than_what_is_not_said(text: str, printed: str) -> None:
    (verdict,) = Asked().judge(Draft(text, (MERGES,)), mend=False)
    assert verdict.text == printed


def test_spoken_forms_are_written_down_before_they_are_judged() -> None:
    said = "Attention doesn't, basically, scale to long sequences."
    (verdict,) = Asked().judge(Draft(said, (Source("c0002", 2),)), mend=False)
    assert claimed([verdict]).text == QUADRATIC


# --- sentences as they stand ---------------------------------------------------------------------


def checked(text: str, *sources: Source) -> tuple[str | None, set[str]]:
    embedder = StemEmbedder()
    gate = Gate(embed_sentences(tuple(CHUNKS.values()), embedder), embedder)
    (found,) = gate.check([Draft(text, sources)])
    return found.support.reason, {one.chunk for one in found.citations}


def test_a_sentence_without_sources_is_checked_against_the_whole_lecture() -> None:
    assert checked(PAIRS) == (None, {"c0001"})
    assert checked(QUADRATIC) == (None, {"c0002"})
    reason, _ = checked("A model is trained on 20B tokens.")
    assert reason == "number 20000000000 stands in no cited passage"


def test_a_sentence_with_sources_is_checked_against_these_alone() -> None:
    assert checked(PAIRS, MERGES) == (None, {"c0001"})
    reason, cited = checked(PAIRS, Source("c0002", 3))
    assert reason
    assert cited <= {"c0002"}


def test_a_sentence_with_unknown_sources_or_no_lecture_is_said_by_none() -> None:
    assert checked(PAIRS, Source("c0404", 1)) == ("no passage says it", set())
    embedder = StemEmbedder()
    gate = Gate(embed_sentences((), embedder), embedder)
    (found,) = gate.check([Draft(PAIRS, ())])
    assert (found.support.reason, found.citations) == ("no passage says it", ())
    assert gate.check([]) == []
