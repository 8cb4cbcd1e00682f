"""One question on its way: cleaned, read, looked up, answered.

In: what a user typed and a Library. Out: an Answer. What the question asks for is read from its
words; what has been accepted for the notes is not written again; what the lecture does not say is
said to be missing, with the nearest moments.
"""

import itertools
import time
import unicodedata
from collections.abc import Callable, Sequence

from rag_notes.answers import Answer
from rag_notes.errors import InputError
from rag_notes.export.cite import stamp
from rag_notes.export.escape import plain
from rag_notes.ground import answerable
from rag_notes.ground.answerable import Signs
from rag_notes.ground.restate import moment_of
from rag_notes.pipeline import answering, told
from rag_notes.pipeline.answering import OnClaim
from rag_notes.pipeline.library import Library
from rag_notes.pipeline.opened import Opened
from rag_notes.schema import Chunk, Citation, Claim, SpanSeconds
from rag_notes.write.language import NAMES, language_of
from rag_notes.write.question import LAST, Asked, read_question
from rag_notes.write.rephrase import translated

_MOST_CHARACTERS = 1000  # of a question; more is none
_NEAREST = 3  # moments named where there is no answer
_PLACES = 4  # at which a subject is said to be treated
_TREATED = 0.5  # share of a subject's words, or cosine, of a passage that treats it
_LOOKED_AT = 8  # passages among which they are looked for
_PAGES = 3  # that are read out at once


def cleaned(question: str) -> tuple[str, tuple[str, ...]]:
    """The question as one line of visible text, not too long; notices of what was done to it.

    Raises InputError where nothing is left.
    """
    text = plain(unicodedata.normalize("NFC", question))
    if not any(char.isalnum() for char in text):
        raise InputError("the question is empty; ask for something, in quotes")
    if len(text) <= _MOST_CHARACTERS:
        return text, ()
    cut = text[:_MOST_CHARACTERS].rsplit(" ", 1)[0]
    return cut, (f"The question is too long: its first {len(cut)} characters were read.",)


class Question:
    """A question that is being answered; claims are told as they are accepted."""

    def __init__(self, question: str, library: Library, on_claim: OnClaim) -> None:
        """Raises InputError where the question is empty."""
        self._library = library
        self._tell = on_claim
        self._started = time.monotonic()
        self._seconds: dict[str, float] = {}
        text, notices = cleaned(question)
        self._question = text
        self._notices = list(notices)
        self._reading: str | None = None
        self._near: Sequence[Chunk] = ()

    def answer(self) -> Answer:
        """Answer it."""
        text = self._in_their_language(self._question)
        only = self._library.only
        asked = read_question(text, duration=only.duration() if only else None)
        claims = self._in_one(asked, only) if only else self._in_many(asked, text)
        self._seconds["total"] = time.monotonic() - self._started
        return Answer(
            question=self._question,
            answered=bool(claims),
            claims=tuple(map(self._library.located, claims)),
            nearest=() if claims else self._nearest(),
            seconds=tuple((name, round(took, 3)) for name, took in self._seconds.items()),
            reading=self._reading,
            notices=tuple(self._notices),
        )

    # --- by what is asked for --------------------------------------------------------------------

    def _in_one(self, asked: Asked, lecture: Opened) -> tuple[Claim, ...]:
        if asked.about == "span":
            return self._said_in(asked, lecture)
        if asked.about == "page":
            return self._on_page(asked, lecture)
        if asked.about == "paragraph":
            return self._in_paragraphs(asked, lecture)
        if asked.about in ("gist", "topics"):
            return self._whole(asked, (lecture,))
        return self._placed(asked.subject) if asked.about == "where" else self._say(asked.subject)

    def _in_many(self, asked: Asked, text: str) -> tuple[Claim, ...]:
        """A time or a page is one lecture's: in several it is a subject like any other."""
        if asked.about in ("gist", "topics"):
            return self._whole(asked, tuple(self._library.lectures.values()))
        return self._placed(asked.subject) if asked.about == "where" else self._say(text)

    def _say(
        self, subject: str, *, span: SpanSeconds | None = None, page: int | None = None
    ) -> tuple[Claim, ...]:
        """Answer from the passages found for a subject."""
        hits = self._library.find(subject, answering.SEARCHED, span=span, page=page)
        self._near = [hit.chunk for hit in hits]
        self._took("search")
        means = self._library.means(self._near)
        return answering.answer_from(
            subject, hits, means, ids=itertools.count(1), on_claim=self._told
        ).claims

    def _said_in(self, asked: Asked, lecture: Opened) -> tuple[Claim, ...]:
        if asked.span is None:
            self._notices.append(
                "This transcript has no times; ask for a paragraph, as in “paragraph 12”."
            )
            return ()
        duration = lecture.duration() or 0.0
        if asked.span[0] >= duration or asked.span[1] <= 0:
            self._notices.append(f"The lecture ends at {stamp(duration)}.")
            return ()
        self._reading = f"what is said from {stamp(asked.span[0])} to {stamp(asked.span[1])}"
        if asked.subject:
            self._reading += f", to: {asked.subject}"
            return self._say(asked.subject, span=asked.span)
        self._near = self._library.within(asked.span)
        claims = told.told_in(lecture, self._near, self._library.embedder, span=asked.span)
        return self._tell_all(claims)

    def _in_paragraphs(self, asked: Asked, lecture: Opened) -> tuple[Claim, ...]:
        numbers = _range(asked, max((one.paragraph or 0 for one in lecture.chunks()), default=0))
        self._near = [one for one in lecture.chunks() if one.paragraph in numbers]
        if not self._near:
            self._notices.append("There is no such paragraph in the transcript.")
        return self._tell_all(told.told_in(lecture, self._near, self._library.embedder))

    def _on_page(self, asked: Asked, lecture: Opened) -> tuple[Claim, ...]:
        count = len(lecture.slides().pages)
        numbers = _range(asked, count)[:_PAGES]
        if not count or not numbers or numbers[-1] > count:
            found = f"The slides have {count} pages." if count else "This lecture has no slides."
            self._notices.append(found)
            return ()
        if len(numbers) == 1 and asked.subject:
            self._reading = f"what page {numbers[0]} says, to: {asked.subject}"
            return self._say(asked.subject, page=numbers[0])
        chunks = lecture.chunks()
        self._near = [one for one in chunks if one.kind == "slide" and one.page in numbers]
        if not self._near:
            self._notices.append("No text could be read there.")
        return self._tell_all(told.written_on(self._near))

    def _whole(self, asked: Asked, lectures: Sequence[Opened]) -> tuple[Claim, ...]:
        tell: Callable[[Opened], tuple[Claim, ...]] = (
            told.outline if asked.about == "topics" else told.gist
        )
        claims = [
            claim
            for one in lectures
            for claim in self._library.apart(one.name, tell(one) or told.gist(one))
        ]
        return self._tell_all(told.numbered(claims))

    def _placed(self, subject: str) -> tuple[Claim, ...]:
        """Quote the moments at which a subject is treated, the best first."""
        self._reading = f"the places at which {subject} is treated"
        hits = self._library.find(subject, _LOOKED_AT)
        self._near = [hit.chunk for hit in hits]
        self._took("search")
        means = self._library.means(self._near)
        vector = means.embedder.embed_query(subject)[0]
        places = [hit.chunk for hit in hits if _treats(self._signs(subject, [hit.chunk], means))]
        quoted = told.quotes_about(subject, vector, places[:_PLACES], means.sentences)
        return self._tell_all(quoted)

    def _signs(self, subject: str, chunks: Sequence[Chunk], means: answering.Means) -> Signs:
        vector = means.embedder.embed_query(subject)[0]
        sentences = means.sentences.within([chunk.id for chunk in chunks])
        return answering.signs_of(subject, vector, chunks, sentences, means)

    # --- the rest of an answer -------------------------------------------------------------------

    def _in_their_language(self, text: str) -> str:
        """The question in the language of the lectures, which it is searched and answered in."""
        theirs = {one.language for one in self._library.lectures.values()}
        asked_in = language_of(text)
        if asked_in is None or asked_in in theirs or len(theirs) > 1:
            return text
        (spoken,) = theirs
        name = NAMES.get(spoken, spoken)
        self._notices.append(f"The lecture is in {name}, and so is what it says to this.")
        other = translated(text, spoken, self._library.llm)
        if other:
            other = cleaned(other)[0]
            self._reading = f"in {name}: {other}"
        return other or text

    def _nearest(self) -> tuple[Citation, ...]:
        chunks = self._near[:_NEAREST]
        return tuple(self._library.place(moment_of(chunk)) for chunk in chunks)

    def _tell_all(self, claims: Sequence[Claim]) -> tuple[Claim, ...]:
        for claim in claims:
            self._told(claim)
        return tuple(claims)

    def _told(self, claim: Claim) -> None:
        self._took("first_claim")
        self._tell(self._library.located(claim))

    def _took(self, what: str) -> None:
        """Note how long it took from the start until this was first reached."""
        self._seconds.setdefault(what, time.monotonic() - self._started)


def _treats(signs: Signs) -> bool:
    """Whether a passage treats a subject: it says most of its words, or is clearly near it."""
    treats = answerable.likelihood(signs) >= answering.ENOUGH
    return treats and (signs.said >= _TREATED or (signs.nearest or 0.0) >= _TREATED)


def _range(asked: Asked, count: int) -> range:
    """Numbers of the pages or paragraphs that are asked for, of `count`."""
    first, last = (count if one == LAST else one or 0 for one in (asked.first, asked.last))
    return range(max(1, min(first, last)), max(first, last) + 1)
