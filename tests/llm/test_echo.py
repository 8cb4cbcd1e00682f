"""The double fits every schema it is given, and says the same each time."""

import json

import pytest

from rag_notes.llm.echo import EchoLLM
from rag_notes.schema import Prompt


def prompt(schema: object, user: str = "1. The filter stores bits.\n2. It has no keys.") -> Prompt:
    return Prompt("any.v1", "Be brief.", user, json.dumps(schema), 100)


def reply_to(schema: object, user: str | None = None) -> object:
    (reply,) = EchoLLM().generate([prompt(schema, user) if user else prompt(schema)])
    assert reply.finish == "stop"
    found: object = json.loads(reply.text)
    return found


def test_a_text_is_the_first_line_of_the_call() -> None:
    assert reply_to({"type": "string"}) == "The filter stores bits."


def test_a_text_is_the_last_line_with_a_label_where_there_is_one() -> None:
    asked = "Passage: The filter stores bits. It has no keys.\nPart: It has no keys.\n- Part: none."
    assert reply_to({"type": "string"}, asked) == "It has no keys."
    assert reply_to({"type": "array", "items": {"type": "string"}}, asked) == [
        "Passage: The filter stores bits. It has no keys."
    ]


def test_a_text_keeps_its_limit_and_whole_words() -> None:
    assert reply_to({"type": "string", "maxLength": 12}) == "The filter"


def test_texts_take_one_line_after_the_other() -> None:
    schema = {"type": "array", "items": {"type": "string"}, "minItems": 3}
    assert reply_to(schema) == [
        "The filter stores bits.",
        "It has no keys.",
        "The filter stores bits.",
    ]


def test_a_schema_of_all_parts_is_filled() -> None:
    schema = {
        "type": "object",
        "properties": {
            "answered": {"enum": ["yes", "no"]},
            "sure": {"type": "boolean"},
            "claims": {
                "type": "array",
                "minItems": 0,
                "items": {
                    "type": "object",
                    "properties": {"from": {"type": "array", "items": {"enum": [4, 5]}}},
                },
            },
        },
    }
    assert reply_to(schema) == {"answered": "yes", "sure": True, "claims": [{"from": [4]}]}


def test_an_unknown_part_of_json_schema_is_an_error() -> None:
    with pytest.raises(ValueError, match="no echo"):
        reply_to({"type": "null"})


def test_replies_come_in_order_and_are_the_same_each_time() -> None:
    prompts = [prompt({"type": "string"}, f"{word} is said.") for word in ("One", "Two", "Three")]
    first = [reply.text for reply in EchoLLM().generate(prompts)]
    assert first == ['"One is said."', '"Two is said."', '"Three is said."']
    assert [reply.text for reply in EchoLLM().generate(prompts)] == first


def test_tokens_are_counted() -> None:
    (reply,) = EchoLLM().generate([prompt({"type": "string"})])
    assert reply.tokens_read > 0
    assert reply.tokens_written == 4
