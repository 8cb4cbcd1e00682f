"""What slides state, as it stood there: rows under their columns, formulas as mathematics.

In: the text of a claim. Out: its columns and cells where it is the row of a table ("Bits: 5; Rate:
9 %"), its LaTeX where it is a formula. What may not be safe there is left to be escaped as text.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from rag_notes.schema import Claim

_PAIR = re.compile(r"(?P<name>[^:;]{1,40}): (?P<cell>[^;]+)")
_FEWEST_CELLS = 2  # of a row
_FEWEST_ROWS = 2  # of a table: one row reads better as a line
_LONGEST = 120  # letters of a formula
# All that a formula may hold: nothing here can end it or begin a tag or a command.
_SAFE = re.compile(r"[A-Za-z0-9Α-ω .,:=+\-−·×*/^_()\[\]!'%<>≤≥≈≠∝→∞√∑∏∫±∈∂]+")
_RELATION = re.compile(r"\w[^=<>≤≥≈∝→]*[=<>≤≥≈∝→]")
# What one who reads no mathematics would take for a link or for emphasis.
_MARKUP = re.compile(
    r"\]\(|\[\[|!\[|://|www\.|==|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])", re.IGNORECASE
)
# What is no formula as it stands, or would not be read as meant: "3e-4", "x^2^n", "10 ms", "->".
_UNCLEAR = re.compile(
    r"\d[eE]-?\d|[\^_]\w*[\^_]|\^(?![A-Za-z0-9(-])|\d [A-Za-z]{2,}|_\d+[A-Za-z]|[A-Za-z]{2,}_"
    r"|[-=!<>][=>]"
)
_FUNCTIONS = frozenset("ln log exp max min sin cos tan arg lim det dim".split())
_LONG = 4  # letters: a word, and no product of variables
_SHORT_WORDS = frozenset(
    "if is are the an and of to in for we so or at it as by on he she you they not but".split()
)
_SYMBOLS = {"*": r"\cdot ", "%": r"\%", "<": r"\lt ", ">": r"\gt "}
# "e^-kn/m": a negative exponent is read to its end, any other is one number or one product.
_POWER = re.compile(r"\^(-\w+(?:/\w+)?|\d+(?:\.\d+)?|[A-Za-z]+)")
_INDEX = re.compile(r"_(\d{2,}|[A-Za-z]{2,})")
_WORD = re.compile(r"(?<![\\A-Za-z_{])[A-Za-z]{2,}")


@dataclass(frozen=True, slots=True)
class Run:
    """Claims in a row that are printed alike: under `columns`, or each by itself where none."""

    claims: tuple[Claim, ...]
    columns: tuple[str, ...] = ()


def runs(claims: Sequence[Claim]) -> Iterator[Run]:
    """Part claims into rows of tables and the rest, in the order given."""
    for columns, found in groupby(
        claims, lambda claim: tuple(name for name, _ in _row(claim.text))
    ):
        some = tuple(found)
        yield Run(some, columns if len(some) >= _FEWEST_ROWS else ())


def cells(text: str) -> tuple[str, ...]:
    """The cells of a row, in the order of its columns."""
    return tuple(cell for _, cell in _row(text))


def latex(text: str) -> str | None:
    r"""A formula as LaTeX; None for what is none, or would be read as another.

    >>> latex("p = (1 - e^-kn/m)^k")
    'p = (1 - e^{-kn/m})^{k}'
    """
    text = " ".join(text.split())
    if len(text) > _LONGEST or not _SAFE.fullmatch(text) or not _is_relation(text):
        return None
    if _MARKUP.search(text) or _UNCLEAR.search(text):
        return None
    words = re.findall(r"[A-Za-z]+(?![A-Za-z(])", text)  # "softmax(" is a function
    spoken = _SHORT_WORDS & {word.lower() for word in words}
    if spoken or sum(len(word) >= _LONG for word in words) > 1:
        return None  # a sentence with a value in it
    text = _INDEX.sub(r"_{\1}", _POWER.sub(r"^{\1}", text))
    text = _WORD.sub(_named, text)
    return "".join(_SYMBOLS.get(char, char) for char in text)


def _is_relation(text: str) -> bool:
    """Whether something stands on both sides of a sign: an equation, a bound."""
    found = _RELATION.search(text)
    return found is not None and re.search(r"\w", text[found.end() :]) is not None


def _named(match: re.Match[str]) -> str:
    word = match[0]
    if word in _FUNCTIONS:
        return rf"\{word}"
    return rf"\text{{{word}}}" if len(word) >= _LONG else word


def _row(text: str) -> tuple[tuple[str, str], ...]:
    """The cells of a row with their columns; nothing where a text is no row of two at least."""
    found = [_PAIR.fullmatch(part.strip()) for part in text.split(";")]
    pairs = tuple((pair["name"].strip(), pair["cell"].strip()) for pair in found if pair)
    return pairs if len(pairs) == len(found) >= _FEWEST_CELLS else ()
