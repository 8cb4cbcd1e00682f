import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from benchmarks import engines
from benchmarks.child import measure
from benchmarks.figures import count, repeats

from rag_notes.config import Config
from rag_notes.pipeline import plan_engines
from rag_notes.schema import (
    Block,
    Chunk,
    Citation,
    Claim,
    Coverage,
    Notes,
    Provenance,
    Section,
    SectionKind,
)

TEXT = "So the filter, it says maybe or no, and it never says yes for sure."
CHUNK = Chunk("c0001", "speech", TEXT)
WORDS = {"c0001": [word.strip(".,").lower() for word in TEXT.split()]}


def claim(text: str, *, quote: str = "maybe or no", chunk: str = "c0001") -> Claim:
    return Claim("k0001", text, (Citation(chunk, "speech", quote),), 0.9)


def notes(*sections: tuple[SectionKind, Block]) -> Notes:
    return Notes(
        "A title",
        "en",
        tuple(Section(str(n), kind, kind, (block,)) for n, (kind, block) in enumerate(sections)),
        Coverage(0.5, timed=True),
        Provenance("0", "w", "m", "l"),
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The filter it says maybe or no.", True),  # punctuation and letter case aside
        ("Maybe or no.", True),  # short and contained
        ("Never maybe.", False),  # short and not
        ("A Bloom filter answers maybe or no but never a certain yes.", False),
        ("The filter it says maybe or no and it never says yes for certain.", True),  # 9 of 10
        ("Today the filter it says maybe or no.", False),  # 3 of 4
        ("...", False),
    ],
)
def test_repeating_is_four_in_five_runs_of_five_words(text: str, expected: bool) -> None:
    assert repeats(claim(text), WORDS) is expected


def test_only_cited_passages_count_for_repeating() -> None:
    assert not repeats(claim("The filter it says maybe or no.", chunk="c0002"), WORDS)


def test_statements_are_the_claims_of_topics_without_questions() -> None:
    said = claim("The filter it says maybe or no.")
    asked = replace(claim("What does it say?"), answer=replace(said, extractive=True))
    made = count(
        notes(
            ("goals", Block("goal", (claim("Explain the filter."),))),
            ("topic", Block("explanation", (said, replace(said, extractive=True)))),
            ("topic", Block("question", (asked,))),
        ),
        [CHUNK],
    )
    assert (made.statements, made.extractive, made.repeating) == (2, 1, 2)
    assert (made.claims, made.claims_extractive, made.claims_repeating) == (5, 2, 3)


@pytest.mark.parametrize(
    "bad",
    [
        claim("It says no.", quote="yes and no"),
        claim("It says no.", chunk="c0009"),
        Claim("k1", "It says no.", (), 1.0),
    ],
)
def test_a_citation_that_does_not_hold_is_counted(bad: Claim) -> None:
    good = claim("It says no.")
    made = count(notes(("topic", Block("explanation", (good, bad)))), [CHUNK])
    assert made.unfounded == 1


def test_an_engine_is_measured_at_each_number_of_prompts(tmp_path: Path) -> None:
    config = Config(indexes=tmp_path, models=tmp_path, offline=True, llm="echo:")
    text = engines.describe(plan_engines(config), config)
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("|")][2:]
    assert [int(row[1]) for row in rows] == list(engines.BATCHES)
    assert all(len(row) == len(engines.HEAD) for row in rows)
    assert all(float(row[2]) > 0 for row in rows)
    assert ", on the CPU. Memory" in text


def test_a_child_is_measured_with_its_own_children() -> None:
    """In a process of its own: a child's peak is never below that of the process that forks it."""
    code = (
        "import subprocess, sys; "
        "subprocess.run([sys.executable, '-c', "
        "'import time; x = bytes(120_000_000).replace(bytes(1), bytes([1])); time.sleep(0.6)'])"
    )
    asked = (
        "import os, sys; from benchmarks.child import measure; "
        f"cost = measure(['-c', {code!r}], dict(os.environ)); "
        "print(cost.code, cost.seconds, cost.peak_bytes)"
    )
    paths = os.pathsep.join(sys.path)
    printed = subprocess.run(
        [sys.executable, "-c", asked],
        env=os.environ | {"PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    code_, seconds, peak = int(printed[0]), float(printed[1]), int(printed[2])
    assert code_ == 0
    assert seconds >= 0.6
    assert 100e6 < peak < 1e9
    assert measure(["-c", "raise SystemExit(3)"], dict(os.environ)).code == 3
