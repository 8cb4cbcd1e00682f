"""Notes in another language than the lecture's, from the flag to the file and to `verify`."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from rag_notes import codec
from rag_notes.config import load_config
from rag_notes.errors import InputError
from rag_notes.export.markdown import to_markdown
from rag_notes.export.notices import NOTICES, TRANSLATED, in_language
from rag_notes.pipeline import Made, MakeRequest, VerifyRequest, make_notes, verify_notes
from rag_notes.schema import Claim, Notes, Prompt
from tests import readback, runs
from tests.doubles import Student
from tests.runs import MINUTE

# Word by word, so that what is checked is there or not: small words, denials, scales.
WORDS = {
    "the": "der", "a": "ein", "an": "ein", "and": "und", "is": "ist", "are": "sind", "of": "von",
    "with": "mit", "for": "für", "not": "nicht", "no": "kein", "never": "nie", "that": "dass",
    "to": "zu", "in": "im", "it": "es", "or": "oder", "can": "kann", "what": "was", "was": "war",
}  # fmt: skip


def german(text: str) -> str:
    """Something that has the marks of German and every number, name and denial of `text`."""

    def word(found: re.Match[str]) -> str:
        known = WORDS.get(found[0].lower())
        if known:
            return known.capitalize() if found[0][0].isupper() else known
        return f"{found[0]}e" if found[0].islower() and len(found[0]) > 3 else found[0]

    return re.sub(r"[A-Za-z]+", word, text)


class Translator(Student):
    """Translates well, but for every sentence with a number, whose number it loses."""

    def _condense(self, prompt: Prompt) -> str:
        return prompt.user.rpartition("Part: ")[2]

    def _translate(self, prompt: Prompt) -> str:
        return re.sub(r"\d+", "viele", german(prompt.user.removeprefix("Sentence: ")))


class Silent(Student):
    """Is asked for no translation at all."""

    def _translate(self, prompt: Prompt) -> str:
        raise AssertionError(prompt.user)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("rag_notes.llm.echo.EchoLLM", Translator)
        yield runs.make(tmp_path_factory.mktemp("german"), MINUTE, language="de")


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("rag_notes.llm.echo.EchoLLM", Translator)
        yield runs.make(tmp_path_factory.mktemp("english"), MINUTE)


def said(claim: Claim) -> str:
    return claim.text if claim.original is None else claim.original


def translated(notes: Notes) -> list[Claim]:
    return [claim for claim in runs.claims(notes) if claim.original is not None]


def test_the_notes_are_the_same_but_for_their_words(made: Made, plain: Made) -> None:
    ours, theirs = list(runs.claims(made.notes)), list(runs.claims(plain.notes))
    assert [said(claim) for claim in ours] == [claim.text for claim in theirs]
    for one, other in zip(ours, theirs, strict=True):
        assert (one.citations, one.term, one.value) == (other.citations, other.term, other.value)
    assert made.notes.coverage == plain.notes.coverage
    assert (made.notes.language, made.notes.translated_from) == ("de", "en")
    assert (plain.notes.language, plain.notes.translated_from) == ("en", None)


def test_a_sentence_that_lost_something_stays_as_it_was(made: Made) -> None:
    claims = list(runs.claims(made.notes))
    stayed = [claim for claim in claims if claim.original is None]
    assert translated(made.notes)
    assert any(re.search(r"\d", claim.text) for claim in stayed)
    assert not any(re.search(r"\d", str(claim.original)) for claim in translated(made.notes))


def test_the_notes_say_how_many_stayed(made: Made) -> None:
    claims = list(runs.claims(made.notes))
    kept = sum(claim.original is None for claim in claims)
    notice = in_language("de")(TRANSLATED).format(count=len(claims), kept=kept)
    assert notice in made.markdown.read_text(encoding="utf-8")


def test_headings_stay_and_notices_are_translated(made: Made, plain: Made) -> None:
    ours, theirs = (one.markdown.read_text(encoding="utf-8") for one in (made, plain))
    assert [h for h in readback.headings(ours) if not re.match(r"###? 3\.|# ", h)] == [
        h for h in readback.headings(theirs) if not re.match(r"###? 3\.|# ", h)
    ]
    assert "Auf jede Aussage folgt die Stelle" in ours
    assert "Each statement is followed by" not in ours


def test_notes_say_what_their_file_says(made: Made) -> None:
    read = [text for text, _ in readback.read_notes(made.markdown.read_text(encoding="utf-8"))]
    assert read == [claim.text for claim in runs.claims(made.notes)]
    assert codec.decode_notes((made.folder / "notes.json").read_bytes()) == made.notes


def test_topics_keep_their_original_titles(made: Made, plain: Made) -> None:
    ours = [one for one in made.notes.sections if one.kind == "topic"]
    theirs = [one for one in plain.notes.sections if one.kind == "topic"]
    assert [one.original or one.title for one in ours] == [one.title for one in theirs]


def test_provenance_names_the_prompt_only_where_it_was_used(made: Made, plain: Made) -> None:
    assert "translate.v1" in dict(made.notes.provenance.prompts)
    assert "translate.v1" not in dict(plain.notes.provenance.prompts)


@pytest.mark.parametrize(
    "asked",
    [{"language": "en"}, {"language": "EN-us"}, {"query": "in English"}, {}],
    ids=["flag", "with a region", "query", "nothing"],
)
def test_the_lectures_own_language_asks_for_no_translation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: dict[str, str]
) -> None:
    monkeypatch.setattr("rag_notes.llm.echo.EchoLLM", Silent)
    notes = runs.make(tmp_path, MINUTE, **asked).notes
    assert (notes.language, notes.translated_from) == ("en", None)
    assert not translated(notes)


def test_a_query_may_name_the_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag_notes.llm.echo.EchoLLM", Translator)
    notes = runs.make(tmp_path, MINUTE, query="auf Deutsch").notes
    assert (notes.language, notes.query_reading) == ("de", "an instruction: in German")
    assert translated(notes)


def test_another_language_makes_the_notes_anew_and_only_these(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag_notes.llm.echo.EchoLLM", Translator)
    runs.make(tmp_path, MINUTE)
    again = runs.make(tmp_path, MINUTE, language="de")
    assert again.stages_run == ("notes", "export")
    assert runs.make(tmp_path, MINUTE, language="de").stages_run == ()


def test_of_a_language_that_cannot_be_checked_nothing_is_translated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag_notes.llm.echo.EchoLLM", Silent)
    notes = runs.make(tmp_path, MINUTE, speech_language="ja", language="de").notes
    assert (notes.language, notes.translated_from) == ("de", "ja")
    assert not translated(notes)


def test_a_language_that_we_do_not_have_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"--language xx.*de \(German\)"):
        runs.make(tmp_path, MINUTE, language="xx")
    assert not list((tmp_path / "indexes").glob("*/notes.json"))


# --- verify


def test_verify_holds_the_originals_against_the_lecture(made: Made, tmp_path: Path) -> None:
    found = verdicts(made.notes, made, tmp_path)
    assert not [one for one in found.values() if one]


def test_verify_finds_a_translation_that_was_tampered_with(made: Made, tmp_path: Path) -> None:
    victim = translated(made.notes)[0]
    forged = f"{victim.text.rstrip('.')} mit 12288 Bits."
    text = codec.encode_notes(made.notes).decode()
    escaped = json.dumps(victim.text, ensure_ascii=False)
    notes = codec.decode_notes(text.replace(escaped, json.dumps(forged), 1).encode())
    assert "12288" in str(verdicts(notes, made, tmp_path)[forged])


def verdicts(notes: Notes, made: Made, folder: Path) -> dict[str, str | None]:
    path = folder / "notes.json"
    path.write_bytes(codec.encode_notes(notes))
    config = replace(runs.echo_config(folder), indexes=made.folder.parent)
    found = verify_notes(VerifyRequest(path, made.folder.name), config)
    return {claim.text: claim.reason for claim in found.claims}


# --- notices


@pytest.mark.parametrize("language", ["de", "fr", "es"])
def test_every_notice_that_is_a_sentence_is_translated_with_its_places(language: str) -> None:
    say = in_language(language)
    for notice in NOTICES:
        if notice.startswith(("(", "**")):
            assert say(notice) == notice
        else:
            assert sorted(re.findall(r"\{\w+\}", say(notice))) == sorted(
                re.findall(r"\{\w+\}", notice)
            )
            assert say(notice) in NOTICES


def test_a_language_without_notices_has_them_in_english(made: Made) -> None:
    notes = replace(made.notes, language="it")
    assert "Each statement is followed by" in to_markdown(notes, media=None, slides=None)


# --- with a model


@pytest.mark.models
def test_what_a_tiny_model_cannot_translate_stays_and_is_said(tmp_path: Path) -> None:
    config = replace(load_config(preset="tiny"), indexes=tmp_path / "indexes")
    made = make_notes(MakeRequest(MINUTE, language="de"), config)
    claims = list(runs.claims(made.notes))
    assert claims
    assert not translated(made.notes)
    notice = in_language("de")(TRANSLATED).format(count=len(claims), kept=len(claims))
    assert notice in made.markdown.read_text(encoding="utf-8")
