"""Verdicts for a person to check, and what people found when they checked some.

In: judged pairs. Out: a file with as many positive as negative ones, drawn by a fixed seed, one
JSON object a line; a person replaces `"right": null`. What was found so far stands in
`checked.toml`, in counts: the texts are not ours to keep.
"""

import json
import random
import tomllib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from evaluation.statistics import Share

FILE = Path(__file__).with_name("checked.toml")
SIZE = 40
_SEED = 1


@dataclass(frozen=True, slots=True)
class Pair:
    """A verdict: `yes` where the instrument finds that `text` does what `asked` asks for."""

    kind: str
    place: str
    asked: str
    text: str
    measured: str
    yes: bool


def draw(pairs: Sequence[Pair], file: Path, *, size: int = SIZE) -> int:
    """Write up to `size` pairs, half of them positive where there are enough; how many."""
    generator = random.Random(_SEED)  # noqa: S311 (no secret)
    sides = [[one for one in pairs if one.yes == side] for side in (True, False)]
    chosen = []
    for side, other in zip(sides, sides[::-1], strict=True):
        wanted = max(size // 2, size - len(other))
        chosen += generator.sample(side, min(wanted, len(side)))
    lines = [json.dumps(asdict(one) | {"right": None}, ensure_ascii=False) for one in chosen[:size]]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return len(lines)


def count_checked(file: Path) -> tuple[Share, Share]:
    """Of a file that a person filled in: wrong ones among the positive and among the negative."""
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    judged = [row for row in rows if row["right"] is not None]
    sides = ([row for row in judged if row["yes"] == side] for side in (True, False))
    first, second = (Share(sum(not row["right"] for row in side), len(side)) for side in sides)
    return first, second


def found_by_hand(name: str, file: Path = FILE) -> str:
    """What people found of the verdicts `name`: a sentence, or that nobody looked."""
    record = tomllib.loads(file.read_text(encoding="utf-8")).get(name) if file.is_file() else None
    if record is None:
        return "No verdict of these was checked by hand."
    yes, no = Share(*record["yes_wrong"]), Share(*record["no_wrong"])
    return (
        f"Checked by hand on {record['date']}: of the positive verdicts {yes} wrong, "
        f"of the negative {no}."
    )
