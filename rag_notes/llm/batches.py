"""How many prompts are generated at once: by the bytes that each takes and the bytes that are free.

In: a model's configuration, lengths in tokens. Out: numbers. Loads nothing and knows no prompt.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

ModelConfig: TypeAlias = Any  # transformers' configuration of a model; its home has no types

_SHARE = {"cpu": 0.5, "cuda": 0.85}  # of what is free that a batch may take
_CGROUP = Path("/sys/fs/cgroup")


@dataclass(frozen=True, slots=True)
class RowCost:
    """Bytes of memory that one row of a batch takes."""

    token: int  # keys and values of one token, which stay until the reply is written
    read: int  # the layer at work, for each token of a prompt that is read at once
    scores: int  # the last position's, for all of the vocabulary

    def bytes(self, *, kept: int, read: int) -> int:
        """Bytes of a row that reads `read` tokens at once and comes to `kept` in all."""
        return kept * self.token + read * self.read + self.scores


def row_cost(config: ModelConfig, itemsize: int) -> RowCost:
    """What a row takes, from the model's configuration; `itemsize` is the bytes of a number."""
    text = config.get_text_config(decoder=True)
    heads = text.num_attention_heads
    head = getattr(text, "head_dim", None) or text.hidden_size // heads
    grouped = getattr(text, "num_key_value_heads", None) or heads
    attention = 2 * text.hidden_size + (heads + 2 * grouped) * head
    return RowCost(
        token=2 * text.num_hidden_layers * grouped * head * itemsize,
        read=(2 * text.hidden_size + max(attention, 3 * text.intermediate_size)) * itemsize,
        scores=4 * 4 * text.vocab_size,  # in float32, masked and copied
    )


def batch_size(costs: Sequence[int], free: int, device: str) -> int:
    """How many of the rows, the costliest first, fit into the `free` bytes; at least one."""
    return max(1, min(len(costs), int(_SHARE[device] * free) // max(costs[0], 1)))


def free_memory() -> int:
    """Bytes of this machine's memory that may still be taken, a container's limit included."""
    import psutil

    free = int(psutil.virtual_memory().available)
    try:
        limit = (_CGROUP / "memory.max").read_text(encoding="ascii").strip()
        taken = int((_CGROUP / "memory.current").read_text(encoding="ascii"))
        stat = (_CGROUP / "memory.stat").read_text(encoding="ascii").split()
        cached = int(stat[stat.index("inactive_file") + 1])  # given back when it is needed
    except (OSError, ValueError):
        return free
    return max(0, min(free, int(limit) - taken + cached)) if limit.isdecimal() else free
