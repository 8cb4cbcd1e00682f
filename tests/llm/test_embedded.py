"""A real model (SmolLM2, 98 MB) through llama.cpp: what it does beyond the contract of engines."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from rag_notes import models, prompts
from rag_notes.answers import Answer
from rag_notes.config import load_config
from rag_notes.ground import second
from rag_notes.ground.gate import Doubt
from rag_notes.llm.embedded import EmbeddedLLM
from rag_notes.protocols import LLM
from rag_notes.schema import Chunk, Prompt, Reply
from rag_notes.write import answer, condense, outline, rephrase, section, story, translate
from rag_notes.write.choose import Span
from tests.doubles import Scripted

CONTEXT = 2048
BIT = "A Bloom filter has two parts. The first is an array of m bits, all zero at the start."
STATEMENTS = ["A Bloom filter is an array of bits.", "Each hash function gives a position."]

pytestmark = pytest.mark.models


@pytest.fixture(scope="module")
def weights() -> Path:
    return models.find("smollm2-135m", load_config())


@pytest.fixture(scope="module")
def llm(weights: Path) -> EmbeddedLLM:
    return EmbeddedLLM(weights, name="SmolLM2", context=CONTEXT, threads=1)


def ask(llm: LLM, prompt: Prompt) -> Reply:
    (reply,) = llm.generate([prompt])
    return reply


def text(bit: str = BIT, *, max_tokens: int = 60, limit: int = 120) -> Prompt:
    """A call for one sentence."""
    schema = json.dumps({"type": "string", "maxLength": limit})
    return Prompt("condense.v2", "You write study notes.", bit, schema, max_tokens)


# --- each schema our prompts use, as our own steps ask it

CHUNK = Chunk("c0001", "speech", BIT, 0.0, 9.0, sentences=((0, 6), (6, 18)))
SPAN = Span("c0001", 0, 2, BIT)
DOUBT = Doubt("A Bloom filter has three parts.", BIT, "number 3 stands in no cited passage")


def check_choice(found: object) -> None:
    assert found in ("yes", "no")


def check_statement(found: object) -> None:
    assert isinstance(found, str)


def check_topic(found: object) -> None:
    assert isinstance(found, dict)
    numbers = [n for one in found.get("overview", []) for n in one["from"]]
    numbers += [one["answer"] for one in found["questions"]]
    assert numbers
    assert set(numbers) <= {1, 2}
    assert isinstance(found["goal"], str)


def check_story(found: object) -> None:
    assert isinstance(found, dict)
    assert len(found["story"]) == 2


STEPS: dict[str, tuple[Callable[[LLM], object], Callable[[object], None]]] = {
    "condense": (lambda llm: condense.condense([SPAN], llm), check_statement),
    "judge": (lambda llm: second.doubt_each([DOUBT], llm, least=0.5), check_choice),
    "rewrite": (lambda llm: second.rewrite_each([DOUBT], llm), check_statement),
    "title": (lambda llm: outline.name_topic(STATEMENTS, [], [], llm), check_statement),
    "section": (lambda llm: section.write_topics([("Bits", STATEMENTS)], llm), check_topic),
    "study": (
        lambda llm: section.write_topics([("Bits", STATEMENTS)], llm, weigh=len),
        check_topic,
    ),
    "story": (
        lambda llm: story.tell_story(
            [story.Part("Bits", STATEMENTS[0]), story.Part("Hashes", STATEMENTS[1])], llm
        ),
        check_story,
    ),
    "answer": (
        lambda llm: answer.write_answer("What has two parts?", STATEMENTS[0], llm),
        check_statement,
    ),
    "answerable": (
        lambda llm: answer.how_likely("What has two parts?", STATEMENTS[0], llm),
        check_choice,
    ),
    "followup": (
        lambda llm: rephrase.as_own_question("And why is that?", Answer("What is it?", True), llm),
        check_statement,
    ),
    "search_query": (
        lambda llm: rephrase.translated("Was hat zwei Teile?", "en", llm),
        check_statement,
    ),
    "translate": (lambda llm: translate.translate(STATEMENTS[:1], "de", llm), check_statement),
}


@pytest.mark.parametrize("name", STEPS)
def test_replies_to_our_prompts_fit_their_schema(llm: EmbeddedLLM, name: str) -> None:
    run, check = STEPS[name]
    replies: list[Reply] = []

    def through(prompt: Prompt) -> Reply:
        replies.append(ask(llm, prompt))
        return replies[-1]

    run(Scripted(through))
    assert replies
    for reply in replies:
        assert reply.tokens_written > 0
        if reply.finish == "stop":
            check(reply.text if reply.p is not None else json.loads(reply.text))


def test_every_step_of_ours_is_asked() -> None:
    elsewhere = {"shape", "control"}  # of the engine that asks servers; of an evaluation
    assert {name.partition(".")[0] for name in prompts.names()} == set(STEPS) | elsewhere


@pytest.mark.parametrize("choices", [("yes", "no"), ("bits", "keys")])
def test_of_two_choices_one_is_replied_and_how_likely_the_first_is(
    llm: EmbeddedLLM, choices: tuple[str, str]
) -> None:
    schema = json.dumps({"enum": choices})
    (word, p), (_, turned) = (
        (reply.text, reply.p)
        for order in (choices, choices[::-1])
        for reply in [ask(llm, Prompt("x.v1", "Choose.", BIT, schema, 2, choices=order))]
    )
    assert word in choices
    assert p is not None
    assert turned is not None
    assert 0 <= p <= 1
    assert p + turned == pytest.approx(1, abs=0.02)
    assert (p > 0.5) == (word == choices[0])


@pytest.mark.parametrize("choices", [["maybe", "never"], [17, 23], [3]])
def test_an_enumeration_is_held(llm: EmbeddedLLM, choices: list[object]) -> None:
    schema = json.dumps({"type": "array", "items": {"enum": choices}, "minItems": 2, "maxItems": 2})
    found = json.loads(ask(llm, Prompt("x.v1", "Choose.", "Choose two.", schema, 60)).text)
    assert len(found) == 2
    assert set(found) <= set(choices)


def test_a_limit_of_characters_is_held(llm: EmbeddedLLM) -> None:
    reply = ask(llm, text(limit=20, max_tokens=100))
    assert reply.finish == "stop"
    assert len(json.loads(reply.text)) <= 20


def test_the_same_prompts_have_the_same_replies(weights: Path) -> None:
    """The same calls in the same order: what was read before may change the last bits of a sum."""
    calls = [text(), text("Something else in between."), text()]
    first, second = (
        [reply.text for reply in fresh.generate(calls)]
        for fresh in (
            EmbeddedLLM(weights, name="SmolLM2", context=CONTEXT, threads=1) for _ in range(2)
        )
    )
    assert first == second


def test_what_prompts_share_from_the_start_is_read_once(llm: EmbeddedLLM) -> None:
    rules = "You write study notes. " + "Keep every number as it was said. " * 30
    schema = json.dumps({"type": "string", "maxLength": 40})
    first = ask(llm, Prompt("x.v1", rules, "A filter.", schema, 20))
    second = ask(llm, Prompt("x.v1", rules, "A table.", schema, 20))
    assert second.tokens_cached > 150
    assert second.tokens_read < first.tokens_read + first.tokens_cached - 150


def test_two_threads_may_ask_at_once(llm: EmbeddedLLM) -> None:
    alone = {bit: ask(llm, text(bit)).text for bit in (BIT, "Hash functions give positions.")}
    found: dict[str, list[str]] = {bit: [] for bit in alone}

    def run(bit: str) -> None:
        found[bit] += [ask(llm, text(bit)).text for _ in range(3)]

    threads = [threading.Thread(target=run, args=(bit,)) for bit in alone]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert found == {bit: [reply] * 3 for bit, reply in alone.items()}


def test_ctrl_c_during_a_call_ends_the_wait(weights: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from rag_notes.llm.embedded import EmbeddedLLM\n"
        "from rag_notes.schema import Prompt\n"
        "import os\n"
        "llm = EmbeddedLLM(Path(sys.argv[1]), name='x', context=8192, threads=1)\n"
        "print('ready', flush=True)\n"
        "prompt = Prompt('x', 's', 'word ' * 6000, '{\"type\": \"string\"}', 900)\n"
        "try: list(llm.generate([prompt]))\n"
        "except KeyboardInterrupt: os._exit(130)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(weights)], stdout=subprocess.PIPE, env=os.environ
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    time.sleep(0.7)
    process.send_signal(signal.SIGINT)
    began = time.monotonic()
    assert process.wait(timeout=60) == 130
    assert time.monotonic() - began < 2.0
