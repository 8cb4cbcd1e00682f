import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_notes import codec
from rag_notes.answers import CheckedClaim, Verification
from rag_notes.errors import InputError
from rag_notes.schema import (
    Block,
    Chunk,
    Citation,
    Claim,
    Correction,
    Coverage,
    Notes,
    Outline,
    Page,
    PageCoverage,
    Provenance,
    Rejected,
    Section,
    Segment,
    Slides,
    Topic,
    Transcript,
    Window,
    Word,
)
from tests import build
from tests.snapshots import assert_snapshot

# --- any value ------------------------------------------------------------------------------------

text = st.text(max_size=12)
name = st.text(min_size=1, max_size=6)
share = st.integers(0, 1000).map(lambda n: n / 1000)
seconds = st.integers(0, 40_000_000).map(lambda n: n / 1000)  # what 3 decimals can say
span = st.tuples(seconds, seconds).map(lambda pair: (min(pair), max(pair)))
ordinal = st.integers(1, 999)


def several(of: st.SearchStrategy[Any], **options: Any) -> st.SearchStrategy[tuple[Any, ...]]:  # noqa: ANN401
    return st.lists(of, max_size=3, **options).map(tuple)


words = st.builds(lambda s, *rest: Word(*s, *rest), span, text, st.none() | share)
timed_segments = st.builds(
    lambda i, s, *rest: Segment(i, rest[0], *s, *rest[1:]),
    name,
    span,
    text,
    st.integers(0, 3),
    st.none() | share,
    several(words),
)
untimed_segments = st.builds(Segment, name, text, channel=st.integers(0, 3))
transcripts = st.builds(
    Transcript, text, several(timed_segments, unique_by=lambda s: s.id), st.none() | seconds
) | st.builds(
    Transcript,
    text,
    several(untimed_segments, unique_by=lambda s: s.id),
    st.none(),
    st.just(value=False),
)
pages = st.builds(Page, ordinal, text, text, text, st.sampled_from(["text", "ocr"]), several(span))
decks = st.builds(Slides, several(pages, unique_by=lambda page: page.number))


@st.composite
def passages(draw: st.DrawFn) -> Chunk:
    said = draw(text)
    count = len(said.split())
    sentences = ((0, count),) if count else ()
    if draw(st.booleans()):
        return Chunk(
            draw(name), "slide", said, page=draw(ordinal), sentences=draw(st.just(sentences))
        )
    if draw(st.booleans()):
        return Chunk(draw(name), "speech", said, paragraph=draw(ordinal), sentences=sentences)
    start, end = draw(span)
    times = tuple(draw(st.lists(span, min_size=count, max_size=count)))
    doubtful = ((0, count),) if count and draw(st.booleans()) else ()
    return Chunk(
        id=draw(name),
        kind="speech",
        text=said,
        start=start,
        end=end,
        segments=draw(several(name)),
        sentences=sentences,
        times=times,
        doubtful=doubtful,
    )


outlines = st.builds(
    Outline,
    several(
        st.builds(
            lambda ends, i, title, query, s: Topic(i, title, query, min(ends), max(ends), s),
            st.tuples(st.integers(0, 99), st.integers(0, 99)),
            name,
            text,
            text,
            st.none() | span,
        )
    ),
)
citations = (
    st.builds(
        lambda s, chunk, quote, page, confidence: Citation(
            chunk, "speech", quote, s[0], s[1], page, confidence=confidence
        ),
        span,
        name,
        text,
        st.none() | ordinal,
        st.none() | share,
    )
    | st.builds(
        lambda s, chunk, quote, page: Citation(chunk, "slide", quote, s[0], s[1], page),
        span | st.just((None, None)),
        name,
        text,
        ordinal,
    )
    | st.builds(Citation, name, st.just("speech"), text, paragraph=ordinal)
)
plain_claims = st.builds(
    Claim,
    name,
    text,
    several(citations),
    share,
    st.sampled_from(["supported", "unsupported"]),
    st.booleans(),
    st.none() | text,
    st.none() | text,
    several(name),
)
claims = plain_claims | st.builds(
    lambda claim, answer: replace(claim, answer=answer), plain_claims, plain_claims
)
blocks = st.builds(Block, st.sampled_from(["story", "question"]), several(claims), st.none() | text)
sections = st.builds(
    Section,
    name,
    st.sampled_from(["goals", "topic", "answer"]),
    text,
    several(blocks),
    st.none() | span,
    st.none() | text,
    several(name),
    st.none() | st.booleans(),
    several(citations),
)
page_coverage = several(st.builds(PageCoverage, ordinal, ordinal, st.none() | text))
coverages = st.builds(
    Coverage,
    share,
    st.just(value=True),
    several(st.builds(lambda s, *rest: Window(*s, *rest), span, ordinal, st.none() | text)),
    page_coverage,
) | st.builds(
    Coverage,
    share,
    st.just(value=False),
    several(st.builds(lambda a, n: Window(float(a), float(a + n), n, None), ordinal, ordinal)),
    page_coverage,
)


def pairs(value: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return several(st.tuples(text, value), unique_by=lambda pair: pair[0])


notes = st.builds(
    Notes,
    text,
    text,
    several(sections),
    coverages,
    st.builds(
        Provenance, text, text, text, text, pairs(text), pairs(seconds), pairs(st.integers(0, 9))
    ),
    st.none() | text,
    st.none() | text,
    several(st.builds(Rejected, text, text, text)),
    several(st.builds(Correction, text, text, ordinal, ordinal)),
).filter(lambda value: len(set(claim_ids(value))) == len(claim_ids(value)))


def claim_ids(value: Notes) -> list[str]:
    return [c.id for s in value.sections for block in s.blocks for c in block.claims]


@given(transcripts)
def test_transcripts_come_back(value: Transcript) -> None:
    assert codec.decode_transcript(codec.encode_transcript(value)) == value


@given(decks)
def test_slides_come_back(value: Slides) -> None:
    assert codec.decode_slides(codec.encode_slides(value)) == value


@given(several(passages(), unique_by=lambda chunk: chunk.id))
def test_chunks_come_back_one_a_line(value: tuple[Chunk, ...]) -> None:
    data = codec.encode_chunks(value)
    assert codec.decode_chunks(data) == value
    assert data.count(b"\n") == len(value)


@given(outlines)
def test_outlines_come_back(value: Outline) -> None:
    assert codec.decode_outline(codec.encode_outline(value)) == value


@given(notes)
def test_notes_come_back(value: Notes) -> None:
    assert codec.decode_notes(codec.encode_notes(value)) == value


@given(st.floats(0, 1e6), st.floats(0, 1e6))
def test_floats_keep_three_decimals(a: float, b: float) -> None:
    value = Transcript("en", (Segment("s1", "x", min(a, b), max(a, b)),))
    data = codec.encode_transcript(value)
    again = codec.decode_transcript(data)
    assert again.segments[0].start == round(min(a, b), 3)
    assert codec.encode_transcript(again) == data


# --- the contract of FORMATS.md -------------------------------------------------------------------


def test_snapshots() -> None:
    assert_snapshot("transcript.json", codec.encode_transcript(build.transcript()).decode())
    assert_snapshot("slides.json", codec.encode_slides(build.slides()).decode())
    assert_snapshot("chunks.jsonl", codec.encode_chunks(build.chunks()).decode())
    assert_snapshot("outline.json", codec.encode_outline(build.outline()).decode())
    assert_snapshot("notes.json", codec.encode_notes(build.notes()).decode())
    assert_snapshot("notes_untimed.json", codec.encode_notes(build.untimed_notes()).decode())


def test_fields_of_notes() -> None:
    file = json.loads(codec.encode_notes(build.notes()))
    assert list(file) == [
        *("version", "title", "query", "language", "sections", "coverage", "rejected"),
        *("provenance", "query_reading"),
    ]
    assert file["coverage"]["cited_seconds"] == 0.934
    assert file["coverage"]["windows"][1] == {
        "start": 300.0,
        "end": 600.0,
        "claims": 0,
        "reason": "greetings",
    }
    assert file["coverage"]["pages"][1] == {"number": 18, "claims": 0, "reason": "title page"}
    made = file["provenance"]
    assert made["prompts"] == {"condense.v1": "ab12"}
    assert made["seconds"] == {"transcribe": 12.1, "write": 60.0}
    assert made["tokens"] == {"condense.v1": 1200}


def test_fields_of_a_section() -> None:
    topic, *_, answer = json.loads(codec.encode_notes(build.notes()))["sections"]
    assert topic["span"] == [600.0, 1200.5]
    assert not {"answered", "nearest"} & set(topic)
    assert answer["answered"] is True
    unanswered, untimed = json.loads(codec.encode_notes(build.untimed_notes()))["sections"]
    assert unanswered["answered"] is False
    assert unanswered["blocks"] == []
    assert unanswered["nearest"][0]["paragraph"] == 2
    assert untimed["span"] is None


def test_fields_of_claims_stand_only_where_they_say_something() -> None:
    base = {"id", "text", "citations", "support", "verdict"}
    found = {
        claim["id"]: set(claim) - base
        for section in json.loads(codec.encode_notes(build.notes()))["sections"]
        for block in section["blocks"]
        for claim in block["claims"]
    }
    assert found["k0011"] == set()
    assert found["k0030"] == {"answer"}
    assert found["k0040"] == {"term"}
    assert found["k0050"] == {"value"}
    assert found["k0001"] == {"of"}
    assert found["k0070"] == {"extractive"}


def test_citations_always_have_their_six_fields() -> None:
    fields = ["chunk", "kind", "start", "end", "page", "quote"]
    for value, extra in ((build.notes(), []), (build.untimed_notes(), ["paragraph"])):
        for section in json.loads(codec.encode_notes(value))["sections"]:
            for block in section["blocks"]:
                for claim in block["claims"]:
                    assert all(list(c) == fields + extra for c in claim["citations"])


def test_what_was_heard_unclearly_or_corrected_is_written_only_where_it_is() -> None:
    assert b"confidence" not in NOTES
    assert b"corrections" not in NOTES
    assert b"doubtful" not in codec.encode_chunks(build.chunks())
    file = json.loads(codec.encode_notes(build.unclear_notes()))
    assert file["corrections"] == [
        {"heard": "binary surge", "read": "binary search", "page": 17, "count": 2}
    ]
    (first, *_) = file["sections"][0]["blocks"][0]["claims"][0]["citations"]
    assert first["confidence"] == 0.333


def test_untimed_coverage_counts_words_and_paragraphs() -> None:
    coverage = json.loads(codec.encode_notes(build.untimed_notes()))["coverage"]
    assert coverage["cited_words"] == 0.5
    assert "cited_seconds" not in coverage
    assert coverage["windows"] == [{"from": 1, "to": 8, "claims": 0, "reason": "no claim"}]


def test_untimed_files_hold_nulls() -> None:
    file = json.loads(codec.encode_transcript(build.untimed_transcript()))
    assert file["timed"] is False
    assert all(s["start"] is None and s["end"] is None for s in file["segments"])
    lines = codec.encode_chunks(build.untimed_chunks()).splitlines()
    assert [json.loads(line)["start"] for line in lines] == [None, None]


def test_a_field_of_a_later_version_is_passed_over() -> None:
    file = json.loads(codec.encode_notes(build.notes()))
    file["mood"] = file["sections"][0]["colour"] = "green"
    assert codec.decode_notes(json.dumps(file).encode()) == build.notes()


def test_text_is_written_as_it_reads() -> None:
    value = replace(build.notes(), title="Größe ≤ 3 · 二分探索")
    assert "Größe ≤ 3 · 二分探索".encode() in codec.encode_notes(value)


# --- what is refused ------------------------------------------------------------------------------


def edited(data: bytes, path: str, value: object) -> bytes:
    """The file with one field changed, or removed where the value is `...`."""
    file = json.loads(data)
    *way, last = [int(key) if key.isdigit() else key for key in path.split(".")]
    place = file
    for key in way:
        place = place[key]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return json.dumps(file).encode()


NOTES = codec.encode_notes(build.notes())
CITATION = "sections.0.blocks.0.claims.0.citations.0"


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("version", 2, r"\$\.version"),
        ("title", None, r"\$\.title"),
        ("title", ..., "title"),
        ("sections.0.kind", "poem", r"\$\.sections\[0\]\.kind"),
        ("sections.0.span", [5.0], r"\$\.sections\[0\]\.span"),
        ("sections.0.span", [9.0, 5.0], r"backwards.*\$\.sections\[0\]"),
        ("sections.0.blocks.0.claims.0.support", 1.5, r"claims\[0\]\.support"),
        ("sections.0.blocks.0.claims.0.support", "0.5", r"claims\[0\]\.support"),
        ("sections.0.blocks.0.claims.0.id", "k0011", "'k0011' twice"),
        (CITATION + ".page", 0, r"citations\[0\]\.page"),
        (CITATION + ".page", ..., r"`page`.*citations\[0\]"),
        (CITATION + ".start", -1.0, r"citations\[0\]\.start"),
        (CITATION + ".start", None, r"`start` and `end`.*citations\[0\]"),
        (CITATION + ".kind", "slide", r"`page`.*citations\[0\]"),
        ("coverage.cited_words", 0.5, "cited_seconds.*cited_words"),
        ("coverage.cited_seconds", ..., "cited_seconds.*cited_words"),
        ("coverage.windows.0.start", ..., r"windows\[0\].*start"),
        ("coverage.windows.0.claims", 1.5, r"windows\[0\]\.claims"),
        ("rejected.0.reason", ..., r"reason.*\$\.rejected\[0\]"),
        ("provenance.seconds.write", "long", r"provenance\.seconds"),
    ],
)
def test_wrong_notes_are_refused_by_the_name_of_the_field(
    path: str, value: object, message: str
) -> None:
    with pytest.raises(InputError, match=rf"^notes\.json: .*{message}"):
        codec.decode_notes(edited(NOTES, path, value))


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("segments.0.text", 3, r"segments\[0\]\.text"),
        ("segments.1.id", "s0001", "'s0001' twice"),
        ("segments.0.words.2.end", 0.5, r"backwards.*words\[2\]"),
        ("timed", False, r"segments\[0\].*timed"),
        ("duration", True, r"\$\.duration"),
    ],
)
def test_wrong_transcripts_are_refused(path: str, value: object, message: str) -> None:
    data = codec.encode_transcript(build.transcript())
    with pytest.raises(InputError, match=message):
        codec.decode_transcript(edited(data, path, value))


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("sentences", [[0, 8], [9, 13]], "tile the 13 words"),
        ("sentences", [[0, 8], [8, 12]], "tile the 13 words"),
        ("sentences", [[0, 0], [0, 13]], "tile the 13 words"),
        ("times", [[0.0, 1.0]], "1 pairs for 13 words"),
        ("doubtful", [[0, 14]], "no ranges of the 13 words"),
        ("doubtful", [[4, 5], [2, 3]], "no ranges of the 13 words"),
        ("doubtful", [[4, 4]], "no ranges of the 13 words"),
        ("kind", "slide", "a slide passage has a `page`"),
        ("id", "", r"\$\.id"),
    ],
)
def test_wrong_chunks_are_refused_with_their_line(field: str, value: object, message: str) -> None:
    lines = codec.encode_chunks(build.chunks()).splitlines()
    data = lines[1] + b"\n" + edited(lines[0], field, value) + b"\n"
    with pytest.raises(InputError, match=rf"^chunks\.jsonl, line 2: .*{message}"):
        codec.decode_chunks(data)


def test_two_passages_of_one_id_are_refused() -> None:
    line = codec.encode_chunks(build.chunks()[:1])
    with pytest.raises(InputError, match="'c0001' twice"):
        codec.decode_chunks(line + line)


DECODERS = (
    codec.decode_transcript,
    codec.decode_slides,
    codec.decode_chunks,
    codec.decode_outline,
    codec.decode_notes,
)


@pytest.mark.parametrize("decode", DECODERS)
@pytest.mark.parametrize(
    "data",
    [
        b"{",
        b"\xff\xfe{}",
        b"[]",
        b"null",
        NOTES[: len(NOTES) // 2],
        b'{"version": NaN}',
        b'{"a": ' + b"[" * 100_000,
    ],
    ids=["cut", "not utf-8", "array", "null", "half", "nan", "deep"],
)
def test_damaged_files_are_refused(decode: Callable[[bytes], object], data: bytes) -> None:
    with pytest.raises(InputError, match=r"json"):
        decode(data)


@given(st.binary(max_size=40))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for decode in DECODERS:
        try:
            decode(data)
        except InputError:
            continue
        assert not data.strip()  # an empty chunks.jsonl has no passages


def test_answers_nested_without_end_are_refused() -> None:
    claim = b'{"id":"k","text":"","citations":[],"support":1,"verdict":"supported","answer":'
    block = b'{"kind":"question","title":null,"claims":[' + claim * 50_000
    data = NOTES.replace(b'"blocks": [', b'"blocks": [' + block, 1)
    with pytest.raises(InputError, match=r"^notes\.json"):
        codec.decode_notes(data)


@pytest.mark.parametrize("start", [float("nan"), float("inf"), -1.0, 3.0])
def test_what_could_not_be_read_is_not_written(start: float) -> None:
    with pytest.raises(InputError):
        codec.encode_transcript(Transcript("en", (Segment("s1", "x", start, 2.0),)))


def test_lone_surrogates_and_double_keys_are_not_written() -> None:
    with pytest.raises(InputError, match="not Unicode"):
        codec.encode_slides(Slides((Page(1, "\ud800"),)))
    twice = replace(build.provenance(), prompts=(("a", "1"), ("a", "2")))
    with pytest.raises(InputError, match="'a' twice"):
        codec.encode_notes(replace(build.notes(), provenance=twice))


def test_a_verification_is_written_with_every_field_and_its_counts() -> None:
    good = CheckedClaim("It halves.", 3, "supported", None, 0.91, (build.said(61.0),))
    bad = CheckedClaim("\x1b[1m \x9b7", None, "unsupported", "no", 0.12, (), ("12288", "0.5"))
    data = codec.encode_verification(Verification((good, bad)))
    found = json.loads(data)
    assert list(found) == ["claims", "counts"]
    assert found["counts"] == {
        "claims": 2,
        "supported": 1,
        "unsupported": 1,
        "unsaid_numbers": 2,
    }
    assert found["claims"][1] == {
        "text": "\x1b[1m \x9b7",
        "line": None,
        "verdict": "unsupported",
        "reason": "no",
        "support": 0.12,
        "citations": [],
        "unsaid_numbers": ["12288", "0.5"],
    }
    assert list(found["claims"][0]) == list(found["claims"][1])
    assert found["claims"][0]["citations"][0]["chunk"] == "c0001"
    assert not set(data.decode()) & {"\x1b", "\x9b"}
