"""`rag-notes verify` from the command to its exit code, on our own sample and on the reference."""

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rag_notes import cli, codec
from rag_notes.config import load_config
from rag_notes.pipeline import Made, VerifyRequest, verify_notes
from rag_notes.schema import Citation, Claim, Notes
from tests import lectures, runs
from tests.runs import MINUTE, SLIDES

ECHO = ("--llm", "echo:")
DATA = Path(os.environ.get("RAG_NOTES_DATA", Path(__file__).parents[2] / "shared" / "data"))

FOREIGN = """\
# Bloom filters of 99 kinds

- Burton Bloom described the Bloom filter in 1970, and it is found in databases.
- **Origin**: Burton Bloom described it in 1972.
- How many bits does it need?

| What | Time |
| --- | --- |
| a random read of a spinning disk | 10 milliseconds |
| one look into main memory | 12,288 nanoseconds |

```python
read_seconds = 0.0125
```
"""


@pytest.fixture
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A lecture with slides, its notes written by the student."""
    return lectures.finished("captions and slides", "student", tmp_path_factory)


def verify(
    capsys: pytest.CaptureFixture[str], notes: Path, against: Path | str, *, code: int
) -> Any:  # noqa: ANN401 (JSON)
    assert cli.main(["verify", str(notes), "--against", str(against), "--json", *ECHO]) == code
    return json.loads(capsys.readouterr().out)


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


# --- anyone's notes ------------------------------------------------------------------------------


def test_foreign_notes_against_a_transcript(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = verify(capsys, written(here / "notes.md", FOREIGN), MINUTE, code=3)
    claims = {claim["line"]: claim for claim in found["claims"]}
    assert list(claims) == [3, 4, 9, 10, 13]
    verdicts = {line: claim["verdict"] for line, claim in claims.items()}
    assert verdicts == {
        3: "supported",
        4: "unsupported",
        9: "supported",
        10: "unsupported",
        13: "unsupported",
    }
    assert [claim["unsaid_numbers"] for claim in claims.values()] == [
        [],
        ["1972"],
        [],
        ["12288"],
        ["0.0125"],
    ]
    assert "1972" in claims[4]["reason"]
    assert claims[3]["reason"] is None
    assert "nineteen seventy" in " ".join(one["quote"] for one in claims[3]["citations"])
    assert found["counts"] == {
        "claims": 5,
        "supported": 2,
        "unsupported": 3,
        "unsaid_numbers": 3,
    }


def test_what_is_all_said_ends_with_0_and_a_table(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    notes = written(here / "notes.md", "\n".join(FOREIGN.splitlines()[:3]))
    assert cli.main(["verify", str(notes), "--against", str(MINUTE), *ECHO]) == 0
    printed = capsys.readouterr()
    assert "   3  supported    Burton Bloom described the Bloom filter in 1970" in printed.out
    assert "[00:00:12]" in printed.out
    assert printed.out.endswith("1 claims: 1 supported, 0 not; 0 numbers that nobody said\n")
    assert all(line.startswith(("embed", "verify")) for line in printed.err.splitlines())


def test_a_file_goes_before_a_lecture_of_its_name(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["make", str(MINUTE), "--name", "talk", *ECHO]) == 0
    capsys.readouterr()
    notes = written(here / "notes.md", "Web caches have the same wish.")
    verify(capsys, notes, "talk", code=0)
    verify(capsys, notes, here / "indexes" / "talk", code=0)
    written(here / "talk", "Say it is a file.")
    assert cli.main(["verify", str(notes), "--against", "talk", *ECHO]) == 2
    assert "expected one of .srt" in capsys.readouterr().err


def test_our_own_markdown_is_read_like_anyones(
    made: Made, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = verify(capsys, made.markdown, made.folder, code=0)
    assert found["counts"]["unsaid_numbers"] == 0
    assert found["counts"]["supported"] == found["counts"]["claims"] > 0


# --- notes.json ----------------------------------------------------------------------------------


@pytest.mark.parametrize("writer", list(lectures.WRITERS))
@pytest.mark.parametrize("source", list(lectures.SOURCES))
def test_what_make_wrote_is_supported_by_what_it_cites(
    source: str,
    writer: str,
    here: Path,
    capsys: pytest.CaptureFixture[str],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    made = lectures.finished(source, writer, tmp_path_factory)
    found = verify(capsys, made.folder / "notes.json", made.folder, code=0)
    texts = [claim["text"] for claim in found["claims"]]
    questions = [
        claim.text
        for section in made.notes.sections
        for block in section.blocks
        if block.kind == "question"
        for claim in block.claims
    ]
    expected = [claim.text for claim in runs.claims(made.notes) if claim.text not in questions]
    assert texts == expected
    assert {claim["line"] for claim in found["claims"]} == {None}


def first_stated(notes: Notes) -> Claim:
    """The first claim of the topics that restates no other and holds a number."""
    return next(
        claim
        for claim in runs.claims(notes)
        if not claim.of and claim.citations[0].kind == "speech" and "nanoseconds" in claim.text
    )


def changed(notes: Notes, claim: Claim, to: Claim) -> Notes:
    """The notes with one claim in place of another."""
    sections = tuple(
        replace(
            section,
            blocks=tuple(
                replace(block, claims=tuple(to if one is claim else one for one in block.claims))
                for block in section.blocks
            ),
        )
        for section in notes.sections
    )
    return replace(notes, sections=sections)


def cited(claim: Claim, **fields: Any) -> Claim:  # noqa: ANN401 (fields of Citation)
    """The claim with its first citation altered."""
    return replace(claim, citations=(replace(claim.citations[0], **fields),))


FAULTS: dict[str, tuple[Callable[[Claim], Claim], str]] = {
    "no citation": (lambda claim: replace(claim, citations=()), "cites nothing"),
    "no such passage": (lambda claim: cited(claim, chunk="c0999"), "c0999, which this lecture"),
    "another quote": (
        lambda claim: cited(claim, quote="the moon is made of cheese"),
        "does not stand in passage",
    ),
    "an empty quote": (lambda claim: cited(claim, quote=" "), "does not stand in passage"),
    "another time": (
        lambda claim: cited(claim, start=3000.0, end=3001.0),
        "was not said at [00:50:00",
    ),
    "another number": (
        lambda claim: replace(
            claim, text="A look into main memory takes about 50,000 nanoseconds."
        ),
        "number 50000 is said nowhere",
    ),
    "another matter": (
        lambda claim: replace(claim, text="Gardeners water tomatoes at dawn in summer."),
        "do not carry it",
    ),
    "restates what is not there": (
        lambda claim: replace(claim, of=("k9999",)),
        "restates k9999, which these notes do not have",
    ),
    "a restatement with a new number": (
        lambda claim: replace(claim, text="Explain why it takes 70 steps.", of=(claim.id,)),
        "number 70",
    ),
    "endless": (lambda claim: replace(claim, text="bits " * 2000), "longer than a statement"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_claim_that_its_citation_does_not_carry_is_found(
    fault: str, made: Made, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    alter, says = FAULTS[fault]
    claim = first_stated(made.notes)
    wrong = alter(claim)
    path = here / "notes.json"
    path.write_bytes(codec.encode_notes(changed(made.notes, claim, wrong)))
    found = verify(capsys, path, made.folder, code=3)
    bad = [one for one in found["claims"] if one["verdict"] == "unsupported"]
    assert [one["text"] for one in bad] == [wrong.text]
    assert says in bad[0]["reason"]


def test_a_better_place_is_named_where_there_is_one(
    made: Made, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    claim = first_stated(made.notes)
    other = next(
        one for one in runs.claims(made.notes) if "Akamai" in one.text and one.text != claim.text
    )
    moment: Citation = claim.citations[0]
    wrong = replace(claim, citations=other.citations)
    path = here / "renamed.txt"  # known by what it holds
    path.write_bytes(codec.encode_notes(changed(made.notes, claim, wrong)))
    found = verify(capsys, path, made.folder, code=3)
    (bad,) = [one for one in found["claims"] if one["verdict"] == "unsupported"]
    assert moment.start is not None
    clock = f"[00:00:{int(moment.start):02}]"
    assert bad["reason"] == f"its citation does not carry it; {clock} does"


# --- wrong input ---------------------------------------------------------------------------------

WRONG: dict[str, tuple[bytes | None, str]] = {
    "absent": (None, "notes: no such file"),
    "empty": (b"  \n", "the file is empty"),
    "binary": (b"\0\1\2" * 99, "not a text file; expected Markdown or a notes.json"),
    "huge": (b"A filter. " * 500_000, "larger than 4 MiB"),
    "nothing claimed": (b"# A heading\n\n---\n", "nothing in these notes to verify"),
    "too deep": (b">" * 500 + b" a key", "nested deeper"),
    "a later version": (b'{"version": 2, "sections": []}', "not of version 1"),
    "other JSON": (b'{"segments": []}', "notes.json"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_wrong_notes_are_one_clear_line(
    kind: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, says = WRONG[kind]
    path = here / "some.md"
    if data is not None:
        path.write_bytes(data)
    assert cli.main(["verify", str(path), "--against", str(MINUTE), *ECHO]) == 2
    assert_one_line(capsys, says)


@pytest.mark.parametrize(
    ("against", "says"),
    [
        ("nowhere", "no lecture 'nowhere'"),
        ("nowhere.srt", "--against: no such file: nowhere.srt"),
        (".", "not a lecture name"),
        (str(SLIDES), "expected a transcript"),
    ],
)
def test_a_wrong_lecture_is_one_clear_line(
    against: str, says: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    notes = written(here / "notes.md", FOREIGN)
    assert cli.main(["verify", str(notes), "--against", against, *ECHO]) == 2
    assert_one_line(capsys, says)
    assert cli.main(["verify", str(here), "--against", str(MINUTE), *ECHO]) == 2
    assert_one_line(capsys, "found a folder")


def assert_one_line(capsys: pytest.CaptureFixture[str], says: str) -> None:
    printed = capsys.readouterr()
    assert printed.out == ""
    lines = printed.err.splitlines()
    assert [line for line in lines if line.startswith("rag-notes:")] == lines[-1:]
    assert says in lines[-1]


def test_without_the_model_it_says_how_to_get_it(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    notes = written(here / "notes.md", FOREIGN)
    assert cli.main(["verify", str(notes), "--against", str(MINUTE)]) == 2
    assert "run `rag-notes models fetch minilm-l6-v2`" in capsys.readouterr().err


# --- real models and the reference ---------------------------------------------------------------


@pytest.mark.models
def test_the_real_embedder_tells_what_was_said_from_what_was_not(tmp_path: Path) -> None:
    said = "A Bloom filter answers whether an element was seen before with a few bits for each."
    not_said = "Quantum computers break the encryption of banks."
    notes = written(tmp_path / "notes.md", f"{said}\n\n{not_said}\n\n{FOREIGN}")
    found = verify_notes(VerifyRequest(notes, str(MINUTE)), load_config(preset="tiny"))
    verdicts = {claim.text: claim.verdict for claim in found.claims}
    assert verdicts[said] == "supported"
    assert verdicts[not_said] == "unsupported"
    assert verdicts["a random read of a spinning disk: 10 milliseconds"] == "supported"
    assert [n for claim in found.claims for n in claim.unsaid_numbers] == [
        "1972",
        "12288",
        "0.0125",
    ]


REFERENCE = DATA / "cs336_01"


@pytest.mark.skipif(not (REFERENCE / "reference_notes.md").is_file(), reason="not on this machine")
def test_the_values_nobody_said_in_the_reference_are_found(tmp_path: Path) -> None:
    """The rows of its table of hyperparameters; for their numbers words suffice."""
    request = VerifyRequest(REFERENCE / "reference_notes.md", str(REFERENCE / "transcript.txt"))
    found = verify_notes(request, runs.echo_config(tmp_path))
    rows = [claim for claim in found.claims if (claim.line or 0) >= 472]
    numeric = [claim for claim in rows if any(char.isdigit() for char in claim.text)]
    assert len(rows) == 17
    assert sum(bool(claim.unsaid_numbers) for claim in numeric) >= 10
    assert all(claim.verdict == "unsupported" for claim in numeric if claim.unsaid_numbers)
    assert 200 < len(found.claims) < 260
    assert 0 < found.supported < found.unsupported
