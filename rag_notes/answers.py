"""What a reader is told back: an answer to a question, the verdicts on somebody's notes.

Values as in schema.py, which holds those that notes are made of.
"""

from dataclasses import dataclass

from rag_notes.schema import Citation, Claim, Verdict


@dataclass(frozen=True, slots=True)
class Answer:
    """What a lecture says to a question; where it says nothing, `nearest` are the closest moments.

    `reading` says how the question was read, `notices` what else a reader should know. In a
    conversation `asked` is what was typed, `at` when (ISO 8601 in UTC).
    """

    question: str
    answered: bool
    claims: tuple[Claim, ...] = ()
    nearest: tuple[Citation, ...] = ()
    seconds: tuple[tuple[str, float], ...] = ()
    reading: str | None = None
    notices: tuple[str, ...] = ()
    asked: str | None = None
    at: str | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence, a table row or a line of code of anyone's notes; `line` counts from 1."""

    text: str
    line: int
    is_code: bool = False


@dataclass(frozen=True, slots=True)
class CheckedClaim:
    """A claim of some notes held against a lecture: `reason` is None where that carries it.

    `line` counts from 1 and is None in notes.json; `unsaid_numbers` are those that no passage of
    the whole lecture says, plain ASCII.
    """

    text: str
    line: int | None
    verdict: Verdict
    reason: str | None
    support: float
    citations: tuple[Citation, ...] = ()
    unsaid_numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verification:
    """Every claim of some notes with its verdict, in the order of the notes."""

    claims: tuple[CheckedClaim, ...]

    @property
    def supported(self) -> int:
        """How many claims the lecture carries."""
        return sum(claim.verdict == "supported" for claim in self.claims)

    @property
    def unsupported(self) -> int:
        """How many it does not."""
        return len(self.claims) - self.supported

    @property
    def unsaid_numbers(self) -> int:
        """How many numbers nobody said, counted once per claim."""
        return sum(len(claim.unsaid_numbers) for claim in self.claims)
