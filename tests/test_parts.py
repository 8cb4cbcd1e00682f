"""Parts of a transcript, kept and found again."""

from pathlib import Path

from rag_notes.parts import KeptParts
from rag_notes.schema import Part, Segment, Word

WORDS = (Word(300.125, 300.5, "so", 0.91), Word(300.5, 301.0, "é", None))
PART = Part(1, 300.0, 601.25, "en", (Segment("s0001", "so é", 300.125, 301.0, 1, 0.9, WORDS),))


def test_a_part_is_found_as_it_was(tmp_path: Path) -> None:
    kept = KeptParts(tmp_path, "key")
    kept.save(PART)
    assert KeptParts(tmp_path, "key").find(1, 300.0) == PART
    assert kept.find(0, 300.0) is None
    assert kept.find(1, 0.0) is None


def test_a_part_of_another_key_or_a_damaged_one_is_none(tmp_path: Path) -> None:
    KeptParts(tmp_path, "key").save(PART)
    assert KeptParts(tmp_path, "other").find(1, 300.0) is None
    (file,) = (tmp_path / "parts").iterdir()
    file.write_bytes(file.read_bytes()[:-5])
    assert KeptParts(tmp_path, "key").find(1, 300.0) is None


def test_parts_are_removed(tmp_path: Path) -> None:
    kept = KeptParts(tmp_path, "key")
    kept.clear()
    kept.save(PART)
    kept.clear()
    assert list(tmp_path.iterdir()) == []
