"""Whom "he" or "she" stands for where a story is told of one person.

In: the case of a draft whose sentence begins with the pronoun. Out: the sentence with the name in
its place, where the nearest sentence before that begins with somebody's name is followed by none
that names another. "JJ Thomson had a tube. He applied a current to it": it was Thomson. Judges no
draft.
"""

import itertools
import re
from collections.abc import Iterator
from dataclasses import replace

from rag_notes.ground.evidence import Case, Evidence, as_said, backwards, together
from rag_notes.ground.sentences import Sentences
from rag_notes.ground.standalone import stands_alone
from rag_notes.ground.verbs import is_verb, may_be_verb
from rag_notes.ground.words import STOP_WORDS
from rag_notes.ground.written import as_written
from rag_notes.schema import Source

_FAR = 40  # sentences of a story
_GAP = 6  # sentences of it that do not speak of the person
_PRONOUN = re.compile(r"^(?P<one>He|She)\b(?!['’]s\b)")
_NAME = r"(?:[A-Z]{1,3}\.? ?)?(?:[A-Z][\w'’-]*[a-z]\.? ){0,2}[A-Z][\w'’-]*[a-z]"
# Whom a sentence is about: "So JJ Thomson was interested in rays".
_SUBJECT = re.compile(rf"^(?P<name>{_NAME}) (?P<does>[a-z]+)\b")
_NAMED = re.compile(r"(?<!^)(?<!the )(?<!The )\b[A-Z][\w'’-]*[a-z](?: [A-Z][\w'’-]*[a-z])+")
_OTHERS = re.compile(
    r"\b(?:someone|somebody|who|one of (?:them|his|her)|(?:his|her|a|another) (?:\w+ )?(?:brother"
    r"|sister|son|daughter|father|mother|wife|husband|friend|teacher|student|colleague|rival|man"
    r"|woman|king|queen|judge|doctor|chemist|physicist|scientist|philosopher))\b",
    re.IGNORECASE,
)
_HIS = re.compile(r"\b(?:he|him|his)\b", re.IGNORECASE)
_HERS = re.compile(r"\b(?:she|her|hers)\b", re.IGNORECASE)


def by_name(case: Case, lecture: Sentences) -> Iterator[tuple[Case, Evidence]]:
    """Yield the first of a draft's sentences with the name of whom it tells, if one is told of.

    The name is looked for in the whole `lecture`.
    """
    if case.draft.term or case.draft.value or not case.own:
        return
    own = case.own[0]
    said = as_written(case.sentences.text(own))
    pronoun = _PRONOUN.match(said)
    found = _named_before(lecture, own, is_she=pronoun["one"] == "She") if pronoun else None
    if not (pronoun and found):
        return
    name, where = found
    text = f"{name}{said[pronoun.end() :]}"
    if not stands_alone(text):
        return
    if where.chunk not in case.sentences.chunks:
        wider = lecture.within((where.chunk, *case.sentences.chunks))
        case = replace(case, sentences=wider)
    sources = (own,) if where.chunk == own.chunk else (where, own)
    draft = replace(case.draft, text=text, extractive=True)
    told = as_said(case, draft, together(case, sources), sources)
    if told:
        yield told


def _named_before(lecture: Sentences, own: Source, *, is_she: bool) -> tuple[str, Source] | None:
    """The name that a sentence before begins with, and that sentence, if no other comes between."""
    same, other = (_HERS, _HIS) if is_she else (_HIS, _HERS)
    gap = 0
    for one in itertools.islice(backwards(lecture, own), _FAR):
        if one not in lecture.at:
            return None  # somebody speaks who listens
        text = as_written(lecture.text(one))
        subject = _SUBJECT.match(text)
        name = subject["name"] if subject and _is_person(subject) else None
        if other.search(text) or _OTHERS.search(text) or _names_other(text, name):
            return None
        if name:
            return name, one
        gap = 0 if same.search(text) else gap + 1
        if gap > _GAP:
            return None
    return None


def _is_person(subject: re.Match[str]) -> bool:
    """Whether a sentence seems to begin with a name, and what somebody does: "Darwin wrote"."""
    first, *_ = subject["name"].split()
    does = subject["does"].lower()
    return first.lower() not in STOP_WORDS and (is_verb(does) or may_be_verb(does))


def _names_other(text: str, name: str | None) -> bool:
    """Whether a sentence names one beside its subject."""
    rest = text[len(name) :] if name else text
    return bool(_NAMED.search(rest))
