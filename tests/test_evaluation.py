"""What scripts/evaluate counts with: the figures themselves are its output."""

import os
import re
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from evaluation import mutate
from evaluation.__main__ import MEASUREMENTS
from evaluation.articles import Article, read_articles
from evaluation.captions import (
    Cited,
    Paraphrase,
    cite_all,
    passages_at,
    read_paraphrases,
    subject_of,
)
from evaluation.clock import Clock, Taken
from evaluation.controls import copy_top_passages, first_sentences
from evaluation.judges import Gatekeeper, as_passage, overlap, sentences_of, shared_run
from evaluation.lectures import claims_of, count_notes, is_valid, read_lectures
from evaluation.plants import KINDS, PARAPHRASES, Plant, mutants_of, plant_table, plants_of
from evaluation.reference import default_values
from evaluation.statistics import (
    Share,
    balanced_accuracy,
    best_threshold,
    bootstrap_interval,
    folds_by_group,
    held_out,
    threshold_rejecting,
)
from evaluation.tables import put_between, table
from evaluation.vectors import KeptEmbedder
from evaluation.wice import Scored, accuracy_table, shipped_table, time_table, whole_chunk
from hypothesis import given
from hypothesis import strategies as st

from rag_notes.config import load_config
from rag_notes.errors import InputError
from rag_notes.ground.gate import Gate
from rag_notes.ground.numbers import read_numbers
from rag_notes.ground.sentences import embed_sentences
from rag_notes.protocols import Vectors
from rag_notes.schema import (
    Block,
    Chunk,
    Citation,
    Claim,
    Coverage,
    Notes,
    Provenance,
    Section,
)
from rag_notes.search.embed import HashEmbedder

ROOT = Path(__file__).parent.parent
DATA = Path(os.environ.get("RAG_NOTES_DATA", ROOT.parent / "shared" / "data"))
CAPTIONS = DATA / "hf_course" / "subtitles"
WICE = DATA / "wice" / "oracle_chunks_claim_dev.jsonl"
NOTES_FILE = ROOT / "docs" / "EVALUATION.md"

# --- figures -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [(8, 10, 0.490, 0.943), (0, 10, 0.0, 0.278), (10, 10, 0.722, 1.0), (120, 120, 0.969, 1.0)],
)  # Wilson's interval as statsmodels' proportion_confint gives it
def test_intervals_are_those_of_wilson(part: int, whole: int, low: float, high: float) -> None:
    assert Share(part, whole).interval == pytest.approx((low, high), abs=0.001)


@given(st.integers(0, 400), st.integers(1, 400))
def test_an_interval_holds_its_share(part: int, whole: int) -> None:
    share = Share(min(part, whole), whole)
    low, high = share.interval
    assert 0 <= low <= share.value + 1e-9
    assert share.value - 1e-9 <= high <= 1


def test_a_share_prints_its_counts_and_nothing_where_none_were_counted() -> None:
    assert str(Share(8, 10)) == "8 of 10 = 80.0% (49.0%-94.3%)"
    assert str(Share(0, 0)) == "none"


def test_balanced_accuracy_weighs_both_sides_alike() -> None:
    labels = [True] * 2 + [False] * 8
    assert balanced_accuracy(labels, [True] * 10) == 0.5
    assert balanced_accuracy(labels, [True, False] + [False] * 8) == 0.75
    assert balanced_accuracy(labels, labels) == 1.0


@given(st.lists(st.sampled_from("abcdefghijkl"), min_size=1, max_size=60), st.integers(0, 9))
def test_no_group_is_in_two_folds(groups: list[str], seed: int) -> None:
    folds = folds_by_group(groups, 5, seed)
    for group in set(groups):
        assert len({fold for fold, one in zip(folds, groups, strict=True) if one == group}) == 1
    assert len(set(folds)) == min(5, len(set(groups)))


def test_the_threshold_that_parts_best_is_chosen() -> None:
    assert best_threshold([False, False, True, True], [0.1, 0.2, 0.6, 0.9]) == pytest.approx(0.4)
    assert best_threshold([True, True], [0.5, 0.5]) == 0.5


def test_a_fold_is_judged_by_the_threshold_of_the_others() -> None:
    labels = [False, True, False, True]
    scores = [0.1, 0.3, 0.7, 0.9]  # each fold parts at another place
    predicted, cuts = held_out(labels, scores, [0, 0, 1, 1])
    assert cuts == pytest.approx([0.8, 0.2])
    assert predicted == [False, False, True, True]


def test_a_threshold_rejects_no_more_than_it_may() -> None:
    scores = [number / 100 for number in range(100)]
    cut = threshold_rejecting(scores, 0.10)
    assert sum(score < cut for score in scores) == 10
    assert threshold_rejecting([0.5] * 10, 0.10) == 0.5


def test_the_bootstrap_draws_whole_groups_and_repeats_itself() -> None:
    labels = [True, False] * 20
    predicted = [True, False] * 15 + [False, True] * 5
    one_each = [str(number) for number in range(40)]
    low, high = bootstrap_interval(labels, predicted, one_each, 0)
    assert low < 0.75 < high
    assert (low, high) == bootstrap_interval(labels, predicted, one_each, 0)
    together = [str(number // 10) for number in range(40)]
    wide_low, wide_high = bootstrap_interval(labels, predicted, together, 0)
    assert wide_high - wide_low > high - low


# --- tables --------------------------------------------------------------------------------------


def test_a_table_is_markdown() -> None:
    assert table(["", "a"], [["x|y", "1"]]) == "|  | a |\n| --- | --- |\n| x\\|y | 1 |"


def test_a_table_goes_between_its_markers_and_nowhere_else(tmp_path: Path) -> None:
    file = tmp_path / "e.md"
    file.write_text("by hand\n<!-- a: begin -->\nold\n<!-- a: end -->\nby hand too\n")
    for _ in range(2):
        put_between(file, "a", r"new \1")
    assert file.read_text() == (
        "by hand\n<!-- a: begin -->\nnew \\1\n<!-- a: end -->\nby hand too\n"
    )
    with pytest.raises(InputError, match="expected one pair of <!-- b: begin -->"):
        put_between(file, "b", "new")


# --- vectors -------------------------------------------------------------------------------------


class Counting(HashEmbedder):
    """Counts the texts that it embeds."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.texts += texts
        return super().embed(texts)


def test_vectors_are_computed_once_and_kept(tmp_path: Path) -> None:
    texts = ["a filter", "a hash", "a filter"]
    behind = Counting()
    kept = KeptEmbedder(behind, tmp_path)
    kept.prepare(texts)
    assert sorted(behind.texts) == ["a filter", "a hash"]
    again = Counting()
    found = KeptEmbedder(again, tmp_path).embed(texts)
    assert again.texts == []
    np.testing.assert_array_equal(found, HashEmbedder().embed(texts))


def test_a_damaged_file_of_vectors_counts_as_none(tmp_path: Path) -> None:
    (tmp_path / "vectors-hash-256.npz").write_bytes(b"PK\x03\x04 no archive")
    KeptEmbedder(HashEmbedder(), tmp_path).prepare(["a filter"])
    assert KeptEmbedder(again := Counting(), tmp_path).embed(["a filter"]).shape == (1, 256)
    assert again.texts == []


# --- judges --------------------------------------------------------------------------------------

SENTENCES = (
    "A Bloom filter is an array of 9600 bits with 7 hash functions.",
    "It was described by Burton Bloom in 1970.",
    "A lookup reads the bits that the hash functions name.",
)
PASSAGE = as_passage("c0001", SENTENCES)


def test_a_passage_is_made_of_its_sentences() -> None:
    assert sentences_of(PASSAGE) == SENTENCES
    assert sentences_of(as_passage("c1", ["one  two", " ", "three"])) == ("one two", "three")


def test_the_gate_judges_as_it_is_shipped() -> None:
    gate = Gatekeeper(HashEmbedder())
    claim = "A Bloom filter is an array of 9600 bits with 7 hash functions"
    assert gate.accepts(claim, (PASSAGE,))
    assert not gate.accepts(claim.replace("9600", "9900"), (PASSAGE,))
    assert not gate.accepts("Merkle trees sign the blocks of a ledger.", (PASSAGE,))
    assert not Gatekeeper(HashEmbedder(), enough=1.01).accepts(claim, (PASSAGE,))
    assert gate.support(claim, (PASSAGE,)).reason is None
    assert gate.support(claim.replace("9600", "9900"), (PASSAGE,)).numbers == ("9900",)


def test_word_overlap_is_the_share_of_content_words() -> None:
    assert overlap("The filter reads bits.", ["Filters read the words"]) == pytest.approx(2 / 3)
    assert overlap("It is so.", ["anything"]) == 0.0


@pytest.mark.parametrize(
    ("claim", "shared"), [("So a b c D e, f!", True), ("a b c d e x f", False), ("a b", False)]
)
def test_a_shared_run_is_told(claim: str, shared: bool) -> None:
    assert shared_run(claim, "and a b, c d e f too", 6) is shared


# --- plants --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("claim", "changed"),
    [
        ("It has 9600 bits.", "It has 9603 bits."),
        ("In 2018, 7 came.", "In 2015, 7 came."),
        ("About 1,000 of 3.", "About 1,003 of 3."),
        ("It is 41.3 % now.", "It is 41.6 % now."),
        ("A 9th-grade class.", "A 6th-grade class."),
        ("None here.", None),
    ],
)
def test_a_planted_number_is_another_number(claim: str, changed: str | None) -> None:
    assert mutate.change_number(claim) == changed
    if changed:
        values = [number.value for number in read_numbers(claim)]
        assert [number.value for number in read_numbers(changed)] != values


def test_a_planted_name_is_one_of_another_claim() -> None:
    others = ["It was Ada Lovelace again.", "There it was, by Alan Turing."]
    assert mutate.swap_name("It was Ada King who came.", others) == "It was Alan Turing who came."
    assert mutate.swap_name("It was nobody.", others) is None
    assert mutate.swap_name("It was Ada King who came.", others[:1]) is None


@pytest.mark.parametrize(
    ("claim", "turned"),
    [
        ("A filter can err.", "A filter can not err."),
        ("A filter does not err.", "A filter does err."),
        ("Filters err.", None),
    ],
)
def test_a_planted_negation_says_the_contrary(claim: str, turned: str | None) -> None:
    assert mutate.turn(claim) == turned


def test_the_plants_of_a_paraphrase_are_those_it_has() -> None:
    claim = Paraphrase("a.srt", 1.0, "It has 7.", number="It has 8.", name=None, negated="No 7.")
    other = as_passage("c0002", ["Something else."])
    plants = plants_of(Cited(claim, (PASSAGE,), (other,)))
    assert [plant.kind for plant in plants] == [KINDS[0], KINDS[1], KINDS[3], KINDS[4]]
    assert plants[-1] == Plant(KINDS[4], "It has 7.", (other,))
    assert {plant.passages for plant in plants[:-1]} == {(PASSAGE,)}


def articles() -> list[tuple[Article, Chunk]]:
    texts = ("In 1970 it was Burton who came.", "It was Ada.", "In 1843 it was Grace Hopper.")
    chunks = [as_passage(f"e{at}", [text]) for at, text in enumerate(texts)]
    titles = ("Bloom", "Bloom", "Hopper")
    return [
        (Article(title, text, True, (chunk,)), chunk)
        for title, text, chunk in zip(titles, texts, chunks, strict=True)
    ]


def test_the_plants_made_by_rule_differ_and_borrow_from_another_article() -> None:
    claims = articles()
    plants = mutants_of(claims)
    for claim, chunk in claims:
        mutants = [one for one in plants if one.kind != KINDS[0] and one.passages == (chunk,)]
        assert all(one.text != claim.text or one.kind == KINDS[4] for one in mutants)
    moved = [one for one in plants if one.kind == KINDS[4]]
    assert [one.passages[0].id for one in moved] == ["e2", "e2", "e0"]
    assert next(one.text for one in plants if one.kind == KINDS[2]) == (
        "In 1970 it was Grace Hopper who came."
    )


def test_a_plant_table_counts_what_is_caught() -> None:
    plants = [Plant(KINDS[0], "true", ()), Plant(KINDS[1], "false", ())]
    lines = plant_table(plants, {"sees": lambda text, _: text == "true"}).splitlines()
    assert "untouched, rejected | 0 of 1 = 0.0%" in lines[2]
    assert "number changed, caught | 1 of 1 = 100.0%" in lines[3]
    assert "name swapped, caught | none" in lines[4]


# --- WiCE ----------------------------------------------------------------------------------------


def test_a_claim_is_scored_on_all_sentences_of_a_chunk() -> None:
    claim = "Burton Bloom described an array of 9600 bits in 1970."
    found = whole_chunk(claim, PASSAGE, HashEmbedder())
    assert not found.locked
    assert found.coverage == 1.0
    assert whole_chunk(claim.replace("1970", "1971"), PASSAGE, HashEmbedder()).numbers == ("1971",)


def test_the_tables_of_wice_say_what_was_measured() -> None:
    chunk = as_passage("e0", ["Something."])
    claims = [Article(f"t{n}", "x", n % 2 == 0, (chunk,)) for n in range(20)]
    way = Scored("by parity", tuple(float(one.supported) for one in claims), 0.5, "0.70")
    assert "| by parity | 1.000 (1.000-1.000) | 0.50-0.50 | 0.70 |" in accuracy_table(claims, [way])
    shipped = shipped_table(claims, [way, replace(way, name="other", shipped=None)])
    assert shipped.count("10 of 10") == 2
    assert "other" not in shipped
    times = time_table(Taken(0.002, 0.001), Taken(0.003, 0.002), Taken(0.01, 0.02), Taken(1, 2))
    assert "| both together | 12.0 ms | 21.0 ms | under 50 ms |" in times
    assert "| 1000.0 ms | 2000.0 ms |  |" in times


def test_a_clock_tells_waiting_from_work() -> None:
    clock = Clock()
    time.sleep(0.05)
    taken = clock.taken()
    assert taken.wall >= 0.05
    assert taken.processor < taken.wall


# --- finished notes ------------------------------------------------------------------------------

SPEECH = (
    Chunk(
        "c0001",
        "speech",
        "The array has 9600 bits. Seven hash functions name them.",
        start=0.0,
        end=9.8,
        sentences=((0, 5), (5, 10)),
        times=tuple((float(n), n + 0.8) for n in range(10)),
    ),
    Chunk("c0002", "speech", "A cache is no filter.", start=400.0, end=410.0, sentences=((0, 5),)),
)
CITED = Citation("c0001", "speech", "array has 9600 bits", start=1.0, end=4.8)
TOPIC = Section(
    "3.1",
    "topic",
    "Filters",
    (Block("explanation", (Claim("k0001", "The array has 9600 bits.", (CITED,), 0.9),)),),
    query="bits of the array",
    retrieved=("c0001",),
)
NOTES = Notes("T", "en", (TOPIC,), Coverage(0.5, timed=True), Provenance("0", "w", "m", "l"))
KNOWN = {chunk.id: chunk for chunk in SPEECH}


def gate() -> Gate:
    return Gate(embed_sentences(SPEECH, HashEmbedder()), HashEmbedder())


def test_good_notes_are_counted() -> None:
    figures = count_notes(NOTES, SPEECH, 410.0, gate())
    assert (figures.claims, figures.valid, figures.uncited_numbers) == (1, Share(1, 1), 0)
    assert (figures.windows, figures.supported) == (Share(1, 2), Share(1, 1))


@pytest.mark.parametrize(
    "bad",
    [
        replace(CITED, chunk="c0009"),
        replace(CITED, chunk="c0002", quote="no filter", start=401.0, end=402.0),  # not retrieved
        replace(CITED, quote="array has 9,600 bits"),
        replace(CITED, quote=" "),
        replace(CITED, start=7.0, end=11.0),
        replace(CITED, start=None),
        replace(CITED, kind="slide", page=1),
    ],
)
def test_a_citation_that_is_not_valid_is_told(bad: Citation) -> None:
    assert is_valid(CITED, TOPIC, KNOWN)
    assert not is_valid(bad, TOPIC, KNOWN)


def test_a_paragraph_and_a_page_are_places_too() -> None:
    slide = Chunk("s0001", "slide", "9600 bits", page=3)
    untimed = Chunk("c0003", "speech", "9600 bits", paragraph=2)
    section = replace(TOPIC, retrieved=("s0001", "c0003"))
    known = {one.id: one for one in (slide, untimed)}
    assert is_valid(Citation("s0001", "slide", "9600 bits", page=3), section, known)
    assert not is_valid(Citation("s0001", "slide", "9600 bits", page=4), section, known)
    assert is_valid(Citation("c0003", "speech", "9600 bits", paragraph=2), section, known)
    assert not is_valid(Citation("c0003", "speech", "9600 bits", paragraph=1), section, known)


def test_numbers_of_a_value_count_and_questions_claim_nothing() -> None:
    row = Claim("k1", "Its size.", (CITED,), 0.9, value="12000")
    asked = Claim("k2", "Does it have 13 bits?", (), 0.0, answer=replace(row, value="9600"))
    blocks = (Block("number", (row,)), Block("question", (asked,)))
    notes = replace(NOTES, sections=(replace(TOPIC, blocks=blocks),))
    assert [claim.id for _, claim in claims_of(notes)] == ["k1", "k1"]
    assert count_notes(notes, SPEECH, None, gate()).uncited_numbers == 1


def test_control_notes_say_only_what_they_cite() -> None:
    top = copy_top_passages(NOTES, SPEECH, HashEmbedder())
    first = first_sentences(NOTES, SPEECH, 2)
    for notes in (top, first):
        texts = [claim.text for _, claim in claims_of(notes)]
        assert texts == ["The array has 9600 bits.", "Seven hash functions name them."]
        figures = count_notes(notes, SPEECH, 410.0, gate())
        assert figures.valid == Share(2, 2)
        assert figures.windows == Share(1, 2)
    assert len(list(claims_of(first_sentences(NOTES, SPEECH, 99)))) == 3


def test_a_folder_without_finished_lectures_has_none(tmp_path: Path) -> None:
    (tmp_path / "begun").mkdir()
    assert read_lectures(tmp_path) == ()
    assert read_lectures(tmp_path / "absent") == ()


def test_the_rows_of_a_hyperparameter_table_are_found_by_line() -> None:
    lines = "# Notes\n| Hyperparameter | Default |\n|---|---|\n| `a` | 50 000 | 3 |\n| b | Adam |"
    assert default_values([*lines.splitlines(), "", "| c | 4 |"]) == {4: "50 000"}
    assert default_values(["no table"]) == {}


# --- our paraphrases -----------------------------------------------------------------------------


def test_there_are_120_paraphrases_and_their_plants_differ() -> None:
    claims = read_paraphrases(PARAPHRASES)
    assert len(claims) == len({one.text for one in claims}) == 120
    plants = [(one.text, plant) for one in claims for plant in (one.number, one.name, one.negated)]
    assert not [1 for text, plant in plants if plant is not None and plant == text]
    assert sum(one.negated is not None for one in claims) == 120


@pytest.mark.skipif(not CAPTIONS.is_dir(), reason="the course captions are not here")
def test_paraphrases_are_our_words_and_move_to_another_subject() -> None:
    cited = cite_all(read_paraphrases(PARAPHRASES), CAPTIONS, load_config(), seed=0)
    texts = [(one, " ".join(chunk.text for chunk in one.passages)) for one in cited]
    assert sum(shared_run(one.claim.text, text, 6) for one, text in texts) == 0
    assert not [1 for one in cited if set(one.passages) & set(one.elsewhere)]
    assert cited == cite_all(read_paraphrases(PARAPHRASES), CAPTIONS, load_config(), seed=0)


def test_twins_show_the_same() -> None:
    assert subject_of("08_a-(pytorch).srt") == subject_of("09_a-(tensorflow).srt") == "a"
    assert subject_of("23_b.srt") != subject_of("24_c.srt")


def test_a_moment_is_held_by_the_passage_that_began_last() -> None:
    assert passages_at(5.0, SPEECH) == SPEECH
    assert passages_at(399.0, SPEECH) == SPEECH
    assert passages_at(400.0, SPEECH) == SPEECH[1:]


@pytest.mark.skipif(not WICE.is_file(), reason="WiCE is not here")
def test_each_claim_of_wice_comes_once_with_its_chunks() -> None:
    found = read_articles(WICE)
    assert len(found) == 349
    assert sum(one.supported for one in found) == 114
    assert {len(one.chunks) for one in found} <= {1, 2, 3}


def test_the_document_has_a_place_for_every_table() -> None:
    names = re.findall(r"<!-- ([\w-]+): begin -->", NOTES_FILE.read_text())
    tables = [name for one in MEASUREMENTS.values() for name in one.TABLES]
    assert sorted(names) == sorted(tables)
