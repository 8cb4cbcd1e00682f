"""What engines share: a prompt as chat messages, a count of tokens, a word's probability by them.

The texts of a prompt are data: marks of chat formats that stand in them become plain text here. The
chat format itself is the engine's, or its server's.
"""

import math
import re
from collections.abc import Iterable
from typing import TypeAlias

from rag_notes.schema import Prompt

Message: TypeAlias = dict[str, str]  # role, content

_MARK = re.compile(r"(<)(\||/?s>|start_of|end_of)|(?<=\[)()(?=/?INST\])")


def messages(prompt: Prompt) -> list[Message]:
    """System, exchanges, call, with no mark of a chat format in any of them."""
    turns = [
        {"role": role, "content": inert(text)}
        for turn in prompt.turns
        for role, text in zip(("user", "assistant"), turn, strict=True)
    ]
    return [
        {"role": "system", "content": inert(prompt.system)},
        *turns,
        {"role": "user", "content": inert(prompt.user)},
    ]


def inert(text: str) -> str:
    """Text in which the marks of chat formats are no marks: "<|im_end|>" would end a turn."""
    return _MARK.sub(r"\1 \2", text)


def count_tokens(text: str) -> int:
    """Over-estimate of the tokens of `text`: one has at least a byte, and digits have no more."""
    return len(text.encode()) + 1


def share(tokens: Iterable[tuple[str, float]], first: str, second: str) -> float | None:
    """Probability (0-1) of `first` against `second`, by the tokens that begin them.

    `tokens` are those that may come next, each with its log-probability; None where neither begins.
    """
    sums = {first: 0.0, second: 0.0}
    for token, logprob in tokens:
        said = token.strip().lower()
        for word in sums:
            if said and word.startswith(said):
                sums[word] += math.exp(logprob)
    both = sum(sums.values())
    return sums[first] / both if both else None
