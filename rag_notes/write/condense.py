"""Passages to statements: every passage is read once, bit by bit, and each bit condensed.

In: passages and an LLM; out: drafts per passage. A bit is a few sentences of one passage, so the
citation follows from the call and the LLM names no source. Bits of one passage are turns of one
conversation: the LLM reads each once and knows what came before. Does not judge what is true.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rag_notes import prompts
from rag_notes.protocols import LLM, Progress
from rag_notes.schema import Chunk, Draft, Prompt, Reply, Source
from rag_notes.write.sentences import is_repetitive, leaks, read_json, split_clauses, split_reply

PROMPT = "condense.v1"
BIT_MIN_WORDS = 38  # a bit ends at the first sentence end from here on
BIT_MAX_WORDS = 75
TURNS = 3  # bits of one conversation: with six, a small model fell into its own telegraphic style
_REPLY_TOKENS = 110
_READABLE = 2400  # characters of a bit: more in 75 words is no speech, and could fill the context
_LIMIT = 320  # characters
_SCHEMA = json.dumps({"type": "string", "maxLength": _LIMIT})

_GOES_ON = re.compile(r"(second|third|then|and|but|or|also|because)\b", re.IGNORECASE)

Clean = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Bit:
    """Sentences `first` to `last` (half-open) of one passage, with fillers out of `text`."""

    chunk: str
    first: int
    last: int
    text: str

    @property
    def sources(self) -> tuple[Source, ...]:
        """The sentences it consists of."""
        return tuple(Source(self.chunk, number) for number in range(self.first, self.last))


@dataclass(slots=True)
class _Conversation:
    bits: Sequence[Bit]
    said: list[tuple[str, str]] = field(default_factory=list)


def condense(
    chunks: Sequence[Chunk], llm: LLM, *, clean: Clean, progress: Progress | None = None
) -> Mapping[str, tuple[Draft, ...]]:
    """Drafts by passage id, in the order of the passage's sentences.

    `clean` takes the fillers out of one spoken sentence. `progress` counts passages.
    """
    drafts: dict[str, list[Draft]] = {chunk.id: [] for chunk in chunks}
    conversations = [_Conversation(bits) for bits in _conversations(chunks, clean)]
    done: set[str] = set()
    for start in range(0, len(conversations), llm.parallel):
        for bit, drafted in _converse(conversations[start : start + llm.parallel], llm, clean):
            drafts[bit.chunk].extend(drafted)
            done.add(bit.chunk)
            if progress:
                progress(len(done), len(chunks))
    return {id: tuple(found) for id, found in drafts.items()}


def make_bits(chunk: Chunk, clean: Clean) -> tuple[Bit, ...]:
    """Tile a passage's sentences with bits of about 40-75 words."""
    bits: list[Bit] = []
    first = words = 0
    for number, (start, end) in enumerate(chunk.sentences):
        if words and _breaks(chunk.sentence(number), words, words + end - start):
            bits.append(_bit(chunk, first, number, clean))
            first, words = number, 0
        words += end - start
    if bits and words < BIT_MIN_WORDS // 2:
        first = bits.pop().first
    bits.append(_bit(chunk, first, len(chunk.sentences), clean))
    return tuple(bits)


def _breaks(sentence: str, before: int, after: int) -> bool:
    """Whether a bit of `before` words ends here rather than grow to `after` with `sentence`."""
    if after > BIT_MAX_WORDS:
        return True
    if sentence.endswith("?"):
        return before >= BIT_MIN_WORDS // 2
    return before >= BIT_MIN_WORDS and not _GOES_ON.match(sentence)


def _bit(chunk: Chunk, first: int, last: int, clean: Clean) -> Bit:
    sentences = [chunk.sentence(number) for number in range(first, last)]
    while len(sentences) > 1 and sentences[-1].endswith("?"):
        sentences.pop()  # what comes next answers it; a small model would invent an answer
    text = " ".join(filter(None, map(clean, sentences))) or " ".join(sentences)
    return Bit(chunk.id, first, last, text)


def _conversations(chunks: Sequence[Chunk], clean: Clean) -> Iterator[Sequence[Bit]]:
    held: list[Bit] = []
    for chunk in chunks:
        bits = make_bits(chunk, clean)
        if held and len(held) + len(bits) > TURNS:
            yield held
            held = []
        held.extend(bits)
    if held:
        yield held


def _converse(
    conversations: Sequence[_Conversation], llm: LLM, clean: Clean
) -> Iterator[tuple[Bit, list[Draft]]]:
    """Lead conversations side by side, one bit of each at a time."""
    for turn in range(max(len(one.bits) for one in conversations)):
        live = [one for one in conversations if turn < len(one.bits)]
        for one in [one for one in live if len(one.bits[turn].text) > _READABLE]:
            yield one.bits[turn], _own_words(one.bits[turn], clean)
            live.remove(one)
        asked = [_prompt(one.bits[turn].text, one.said) for one in live]
        replies = list(llm.generate(asked))
        for one, reply in zip(live, replies, strict=True):
            bit = one.bits[turn]
            statement = _statement(reply, bit.text, one.said)
            if statement is None:
                yield bit, _again(bit, one.said, llm, clean)
                continue
            one.said.append((bit.text, json.dumps(statement, ensure_ascii=False)))
            yield bit, _drafts(statement, bit.sources)


def _prompt(text: str, said: Sequence[tuple[str, str]]) -> Prompt:
    return prompts.render(
        PROMPT, schema=_SCHEMA, max_tokens=_REPLY_TOKENS, said=tuple(said), bit=text
    )


def _again(bit: Bit, said: Sequence[tuple[str, str]], llm: LLM, clean: Clean) -> list[Draft]:
    """Ask once more for each half of a bit; a half that fails again gives its own sentences."""
    middle = (bit.first + bit.last + 1) // 2
    halves = [span for span in ((bit.first, middle), (middle, bit.last)) if span[0] < span[1]]
    texts = bit.text if len(halves) == 1 else None
    drafts: list[Draft] = []
    for first, last in halves:
        half = Bit(bit.chunk, first, last, texts or _share(bit, first, last))
        (reply,) = llm.generate([_prompt(half.text, said[-1:])])
        statement = _statement(reply, half.text, said)
        drafts += _drafts(statement, half.sources) if statement else _own_words(half, clean)
    return drafts


def _share(bit: Bit, first: int, last: int) -> str:
    """The part of a bit's text that sentences `first` to `last` make, by their number."""
    sentences = re.split(r"(?<=[.!?])\s+", bit.text)
    count = bit.last - bit.first
    cut = [round((n - bit.first) * len(sentences) / count) for n in (first, last)]
    return " ".join(sentences[cut[0] : cut[1]]) or bit.text


def _own_words(bit: Bit, clean: Clean) -> list[Draft]:
    sentences = filter(None, re.split(r"(?<=[.!?])\s+", bit.text))
    return [Draft(clean(text), bit.sources, extractive=True) for text in sentences]


def _statement(reply: Reply, asked: str, said: Sequence[tuple[str, str]]) -> str | None:
    """The sentence replied; "" where there is nothing to learn; None where the reply is no good."""
    text = read_json(reply)
    if not isinstance(text, str) or is_repetitive(text):
        return None
    kept = " ".join(split_reply(text, limit=_LIMIT))
    if text.strip() and not kept:
        return None
    text = kept
    repeats = text and any(json.loads(earlier) == text for _, earlier in said)
    leaked = leaks(text, [asked, *(earlier for earlier, _ in said)])
    return None if repeats or leaked else text


def _drafts(statement: str, sources: tuple[Source, ...]) -> list[Draft]:
    return [
        Draft(clause, sources)
        for sentence in split_reply(statement, limit=_LIMIT + 2)
        for clause in split_clauses(sentence)
    ]
