"""Snapshots of exports under tests/data/snapshots; `RAG_NOTES_SNAPSHOTS=write` writes them anew."""

import os
from pathlib import Path

FOLDER = Path(__file__).parent / "data" / "snapshots"


def assert_snapshot(name: str, text: str) -> None:
    """Compare with the file of that name, to the letter."""
    path = FOLDER / name
    if os.environ.get("RAG_NOTES_SNAPSHOTS") == "write":
        path.write_bytes(text.encode())
    assert text == path.read_bytes().decode(), f"{path} differs; look, then write it anew"
