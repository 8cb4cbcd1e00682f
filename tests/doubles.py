"""LLM doubles: what is around a model is tested with replies that are known beforehand."""

import json
import re
from collections.abc import Callable, Iterator, Sequence

from rag_notes.llm.echo import EchoLLM
from rag_notes.schema import Prompt, Reply

Script = Callable[[Prompt], Reply | str]


def step(prompt: Prompt) -> str:
    """Which call it is: "condense", "title", …"""
    return prompt.name.partition(".")[0]


class Scripted(EchoLLM):
    """Replies as a function says, and keeps what it was asked."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self.asked: list[Prompt] = []

    def generate(self, prompts: Sequence[Prompt]) -> Iterator[Reply]:
        """Yield one reply per prompt, in order."""
        for prompt in prompts:
            self.asked.append(prompt)
            reply = self._script(prompt)
            yield reply if isinstance(reply, Reply) else Reply(reply, "stop")

    def asked_for(self, name: str) -> list[Prompt]:
        """The prompts of one step, in the order they came."""
        return [prompt for prompt in self.asked if step(prompt) == name]


def cut_off(text: str = '"A Bloom filter is') -> Reply:
    """A reply that met its token limit."""
    return Reply(text, "length")


class Student(EchoLLM):
    """Writes what a good model might: says back the lecture, asks real questions, answers."""

    def generate(self, prompts: Sequence[Prompt]) -> Iterator[Reply]:
        """Yield one reply per prompt, in order."""
        for prompt in prompts:
            reply = getattr(self, f"_{step(prompt)}", None)
            if reply is None:
                yield from super().generate([prompt])
            else:
                yield Reply(json.dumps(reply(prompt)), "stop", tokens_read=9, tokens_written=9)

    def _title(self, prompt: Prompt) -> str:
        long = re.findall(r"\b[a-z]{6,}\b", prompt.user.lower())
        return " ".join(dict.fromkeys(long[:3])).title() or "Bits"

    def _rewrite(self, prompt: Prompt) -> str:
        return prompt.user.partition("\n")[0].removeprefix("Said: ")

    def _section(self, prompt: Prompt) -> dict[str, object]:
        said = _numbered(prompt.user)
        return {
            "overview": [{"text": said[0], "from": [1]}],
            "goal": "Explain what this part says.",
            "questions": [
                {"question": f"Is it so that {said[-1].rstrip('.')}?", "answer": len(said)},
                {"question": f"Is it so that {said[0].rstrip('.')}?", "answer": 1},
            ][: min(2, len(said))],
        }

    def _story(self, prompt: Prompt) -> dict[str, object]:
        return {"story": [line.partition(": ")[2] for line in _numbered(prompt.user)]}

    def _answer(self, prompt: Prompt) -> str:
        """The sentence of the passage that shares most words with the question."""
        passage, question, _ = prompt.turns[-1][0].removeprefix("Passage: ").split("\n")
        wanted = set(re.findall(r"\w{4,}", question.lower()))
        said = re.split(r"(?<=[.?!]) ", passage)
        return max(said, key=lambda one: len(wanted & set(re.findall(r"\w{4,}", one.lower()))))


def _numbered(text: str) -> list[str]:
    return re.findall(r"^\d+\. (.+)$", text, re.MULTILINE) or [text]
