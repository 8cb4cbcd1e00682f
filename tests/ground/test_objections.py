"""What was said to object is printed with its "But", right below what it objects to."""

from rag_notes.ground.objections import with_objections
from rag_notes.schema import Chunk, Citation, Claim

SAID = "Small filters are fast. But large ones are not. Nobody measures them. However, we did so."
SENTENCES = ((0, 4), (4, 9), (9, 12), (12, 16))
CHUNKS = {"c1": Chunk("c1", "speech", SAID, 0.0, 9.0, sentences=SENTENCES)}


def claim(text: str, quote: str) -> Claim:
    return Claim("k1", text, (Citation("c1", "speech", quote),), 1.0)


FAST = claim("Small filters are fast.", "Small filters are fast.")
SLOW = claim("Large filters are not fast.", "But large ones are not.")
DID = claim("We measured them.", "However, we did so.")


def test_an_objection_is_told_as_one_below_what_it_objects_to() -> None:
    texts = [one.text for one in with_objections([FAST, SLOW], CHUNKS)]
    assert texts == ["Small filters are fast.", "But large filters are not fast."]


def test_below_anything_else_it_is_a_statement_like_others() -> None:
    assert with_objections([SLOW, FAST], CHUNKS) == (SLOW, FAST)
    assert with_objections([FAST, DID], CHUNKS) == (FAST, DID)
