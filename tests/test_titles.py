"""What a lecture is called by its speaker."""

import pytest

from rag_notes.pipeline.titles import announced_title


@pytest.mark.parametrize(
    ("opening", "title"),
    [
        (
            "Welcome everyone, this is CS 3-3-6 Filters From Scratch, and this",
            "CS 336 Filters From Scratch",
        ),
        ("Okay. Welcome to Advanced Data Structures. Today", "Advanced Data Structures"),
        ("Today's lecture is on Counting Filters and Sketches.", "Counting Filters and Sketches"),
        ("Hello. This is Anna Berg.", ""),  # too short: a person
        ("So this is the core staff of the class.", ""),
        ("Welcome back to the show. We count bits.", ""),
        ("", ""),
    ],
)
def test_a_lecture_is_called_what_its_speaker_calls_it(opening: str, title: str) -> None:
    assert announced_title(opening) == title
