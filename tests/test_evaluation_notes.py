"""What scripts/evaluate notes counts with, on cases made by hand."""

import json
from pathlib import Path

import numpy as np
import pytest
from evaluation import density, reading, structure
from evaluation.checked import Pair, count_checked, draw, found_by_hand
from evaluation.filler import filler_reason
from evaluation.finished import Lecture, claims_in
from evaluation.lectures import Finished
from evaluation.markdown import faults_of, why_not_rendered
from evaluation.repeats import find_repeats
from evaluation.statistics import Share, interval_by_group
from evaluation.vectors import KeptEmbedder

from rag_notes.export.markdown import to_markdown
from rag_notes.pipeline.state import LOGISTICS_TITLE
from rag_notes.schema import (
    Block,
    BlockKind,
    Chunk,
    Citation,
    Claim,
    Coverage,
    Notes,
    Provenance,
    Section,
)
from rag_notes.search.embed import HashEmbedder
from tests import build

SPEECH = tuple(
    Chunk(f"c{at:04}", "speech", text, 60.0 * at, 60.0 * at + 50)
    for at, text in enumerate(
        (
            "Kneading links two proteins of the flour.",
            "The dough rests for 20 minutes in the bowl.",
            "An oven stone holds the heat under the loaf.",
        )
    )
)


def claim(text: str, *, chunk: int = 0, id: str = "k0001") -> Claim:
    cited = Citation(SPEECH[chunk].id, "speech", SPEECH[chunk].text, 60.0 * chunk, 60.0 * chunk + 9)
    return Claim(id, text, (cited,), 0.9)


def topic(title: str, *claims: Claim, kind: BlockKind = "explanation", at: float = 0) -> Section:
    names = tuple(chunk.id for chunk in SPEECH)
    return Section("3", "topic", title, (Block(kind, claims),), (at, at + 50), retrieved=names)


def lecture(*sections: Section, folder: Path = Path("absent")) -> Lecture:
    goals = Section("1", "goals", "Goals", (Block("goal", (claim("Explain kneading."),)),))
    story = Section("2", "story", "Story", (Block("story", (claim("Bread is made."),)),))
    provenance = Provenance("0", "captions", "hash-256", "echo")
    notes = Notes("Bread", "en", (goals, story, *sections), Coverage(1.0, timed=True), provenance)
    return Lecture(folder, Finished("bread", notes, SPEECH, 170.0), "bread.srt", "")


def faults(*sections: Section, folder: Path = Path("absent")) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in structure.examine(lecture(*sections, folder=folder)).faults:
        found.setdefault(one.kind, []).append(one.where)
    return found


GOOD = topic("Kneading the Flour", claim("Kneading links two proteins of the flour."))
BAKED = topic("Oven and Stone", claim("An oven stone holds the heat.", chunk=2), at=120)


# --- filler and repeats --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Check out the video on yeast for more.", "points elsewhere"),
        ("To learn about flour, look at the second video.", "points elsewhere"),
        ("There are a lot of bread recipes.", "announces only"),
        ("There are various kneading strategies we can apply.", "announces only"),
        ("In assignment three you bake a loaf.", "is about the course"),
        ("Some other bells and whistles exist.", "is about the telling"),
        ("Baking is fun.", "judges only"),
        ("Temperature matters.", "judges only"),
        ("The way it works is a big idea.", "says nothing specific"),
        ("Bread is bread.", "says nothing specific"),
        ("Kneading links two proteins of the flour.", None),
        ("Dough rests for 20 minutes.", None),
        ("There are two phases: mixing, which wets the flour, and kneading.", None),
        ("A hot stone is great because it stores the heat of the oven walls.", None),
    ],
)
def test_filler_is_what_tells_nothing(text: str, why: str | None) -> None:
    assert filler_reason(text) == why


def test_a_statement_must_say_more_than_its_title() -> None:
    text = "Sourdough starters use wild yeast."
    assert filler_reason(text, "Sourdough Starters and Wild Yeast") == "says no more than its title"
    assert filler_reason(text, "Sourdough") is None


def test_a_topic_of_logistics_may_speak_of_the_course() -> None:
    text = "In assignment three students bake a rye loaf."
    assert filler_reason(text, "Course Logistics") is None
    assert filler_reason(text, "Rye") == "is about the course"


@pytest.mark.parametrize(
    ("one", "two", "repeats"),
    [
        ("Kneading links proteins of the flour.", "Kneading links the flour's proteins.", True),
        ("Bake the loaf for 20 minutes.", "Bake the loaf for 40 minutes.", False),
        ("Bake the loaf for 20 minutes.", "Bake the loaf some minutes.", True),
        ("Kneading links proteins of the flour.", "A stone holds the oven's heat.", False),
        ("Dough rises.", "Dough rises overnight when the fridge is cold enough.", False),
    ],
)
def test_a_repeat_says_the_same_with_the_same_numbers(one: str, two: str, repeats: bool) -> None:
    assert find_repeats([one, two], HashEmbedder()) == (((0, 1),) if repeats else ())


def test_a_statement_repeated_twice_is_two_repeats() -> None:
    text = "Kneading links two proteins of the flour."
    assert find_repeats([text] * 3, HashEmbedder()) == ((0, 1), (0, 2))
    assert find_repeats([], HashEmbedder()) == ()


def test_what_a_reader_skips_is_counted_once(tmp_path: Path) -> None:
    fine = "Kneading links two proteins of the flour."
    fun = "Kneading is fun."
    section = topic("Dough", claim(fine), claim(fine), claim(fun), claim(fun))
    found = reading.filler_of(lecture(section), KeptEmbedder(HashEmbedder(), tmp_path))
    assert (found.statements, len(found.reasons), found.skipped) == (4, 2, 3)
    assert [one.yes for one in found.pairs] == [False, True, True, True]
    assert "3 of 4 = 75.0%" in reading.filler_table([found])


# --- structure -----------------------------------------------------------------------------------


def test_good_notes_have_no_fault(tmp_path: Path) -> None:
    made = lecture(GOOD, BAKED, folder=tmp_path)
    text = to_markdown(made.finished.notes, media=None, slides=None)
    (tmp_path / "notes.md").write_text(text, encoding="utf-8")
    found = structure.examine(made)
    assert found.faults == ()
    assert found.blocks == ("Detailed Explanation",)
    assert found.titles == Share(4, 4)


@pytest.mark.parametrize(
    ("sections", "kind", "where"),
    [
        ((topic("Rye"),), "section without a statement", "Rye"),
        ((BAKED, GOOD), "topic out of the order of time", "Kneading the Flour"),
        ((GOOD, GOOD), "title twice", "Kneading the Flour"),
        ((GOOD, GOOD), "section twice", "Kneading the Flour / Kneading the Flour"),
        ((topic("Dough", claim("A dough.")),), "title too short or long", "Dough"),
        (
            (topic("bowl, dough, oven", claim("A.")),),
            "title that names no subject",
            "bowl, dough, oven",
        ),
        (
            (topic("Introduction to Rye", claim("A.")),),
            "title that names no subject",
            "Introduction to Rye",
        ),
        (
            (topic("Dough of Rye", claim("It has 99 eggs.")),),
            "number that no cited passage says",
            "99",
        ),
    ],
)
def test_each_fault_is_found(sections: tuple[Section, ...], kind: str, where: str) -> None:
    assert kind in structure.KINDS
    assert where in faults(*sections)[kind]


def test_only_the_topic_that_strays_is_out_of_order() -> None:
    stray = topic("Old Ovens", claim("A stone.", chunk=2), at=160)
    rest = [topic(f"Part {at}", claim("A stone.", chunk=2), at=at) for at in (20, 40, 60)]
    kind = "topic out of the order of time"
    assert faults(GOOD, stray, *rest)[kind] == ["Old Ovens"]
    gathered = topic(LOGISTICS_TITLE, claim("A stone.", chunk=2), at=160)  # from all of the lecture
    assert kind not in faults(GOOD, gathered, *rest)


def test_a_heading_holds_fifteen_statements_at_most() -> None:
    texts = [claim(f"The loaf number {at} is brown.") for at in range(structure.MOST_ITEMS + 1)]
    kind = "heading with too much under it"
    assert kind not in faults(topic("Many Loaves", *texts[1:]))
    assert "16 statements" in faults(topic("Many Loaves", *texts))[kind][0]


def test_a_file_that_says_other_than_the_notes_is_stale(tmp_path: Path) -> None:
    kind = "notes.md says other than notes.json"
    assert faults(GOOD, folder=tmp_path)[kind] == ["no notes.md"]
    (tmp_path / "notes.md").write_text("# Bread\n\n- Kneading takes time.\n", encoding="utf-8")
    assert faults(GOOD, folder=tmp_path)[kind][0].startswith("1 of 1 statements")


def test_a_question_claims_nothing() -> None:
    asked = topic("Kneading the Flour", claim("What links proteins?"), kind="question")
    assert claims_in(asked) == ()
    assert "section without a statement" in faults(asked)


# --- Markdown ------------------------------------------------------------------------------------

HEAD = "# A\n\n## 1) Learning Goals\n\n## 2) The Story in One Page\n\n## 3) Main Notes\n\n"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", None),
        ("It costs \\$100 and \\$5.\n", None),
        ("The rate is $e^{-kn/m}$.\n", None),
        ("```py\nx = 1\n```\n", None),
        ("| a | b |\n| --- | --- |\n| 1 \\| 2 | 3 |\n", None),
        ("### 3.1 Rye\n\n#### Overview\n\n#### Check Yourself\n", None),
        ("It costs $100.\n", "opens no formula"),
        ("The rate is $\\frac{a}{b$.\n", "a brace is not closed"),
        ("The rate is $\\nosuch{a}$.\n", "unknown command \\nosuch"),
        ("```py\nx = 1\n", "code fence of line 9 is not closed"),
        ("| a | b |\n| --- | --- |\n| 1 |\n", "row of line 11 has 1 cells, not 2"),
        ("| a | b |\n| 1 | 2 |\n", "table row outside a table"),
        ("### 3.2 Rye\n", "topic 1 is headed '3.2 Rye'"),
        ("### 3.1 Rye\n\n#### Check Yourself\n\n#### Overview\n", "not in their order"),
        ("### 3.1 Rye\n\n#### Remarks\n", "'Remarks' is none of the format"),
        ("## 5) Summary Checklist\n\n## 4) Glossary\n", "parts are not in their order"),
        ("## Appendix\n", "'## Appendix' is none of the format"),
        ("<details><summary>Answer</summary>\n\nYes.\n", "<details> is opened 1 times, closed 0"),
    ],
)
def test_a_file_parses_and_renders(text: str, fault: str | None) -> None:
    found = faults_of(HEAD + text)
    assert (not found) if fault is None else any(fault in one for one in found)


def test_parts_that_must_be_there_are_missed() -> None:
    assert "heading '## 3) Main Notes' is missing" in faults_of("# A\n")
    assert "not one title at the top" in faults_of("# A\n\n# B\n")


def test_what_the_program_writes_renders() -> None:
    for notes in (build.notes(), build.untimed_notes(), build.unclear_notes()):
        assert faults_of(to_markdown(notes, media=None, slides=None)) == ()


@pytest.mark.parametrize("formula", ["a_b_c", "x^", "\\left( a", "}", "\\begin{matrix} a"])
def test_broken_formulas_do_not_render(formula: str) -> None:
    assert why_not_rendered(formula)


# --- density and time ----------------------------------------------------------------------------


def test_the_whole_time_counts_replies_of_a_cache_once() -> None:
    stages = {"transcribe": 10.0, "index": 5.0, "llm_reading": 60.0, "llm_writing": 30.0}
    assert density.seconds_of(stages | {"notes": 20.0}).whole == 105.0  # mostly from the cache
    assert density.seconds_of(stages | {"notes": 100.0}).whole == 115.0


def test_a_lecture_without_times_is_as_long_as_its_words() -> None:
    made = lecture(GOOD)
    assert density.minutes_of(made) == pytest.approx(170 / 60)
    untimed = Lecture(made.folder, Finished("bread", made.finished.notes, SPEECH, None), "", "")
    words = sum(len(chunk.text.split()) for chunk in SPEECH)
    assert density.minutes_of(untimed) == pytest.approx(words / density.WORDS_A_MINUTE)


def test_density_and_time_are_printed_for_each_lecture() -> None:
    assert "| `bread` | 2.8 | 2 | 85 s | 6 |" in density.density_table([lecture(GOOD, BAKED)])
    assert "not timed" in density.time_table([lecture(GOOD)], {})


# --- by hand -------------------------------------------------------------------------------------


def test_half_of_what_is_drawn_for_a_look_is_positive(tmp_path: Path) -> None:
    pairs = [Pair("made", "v", f"s{at}", "t", "", yes=at < 30) for at in range(200)]
    file = tmp_path / "there" / "look.jsonl"
    assert draw(pairs, file) == 40
    first = file.read_text(encoding="utf-8")
    rows = [json.loads(line) for line in first.splitlines()]
    assert sum(row["yes"] for row in rows) == 20
    assert count_checked(file) == (Share(0, 0), Share(0, 0))
    draw(pairs, file)
    assert file.read_text(encoding="utf-8") == first
    assert draw(pairs[:33], file) == 33


def test_what_a_person_found_is_counted_by_side(tmp_path: Path) -> None:
    rows = [(True, True), (True, False), (False, True), (False, None)]
    lines = [json.dumps({"yes": yes, "right": right}) for yes, right in rows]
    (tmp_path / "look.jsonl").write_text("\n".join(lines), encoding="utf-8")
    assert count_checked(tmp_path / "look.jsonl") == (Share(1, 2), Share(0, 1))


def test_the_record_of_what_was_checked_is_read(tmp_path: Path) -> None:
    file = tmp_path / "checked.toml"
    assert found_by_hand("recall", file) == "No verdict of these was checked by hand."
    file.write_text("[recall]\ndate = 2026-01-02\nyes_wrong = [1, 4]\nno_wrong = [0, 4]\n")
    text = found_by_hand("recall", file)
    assert "2026-01-02" in text
    assert "1 of 4 = 25.0%" in text
    for name in ("subjects", "recall", "filler"):
        assert "Checked by hand" in found_by_hand(name)


def test_an_interval_by_group_is_that_of_whole_groups() -> None:
    alike = interval_by_group([[1, 2]] * 10, lambda sums: sums[:, 0] / sums[:, 1], seed=0)
    assert alike == (0.5, 0.5)
    low, high = interval_by_group([[0, 2], [2, 2]] * 5, lambda s: s[:, 0] / s[:, 1], seed=0)
    assert low < 0.5 < high
    assert np.isclose(low + high, 1.0, atol=0.1)
