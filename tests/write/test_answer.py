"""An answer is made of sentences that were found, or there is none."""

import json

import pytest

from rag_notes.schema import Chunk, Hit, Prompt, Reply, Source
from rag_notes.write.answer import SENTENCES, write_answer
from tests.doubles import Scripted, cut_off


def hits(passages: int, sentences: int) -> list[Hit]:
    spans = tuple((4 * n, 4 * n + 4) for n in range(sentences))
    return [
        Hit(
            Chunk(
                f"c{p:04}",
                "speech",
                " ".join(f"Passage {p} sentence {n}." for n in range(sentences)),
                sentences=spans,
            ),
            1.0 - p / 100,
        )
        for p in range(1, passages + 1)
    ]


def reply(*numbers: int, answered: str = "yes", text: str = "Bits are stored.") -> str:
    claims = [{"text": text, "from": list(numbers)}] if numbers else []
    return json.dumps({"answered": answered, "claims": claims})


def enumeration(prompt: Prompt) -> list[int]:
    claims = json.loads(prompt.schema)["properties"]["claims"]
    numbers: list[int] = claims["items"]["properties"]["from"]["items"]["enum"]
    return numbers


def test_numbers_lead_back_to_sentences() -> None:
    drafts = write_answer("What?", hits(2, 2), Scripted(lambda _: reply(2, 3, 3)))
    assert drafts is not None
    (draft,) = drafts
    assert draft.sources == (Source("c0001", 1), Source("c0002", 0))
    assert (draft.kind, draft.text) == ("answer", "Bits are stored.")


def test_the_llm_sees_the_sentences_that_it_may_name() -> None:
    llm = Scripted(lambda _: reply(1))
    write_answer("What  is\nstored?", hits(2, 2), llm)
    (prompt,) = llm.asked
    assert enumeration(prompt) == [1, 2, 3, 4]
    assert "What is stored?" in prompt.user
    assert "4. Passage 2 sentence 1." in prompt.user


def test_a_no_is_no_answer() -> None:
    assert write_answer("What?", hits(1, 2), Scripted(lambda _: reply(answered="no"))) is None
    llm = Scripted(lambda _: reply(1, answered="no"))
    assert write_answer("What?", hits(1, 2), llm) is None


def test_nothing_found_is_not_asked_about() -> None:
    llm = Scripted(lambda _: reply(1))
    assert write_answer("What?", [], llm) is None
    assert llm.asked == []


def test_a_yes_without_a_claim_says_nothing() -> None:
    assert not write_answer("What?", hits(1, 2), Scripted(lambda _: reply()))


def test_a_reply_cut_off_is_asked_for_again_over_half() -> None:
    llm = Scripted(lambda _: cut_off() if len(llm.asked) == 1 else reply(1))
    assert write_answer("What?", hits(20, 4), llm)
    assert [len(enumeration(prompt)) for prompt in llm.asked] == [SENTENCES, SENTENCES // 2]


BAD: dict[str, Reply | str] = {"cut off": cut_off(), "no JSON": "Yes", "empty": ""}


@pytest.mark.parametrize("kind", list(BAD))
def test_bad_replies_are_no_answer(kind: str) -> None:
    llm = Scripted(lambda _: BAD[kind])
    assert write_answer("What?", hits(1, 2), llm) is None
    assert len(llm.asked) == 2
