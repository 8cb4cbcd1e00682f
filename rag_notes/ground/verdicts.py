"""Notes that are already written, held against a lecture: which claims it carries, which not.

In: statements of anyone's notes, or our own notes with their citations; the gate; the passages.
Out: each claim with its verdict. A statement is looked for in the whole lecture; a claim of ours
must be carried by the sentences that it cites. Does not know files, or how a citation is printed.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

from rag_notes.answers import CheckedClaim, Statement
from rag_notes.ground.gate import Checked, Gate
from rag_notes.ground.numbers import unsaid_numbers
from rag_notes.ground.restate import sources_of
from rag_notes.ground.translated import lost, names_in
from rag_notes.protocols import Progress
from rag_notes.schema import Chunk, Citation, Claim, Draft, Notes, Source, Verdict

Label: TypeAlias = Callable[[Citation], str]  # what a reader sees of a place

_BATCH = 16  # claims between two reports of progress
_OF_ANY_CODE = ("0", "1", "2")  # indices, halves, squares
_LONGEST = 4000  # characters of a claim of ours
_NEAR = 0.5  # seconds by which a citation may miss its passage


def check_statements(
    statements: Sequence[Statement], gate: Gate, chunks: Sequence[Chunk], progress: Progress
) -> tuple[CheckedClaim, ...]:
    """Look for each statement in the whole lecture."""
    passages = [chunk.text for chunk in chunks]
    found = _checked(gate, [Draft(one.text, ()) for one in statements], progress)
    return tuple(
        _verdict(
            one.text,
            one.line,
            reason=checked.support.reason,
            support=checked.support.score,
            citations=checked.citations,
            nowhere=_said_nowhere(one, passages),
        )
        for one, checked in zip(statements, found, strict=True)
    )


def _said_nowhere(statement: Statement, passages: Sequence[str]) -> tuple[str, ...]:
    """Numbers of a statement that nobody said, but for those that stand in any code."""
    unsaid = unsaid_numbers(statement.text, passages)
    return tuple(one for one in unsaid if not (statement.is_code and one in _OF_ANY_CODE))


def _checked(gate: Gate, drafts: Sequence[Draft], progress: Progress) -> Iterator[Checked]:
    for first in range(0, len(drafts), _BATCH):
        yield from gate.check(drafts[first : first + _BATCH])
        progress(min(first + _BATCH, len(drafts)), len(drafts))


def _verdict(  # noqa: PLR0913 - each argument is a field of the verdict
    text: str,
    line: int | None,
    *,
    reason: str | None,
    support: float,
    citations: tuple[Citation, ...],
    nowhere: tuple[str, ...],
) -> CheckedClaim:
    if nowhere:
        reason = f"number {nowhere[0]} is said nowhere in the lecture"
    verdict: Verdict = "unsupported" if reason else "supported"
    return CheckedClaim(text, line, verdict, reason, support, citations, nowhere)


# --- notes of ours -------------------------------------------------------------------------------


def check_notes(
    notes: Notes, gate: Gate, chunks: Sequence[Chunk], label: Label, progress: Progress
) -> tuple[CheckedClaim, ...]:
    """Hold each claim against the sentences that it cites, a restatement to its numbers alone."""
    known = {chunk.id: chunk for chunk in chunks}
    claims = tuple(_claims(notes))
    ids = {claim.id for claim in claims}
    names = names_in(_said(claim) for claim in _all_claims(notes))
    faults = [
        _fault(claim, ids, known, label) or _translation_fault(claim, notes, names)
        for claim in claims
    ]
    stated = [c for c, fault in zip(claims, faults, strict=True) if not fault and not c.of]
    drafts = [_draft(claim, sources_of(claim, known)) for claim in stated]
    found = list(_checked(gate, drafts, progress))
    scores = {one.id: checked.support.score for one, checked in zip(stated, found, strict=True)}
    weighed, passages = iter(found), [chunk.text for chunk in chunks]
    verdicts = []
    for claim, fault in zip(claims, faults, strict=True):
        support, reason = 0.0, fault
        if claim.of and not fault:
            support = min(scores.get(name, 0.0) for name in claim.of)
            reason = _unsaid_where_cited(claim, known)
        elif not fault:
            support, reason = _weigh(claim, next(weighed), gate, label)
        nowhere = unsaid_numbers(_whole(claim), passages)
        verdicts.append(
            _verdict(
                claim.text,
                None,
                reason=reason,
                support=support,
                citations=claim.citations,
                nowhere=nowhere,
            )
        )
    return tuple(verdicts)


def _claims(notes: Notes) -> Iterator[Claim]:
    """Yield what the notes claim: a question claims nothing, its answer does."""
    for section in notes.sections:
        for block in section.blocks:
            for claim in block.claims:
                if block.kind != "question":
                    yield claim
                if claim.answer:
                    yield claim.answer


def _all_claims(notes: Notes) -> Iterator[Claim]:
    for section in notes.sections:
        for block in section.blocks:
            yield from block.claims
    yield from _claims(notes)


def _said(claim: Claim) -> str:
    """A claim in the lecture's language."""
    return claim.text if claim.original is None else claim.original


def _translation_fault(claim: Claim, notes: Notes, names: frozenset[str]) -> str | None:
    """What a translated claim lost of its original, which is what the lecture has to carry."""
    if claim.original is None:
        return None
    source = notes.translated_from or notes.language
    fault = lost(claim.original, claim.text, source=source, target=notes.language, names=names)
    return fault and f"as a translation of its original: {fault}"


def _draft(claim: Claim, sources: tuple[Source, ...]) -> Draft:
    return Draft(_said(claim), sources, term=claim.term, value=claim.value)


def _whole(claim: Claim) -> str:
    return " ".join(part for part in (claim.term, claim.value, _said(claim)) if part)


def _fault(claim: Claim, ids: set[str], known: Mapping[str, Chunk], label: Label) -> str | None:
    """What is wrong with a claim's references, before any sense is weighed."""
    if not claim.citations:
        return "it cites nothing"
    if len(_whole(claim)) > _LONGEST:
        return "it is longer than a statement of these notes can be"
    missing = next((name for name in claim.of if name not in ids), None)
    if missing:
        return f"it restates {missing}, which these notes do not have"
    faults = (_citation_fault(one, known.get(one.chunk), label) for one in claim.citations)
    return next((fault for fault in faults if fault), None)


def _citation_fault(citation: Citation, chunk: Chunk | None, label: Label) -> str | None:
    if chunk is None:
        return f"it cites passage {citation.chunk}, which this lecture does not have"
    words = " ".join(chunk.text.split())
    if not citation.quote.strip() or citation.quote not in words:
        return f'"{citation.quote}" does not stand in passage {chunk.id}, which it cites'
    if not _is_there(citation, chunk):
        return f"what it cites was not said at [{label(citation)}]"
    return None


def _is_there(citation: Citation, chunk: Chunk) -> bool:
    """Whether a citation leads to its passage."""
    if citation.kind == "slide":
        return citation.page == chunk.page
    if citation.start is None or chunk.start is None or chunk.end is None:
        return citation.paragraph in (None, chunk.paragraph)
    return chunk.start - _NEAR <= citation.start <= chunk.end + _NEAR


def _unsaid_where_cited(claim: Claim, known: Mapping[str, Chunk]) -> str | None:
    unsaid = unsaid_numbers(_whole(claim), [known[one.chunk].text for one in claim.citations])
    return f"number {unsaid[0]} stands in no cited passage" if unsaid else None


def _weigh(claim: Claim, checked: Checked, gate: Gate, label: Label) -> tuple[float, str | None]:
    """Support and reason of a claim; where its citations fail it, look for better ones."""
    support = checked.support
    if support.reason is None:
        return support.score, None
    (elsewhere,) = gate.check([_draft(claim, ())])
    if elsewhere.support.reason:
        return support.score, support.reason
    own = {(one.chunk, one.quote) for one in claim.citations}
    better = [one for one in elsewhere.citations if (one.chunk, one.quote) not in own]
    if not better:  # the same words, weighed together with what stands around them
        return elsewhere.support.score, None
    return support.score, f"its citation does not carry it; [{label(better[0])}] does"
