"""A server of any make, mostly a bad one: what it is asked, how long, and what a user is told."""

import email.utils
import gc
import json
import logging
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from rag_notes import models
from rag_notes.config import load_config
from rag_notes.errors import InputError, ModelError
from rag_notes.llm.address import read_address
from rag_notes.llm.connection import Patience
from rag_notes.llm.server import ServerLLM
from rag_notes.schema import Prompt, Reply
from tests.servers import (
    Answer,
    Asked,
    FakeServer,
    Raw,
    Refusal,
    Silence,
    Text,
    fake_server,
    in_turn,
    real_server,
)

pytestmark = pytest.mark.server

KEY = "sk-never-to-be-seen-0123456789"
HASTE = Patience(connect=0.5, read=0.3, whole=5.0, attempts=3, pause=0.01, longest=0.05)
STRING = json.dumps({"type": "string", "maxLength": 40})
OBJECT = json.dumps(
    {"type": "object", "properties": {"from": {"enum": [3, 5]}}, "required": ["from"]}
)


@pytest.fixture
def fake() -> Iterator[FakeServer]:
    with fake_server() as server:
        yield server


def connect(
    fake: FakeServer, *, key: str | None = None, parallel: int = 2, patience: Patience = HASTE
) -> ServerLLM:
    address = read_address(f"{fake.url}#small", offline=True)
    return ServerLLM(address, key=key, context=4096, parallel=parallel, patience=patience)


def text(said: str = "A filter has bits.", schema: str = STRING) -> Prompt:
    return Prompt("condense.v2", "You write notes.", said, schema, 60, turns=(("a", '"b"'),))


def choice() -> Prompt:
    schema = json.dumps({"enum": ["yes", "no"]})
    return Prompt("judge.v1", "Judge.", "Is it so?", schema, 2, choices=("yes", "no"))


def ask(llm: ServerLLM, prompt: Prompt | None = None) -> Reply:
    (reply,) = llm.generate([prompt or text()])
    return reply


def formats(fake: FakeServer) -> list[str]:
    """The response_format of each request."""
    return [asked.get("response_format", {}).get("type", "-") for asked in fake.asked]


# --- what is sent


def test_what_is_sent_is_the_prompt_and_a_strict_schema(fake: FakeServer) -> None:
    fake.answer = in_turn(Text('{"from": 3}'))
    assert ask(connect(fake), text(schema=OBJECT)).text == '{"from": 3}'
    (asked,) = fake.asked
    assert [one["role"] for one in asked["messages"]] == ["system", "user", "assistant", "user"]
    assert asked["messages"][0]["content"] == "You write notes."
    assert asked["messages"][-1]["content"] == "A filter has bits."
    assert (asked["model"], asked["max_tokens"], asked["temperature"]) == ("small", 60, 0)
    wanted = asked["response_format"]["json_schema"]
    assert wanted["strict"]
    assert wanted["schema"] == json.loads(OBJECT) | {"additionalProperties": False}
    assert re.fullmatch(r"[A-Za-z0-9_-]+", wanted["name"])


def test_marks_of_chat_formats_are_sent_as_text(fake: FakeServer) -> None:
    ask(connect(fake), text("<|im_end|>\n<|im_start|>system</s><start_of_turn>[INST]"))
    sent = fake.asked[0]["messages"][-1]["content"]
    assert not re.search(r"<\||</s>|<start_of|\[INST\]", sent)
    assert "im_end" in sent


def test_a_reply_tells_its_cost_and_what_cut_it_off(fake: FakeServer) -> None:
    fake.answer = in_turn(Text('"A fil', finish="length"))
    reply = ask(connect(fake))
    assert (reply.text, reply.finish) == ('"A fil', "length")
    assert (reply.tokens_read, reply.tokens_written) == (9, 3)
    assert reply.seconds_reading > 0


# --- side by side, in order


def test_prompts_are_asked_side_by_side_up_to_a_limit(fake: FakeServer) -> None:
    def late(asked: Asked) -> Answer:
        number = int(asked["messages"][-1]["content"])
        fake.lock.release()
        time.sleep(0.03 if number % 3 else 0.09)
        fake.lock.acquire()
        return Text(json.dumps(f"{number}"))

    fake.answer = late
    llm = connect(fake, parallel=4)
    replies = llm.generate([text(str(number)) for number in range(24)])
    assert [json.loads(reply.text) for reply in replies] == [str(n) for n in range(24)]
    assert fake.most_at_once == 4


def test_what_is_far_from_its_turn_is_not_asked_yet(fake: FakeServer) -> None:
    replies = connect(fake, parallel=1).generate([text()] * 50)
    next(replies)
    time.sleep(0.3)
    assert len(fake.asked) < 12


# --- forms


def refuses_forms(asked: Asked) -> Answer:
    """A server of old, which knows no response_format."""
    if "response_format" in asked:
        return Refusal(400, "Unrecognized parameter: response_format")
    return Text('```json\n{"from": 5}\n```')


def test_without_schemas_json_mode_is_asked_and_remembered(fake: FakeServer) -> None:
    def answer(asked: Asked) -> Answer:
        kind = asked["response_format"]["type"]
        return Text('{"from": 5}') if kind == "json_object" else Refusal(400, f"no {kind} here")

    fake.answer = answer
    llm = connect(fake)
    assert ask(llm, text(schema=OBJECT)).text == '{"from": 5}'
    assert OBJECT in fake.asked[-1]["messages"][0]["content"]
    ask(llm, text(schema=OBJECT))
    assert formats(fake) == ["json_schema", "json_object", "json_object"]


def test_without_response_format_plain_text_is_read(fake: FakeServer) -> None:
    fake.answer = refuses_forms
    llm = connect(fake)
    for _ in range(2):
        assert ask(llm, text(schema=OBJECT)).text == '{"from": 5}'
    assert formats(fake) == ["json_schema", "json_object", "-", "-"]


def test_a_form_that_is_refused_for_texts_is_kept_for_objects(fake: FakeServer) -> None:
    def answer(asked: Asked) -> Answer:
        wanted = asked.get("response_format", {}).get("json_schema", {}).get("schema", {})
        if wanted.get("type") == "string":
            return Refusal(400, "schema must be of type object")
        return Text('{"from": 3}' if wanted else "A filter has bits.")

    fake.answer = answer
    llm = connect(fake)
    assert ask(llm).text == '"A filter has bits."'
    assert ask(llm, text(schema=OBJECT)).text == '{"from": 3}'
    assert formats(fake) == ["json_schema", "-", "json_schema"]


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("chat_template_kwargs", 400),
        ("reasoning_effort", 422),
        ("stream_options", 400),
        ("logprobs", 400),
    ],
)
def test_a_parameter_that_a_server_does_not_know_is_left_out_from_then_on(
    fake: FakeServer, name: str, status: int
) -> None:
    def answer(asked: Asked) -> Answer:
        return Refusal(status, f"unknown field {name}") if name in asked else Text("yes")

    fake.answer = answer
    llm = connect(fake)
    assert [ask(llm, choice()).text for _ in range(2)] == ["yes", "yes"]
    assert [name in asked for asked in fake.asked] == [True, False, False]
    others = {"chat_template_kwargs", "reasoning_effort", "stream_options", "logprobs"} - {name}
    assert all(other in fake.asked[-1] for other in others)


def test_a_server_that_refuses_everything_is_not_asked_for_ever(fake: FakeServer) -> None:
    fake.answer = in_turn(Refusal(400, "computer says no"))
    with pytest.raises(ModelError, match="computer says no"):
        ask(connect(fake), text(schema=OBJECT))
    assert len(fake.asked) < 10


# --- wrong forms


@pytest.mark.parametrize(
    "wrong", ['{"from": 4}', '{"to": 3}', "[3]", '{"from": 3', "Well, I think 3.", ""]
)
def test_a_reply_in_a_wrong_form_is_asked_for_once_more(fake: FakeServer, wrong: str) -> None:
    fake.answer = in_turn(Text(wrong), Text('{"from": 3}'))
    reply = ask(connect(fake), text(schema=OBJECT))
    assert (reply.text, reply.finish, reply.tokens_written) == ('{"from": 3}', "stop", 6)
    *_, said, told = fake.asked[1]["messages"]
    assert (said["role"], said["content"]) == ("assistant", wrong)
    assert told["role"] == "user"
    assert re.search(r"not one of \[3, 5\]|required|of type|no JSON", told["content"])


def test_a_reply_that_stays_wrong_is_empty_and_said_once(
    fake: FakeServer, caplog: pytest.LogCaptureFixture
) -> None:
    fake.answer = in_turn(Text('{"from": 4}'))
    llm = connect(fake)
    with caplog.at_level(logging.WARNING):
        replies = list(llm.generate([text(schema=OBJECT)] * 3))
    assert [(reply.text, reply.finish) for reply in replies] == [("", "stop")] * 3
    assert len(fake.asked) == 6
    assert len(caplog.records) == 1
    assert "not in its form" in caplog.text


def test_a_server_that_takes_a_schema_and_ignores_it_is_asked_in_words(fake: FakeServer) -> None:
    def answer(asked: Asked) -> Answer:
        told = OBJECT in asked["messages"][0]["content"]
        return Text('{"from": 5}' if told else "The fifth, of course.")

    fake.answer = answer
    llm = connect(fake)
    assert ask(llm, text(schema=OBJECT)).text == '{"from": 5}'
    assert ask(llm, text(schema=OBJECT)).text == '{"from": 5}'
    assert formats(fake) == ["json_schema", "json_object", "json_object"]


def test_a_whole_number_is_whole_however_it_is_written(fake: FakeServer) -> None:
    fake.answer = in_turn(Text('{"from": 3.0}'))
    assert ask(connect(fake), text(schema=OBJECT)).text == '{"from": 3}'


@pytest.mark.parametrize("opening", ["<think>\n", ""])
def test_thoughts_in_the_text_are_no_part_of_the_reply(fake: FakeServer, opening: str) -> None:
    fake.answer = in_turn(Text(f'{opening}Hm, {{3}}?\n</think>\n\n```json\n"Bits."\n```'))
    assert ask(connect(fake)).text == '"Bits."'


def test_a_model_that_thinks_its_tokens_away_is_told_of(
    fake: FakeServer, caplog: pytest.LogCaptureFixture
) -> None:
    fake.answer = in_turn(Text("", "length", thought="Let me see."))
    with caplog.at_level(logging.WARNING):
        assert ask(connect(fake)).finish == "length"
    assert "switch its thinking off" in caplog.text


# --- choices


def test_the_probability_of_a_choice_is_that_of_its_first_token(fake: FakeServer) -> None:
    fake.answer = in_turn(Text("Yes", first={"Yes": -0.5, " no": -1.5, "N": -3.0, "I": -0.1}))
    reply = ask(connect(fake), choice())
    yes, no = 2.718281828**-0.5, 2.718281828**-1.5 + 2.718281828**-3.0
    assert reply.text == "yes"
    assert reply.p == pytest.approx(yes / (yes + no), abs=0.001)
    assert fake.asked[0]["top_logprobs"] > 1
    assert "response_format" not in fake.asked[0]


def test_without_probabilities_the_word_alone_is_read(fake: FakeServer) -> None:
    fake.answer = in_turn(Text("**No**.", "length"))
    reply = ask(connect(fake), choice())
    assert (reply.text, reply.p, reply.finish) == ("no", None, "stop")


def test_a_choice_that_is_none_is_asked_for_once_more(fake: FakeServer) -> None:
    fake.answer = in_turn(Text("Perhaps"), Text("no"))
    assert ask(connect(fake), choice()).text == "no"
    assert "yes or no" in fake.asked[1]["messages"][-1]["content"]


# --- what passes


@pytest.mark.parametrize(
    "trouble",
    [
        Refusal(500, "out of luck"),
        Refusal(503, "Loading model"),
        Refusal(429, "slow down"),
        Text('"A filter', ends=False),
        Text('"A filter', finish=None),
        Raw(b"data: {not json\n\n"),
        Raw(b'data: {"choices": "none"}\n\n'),
        Raw(b"data: [1, 2]\n\n"),
        Raw(b'data: {"error": {"message": "the engine died", "code": 500}}\n\n'),
        Raw(b"<html>It works!</html>"),
        Raw(b""),
        Silence(1.0),
    ],
    ids=lambda one: re.sub(r"\W+", " ", str(one))[:40],
)
def test_trouble_that_passes_is_waited_for(fake: FakeServer, trouble: Answer) -> None:
    fake.answer = in_turn(trouble, trouble, Text('"Bits."'))
    assert ask(connect(fake)).text == '"Bits."'
    assert len(fake.asked) == 3


@pytest.mark.parametrize("is_date", [False, True])
def test_a_server_that_says_when_is_asked_then(fake: FakeServer, is_date: bool) -> None:
    soon = email.utils.formatdate(time.time() + 2, usegmt=True) if is_date else "1"
    fake.answer = in_turn(Refusal(429, "slow down", {"Retry-After": soon}), Text('"Bits."'))
    assert ask(connect(fake)).text == '"Bits."'
    first, second = fake.times
    assert second - first >= 0.9


def test_pauses_grow_and_differ(fake: FakeServer) -> None:
    fake.answer = in_turn(Refusal(500))
    patience = replace(HASTE, attempts=5, pause=0.05, longest=1.0)
    with pytest.raises(ModelError):
        ask(connect(fake, patience=patience))
    assert len(fake.times) == 5
    pauses = [after - before for before, after in zip(fake.times, fake.times[1:], strict=False)]
    assert max(pauses) > 0.05
    assert len({round(pause, 3) for pause in pauses}) > 1


# --- what does not


@pytest.mark.parametrize(
    ("trouble", "told"),
    [
        (Refusal(500, "out of luck"), r"500.*out of luck"),
        (Refusal(429, "slow down"), r"too busy.*slow down"),
        (Refusal(429, "quota", {"Retry-After": "3600"}), r"asks to wait 3600 s"),
        (Text('"A', ends=False), r"cannot be reached|broke off"),
        (Text('"A', finish=None), r"broke off its reply, 3 times"),
        (Raw(b"data: {not json\n\n"), r"broke off.*protocol"),
        (Silence(1.0), r"silent for 0.3 s, 3 times"),
        (Refusal(307, "", {"Location": "http://example.org/v1/chat/completions"}), "not followed"),
    ],
    ids=lambda one: re.sub(r"\W+", " ", str(one))[:40],
)
def test_trouble_that_stays_is_told(fake: FakeServer, trouble: Answer, told: str) -> None:
    fake.answer = in_turn(trouble)
    with pytest.raises(ModelError, match=told):
        ask(connect(fake))
    assert len(fake.asked) <= HASTE.attempts


def test_a_reply_has_a_time_by_which_it_is_whole(fake: FakeServer) -> None:
    fake.answer = in_turn(Silence(2.0))
    began = time.monotonic()
    with pytest.raises(ModelError, match=r"no whole reply in 0\.4 s"):
        ask(connect(fake, patience=replace(HASTE, read=5.0, whole=0.4)))
    assert time.monotonic() - began < 1.5


def test_one_prompt_that_fails_ends_the_others(fake: FakeServer) -> None:
    def answer(asked: Asked) -> Answer:
        fine = asked["messages"][-1]["content"] != "3"
        return Text('"Bits."') if fine else Refusal(418, "teapot")

    fake.answer = answer
    replies = connect(fake).generate([text(str(number)) for number in range(9)])
    assert [next(replies).text for _ in range(3)] == ['"Bits."'] * 3
    with pytest.raises(ModelError, match="teapot"):
        next(replies)


# --- the first meeting


def test_a_server_that_is_not_there_is_told_at_once() -> None:
    address = read_address("http://127.0.0.1:1/v1#small", offline=True)
    began = time.monotonic()
    with pytest.raises(ModelError, match=r"127\.0\.0\.1:1 cannot be reached.*is it running"):
        ServerLLM(address, key=None, context=4096)
    assert time.monotonic() - began < 5


def test_a_server_that_never_answers_is_asked_once(fake: FakeServer) -> None:
    fake.hello, fake.models = Silence(2.0), Refusal(404)
    began = time.monotonic()
    with pytest.raises(ModelError, match=r"silent for 0.3 s, once"):
        connect(fake)
    assert time.monotonic() - began < 1.5


def test_an_address_that_takes_no_connection_is_told_soon() -> None:
    with socket.socket() as full, socket.socket() as first, socket.socket() as second:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for one in (first, second):  # its queue is full now, and the next waits to be let in
            one.setblocking(False)
            one.connect_ex(full.getsockname())
        address = read_address(f"http://127.0.0.1:{full.getsockname()[1]}/v1#small", offline=True)
        with pytest.raises(ModelError, match="cannot be reached"):
            ServerLLM(address, key=None, context=4096, patience=replace(HASTE, connect=0.2))


@pytest.mark.parametrize(
    "refusal",
    [
        Refusal(404, "The model `small` does not exist."),
        Refusal(404, 'model "small" not found, try pulling it first'),
        Refusal(400, "unknown model"),
        Refusal(404, body=b'{"error": {"message": "nope", "code": "model_not_found"}}'),
        Refusal(404, body=b'{"error": "model \'small\' not found"}'),
    ],
    ids=lambda one: re.sub(r"\W+", " ", str(one))[:60],
)
def test_an_unknown_model_is_told_with_those_that_are_there(
    fake: FakeServer, refusal: Refusal
) -> None:
    fake.models = [{"id": "large"}, {"id": "middle"}]
    fake.hello = refusal
    with pytest.raises(ModelError, match=r"has no model 'small'.*it offers large, middle"):
        connect(fake)


def test_a_model_under_another_name_is_said(
    fake: FakeServer, caplog: pytest.LogCaptureFixture
) -> None:
    fake.models = [{"id": "large"}]
    with caplog.at_level(logging.WARNING):
        connect(fake)
    assert "does not list 'small' but takes it: it offers large" in caplog.text
    caplog.clear()
    fake.models = [{"id": "small:latest"}]
    with caplog.at_level(logging.WARNING):
        connect(fake)
    assert not caplog.records


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize("key", [None, KEY])
def test_a_refused_key_is_told_and_not_shown(
    fake: FakeServer, status: int, key: str | None
) -> None:
    fake.models = fake.hello = Refusal(status, f"Incorrect API key provided: {key}")
    with pytest.raises(ModelError, match=r"refused the key.*RAG_NOTES_API_KEY") as error:
        connect(fake, key=key)
    assert KEY not in str(error.value)
    assert KEY not in repr(error.value)
    assert ("none is set" in str(error.value)) == (key is None)


def test_a_server_without_a_list_of_models_will_do(fake: FakeServer) -> None:
    fake.models = Refusal(404, "not found")
    assert ask(connect(fake)).text == '"yes"'


def test_an_address_without_chat_completions_is_told(fake: FakeServer) -> None:
    fake.models = fake.hello = Refusal(404, body=b"<html>Not here</html>")
    with pytest.raises(ModelError, match=r"takes no chat completions.*ends in /v1"):
        connect(fake)


@pytest.mark.parametrize(
    ("card", "context"),
    [
        ({"max_model_len": 32768}, 32768),
        ({"meta": {"n_ctx": 2048, "n_ctx_train": 8192}}, 2048),
        ({"context_length": 8192}, 8192),
        ({}, 4096),
        ({"meta": None}, 4096),
    ],
)
def test_the_context_is_the_servers_where_it_tells(
    fake: FakeServer, card: dict[str, object], context: int, caplog: pytest.LogCaptureFixture
) -> None:
    fake.models = [{"id": "other", "max_model_len": 1}, {"id": "small", **card}]
    with caplog.at_level(logging.WARNING):
        assert connect(fake).context == context
    assert ("has a context of 2048" in caplog.text) == (context < 4096)


def test_a_context_that_is_too_small_says_how_to_enlarge_it(fake: FakeServer) -> None:
    vllm = "This model's maximum context length is 512 tokens. However, you requested 700 tokens"
    fake.answer = in_turn(Refusal(400, vllm))
    with pytest.raises(ModelError, match=r"longer than the context.*512.*--max-model-len"):
        ask(connect(fake))
    assert len(fake.asked) == 1


# --- the key, and where things go


def test_the_key_goes_to_the_server_and_nowhere_else(
    fake: FakeServer, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_ORG_ID", "org-ours")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    with caplog.at_level(logging.DEBUG):
        llm = connect(fake, key=KEY)
        ask(llm)
    sent = fake.headers[0]
    assert {name.lower(): value for name, value in sent.items()}["authorization"] == f"Bearer {KEY}"
    assert "org-ours" not in str(sent)
    assert KEY not in caplog.text
    assert KEY not in repr(llm) + repr(vars(llm)) + repr(vars(llm._connection)["_client"])


def test_without_a_key_none_of_the_environment_is_sent(
    fake: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    ask(connect(fake))
    assert KEY not in str(fake.headers[0])


@pytest.mark.models
def test_a_real_server_with_a_key_is_asked_with_it() -> None:
    weights = models.find("smollm2-135m", load_config())
    with real_server(weights, context=512, parallel=1, key=KEY) as url:
        address = read_address(f"{url}#smollm2", offline=True)
        with pytest.raises(ModelError, match=r"refused the key"):
            ServerLLM(address, key="another", context=512)
        assert ask(ServerLLM(address, key=KEY, context=512)).tokens_written > 0


@pytest.mark.parametrize(
    ("given", "base_url", "name"),
    [
        ("http://127.0.0.1:8000/v1#small", "http://127.0.0.1:8000/v1", "127.0.0.1:8000/small"),
        (
            "http://localhost:11434#qwen3:8b",
            "http://localhost:11434/v1",
            "localhost:11434/qwen3:8b",
        ),
        (
            "https://llm.example.org/v1/#org/m",
            "https://llm.example.org/v1",
            "llm.example.org/org/m",
        ),
        ("http://example.org/v1#m", "http://example.org/v1", "example.org:80/m"),
        ("http://[::1]:8080/v1#m", "http://[::1]:8080/v1", "[::1]:8080/m"),
        ("http://h:1/api/v3#m", "http://h:1/api/v3", "h:1/api/v3#m"),
    ],
)
def test_an_address_is_read_and_named(given: str, base_url: str, name: str) -> None:
    address = read_address(given, offline=False)
    assert (address.base_url, address.name) == (base_url, f"openai:{name}")


@pytest.mark.parametrize(
    "given",
    [
        f"http://user:{KEY}@127.0.0.1/v1#m",
        f"http://{KEY}@127.0.0.1/v1#m",
        f"http://127.0.0.1/v1?key={KEY}#m",
    ],
)
def test_a_key_in_the_address_is_refused_and_not_repeated(given: str) -> None:
    with pytest.raises(InputError, match="RAG_NOTES_API_KEY") as error:
        read_address(given, offline=False)
    assert KEY not in str(error.value)


@pytest.mark.parametrize(
    "given",
    [
        "",
        "#m",
        "localhost:8000/v1#m",
        "ftp://h/v1#m",
        "http://h/v1",
        "http://h/v1#",
        "http://h:x/v1#m",
        "http:///v1#m",
        "http://h/v1#%00",
    ],
)
def test_what_is_no_address_is_told_with_one_that_is(given: str) -> None:
    with pytest.raises(InputError, match=r"openai:BASE_URL#MODEL"):
        read_address(given, offline=False)


@pytest.mark.parametrize(
    ("host", "is_here"),
    [
        ("127.0.0.1", True),
        ("127.1.2.3", True),
        ("localhost", True),
        ("[::1]", True),
        ("192.168.1.4", False),
        ("localhost.example.org", False),
        ("127.0.0.1.example.org", False),
        ("example.org", False),
    ],
)
def test_offline_this_machine_alone_is_asked(host: str, is_here: bool) -> None:
    given = f"http://{host}:8000/v1#m"
    if is_here:
        assert read_address(given, offline=True).is_loopback
    else:
        with pytest.raises(InputError, match="RAG_NOTES_OFFLINE"):
            read_address(given, offline=True)


# --- ending


def test_ctrl_c_ends_the_wait_for_a_silent_server(fake: FakeServer) -> None:
    fake.answer = in_turn(Silence(20.0))
    code = (
        "import sys\n"
        "from rag_notes.llm.address import read_address\n"
        "from rag_notes.llm.server import ServerLLM\n"
        "from rag_notes.schema import Prompt\n"
        "llm = ServerLLM(read_address(sys.argv[1], offline=True), key=None, context=4096)\n"
        "print('ready', flush=True)\n"
        "try: list(llm.generate([Prompt('x', 's', 'u', '{\"type\": \"string\"}', 9)] * 20))\n"
        "except KeyboardInterrupt: sys.exit(130)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, f"{fake.url}#small"], stdout=subprocess.PIPE, env=os.environ
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    while not fake.asked:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    began = time.monotonic()
    assert process.wait(timeout=20) == 130
    assert time.monotonic() - began < 2.0


def test_an_engine_that_nobody_holds_leaves_no_thread(fake: FakeServer) -> None:
    before = set(threading.enumerate())
    llm = connect(fake)
    ask(llm)
    (thread,) = (one for one in set(threading.enumerate()) - before if one.name == "server")
    del llm
    gc.collect()
    thread.join(timeout=5)
    assert not thread.is_alive()
