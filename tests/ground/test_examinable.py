"""What statements can be asked about: parts, ways, comparisons, what things depend on."""

import pytest

from rag_notes.ground import examinable
from rag_notes.ground.examinable import Asked


@pytest.mark.parametrize(
    ("read", "said", "goal", "question"),
    [
        (
            examinable.parts,
            "Sorting has two phases: the keys are split, and they are merged",
            "Name the two phases of sorting",
            "What are the two phases of sorting",
        ),
        (
            examinable.parts,
            "There are three ways to store a graph: lists, tables, and edges",
            "Name the three ways to store a graph",
            "What are the three ways to store a graph",
        ),
        (
            examinable.way,
            "To delete a key, find its place and set a mark there",
            "Describe how to delete a key",
            "How do you delete a key",
        ),
        (
            examinable.way,
            "We push the changes to the server using the push command",
            "Describe how to push the changes to the server",
            "How do you push the changes to the server",
        ),
        (
            examinable.contrast,
            "Reading from disk is slower than reading from memory",
            "Compare reading from disk with reading from memory",
            "How does reading from disk compare with reading from memory",
        ),
        (
            examinable.dependence,
            "The cost of a lookup depends on the length of the list",
            "Say what the cost of a lookup depends on",
            "What does the cost of a lookup depend on",
        ),
        (
            examinable.quantity,
            "There are only 256 possible values for a byte",
            "Say how many possible values there are for a byte",
            "How many possible values are there for a byte",
        ),
        (
            examinable.quantity,
            "A look into main memory takes about 100 nanoseconds",
            "Say how long a look into main memory takes",
            "How long does a look into main memory take",
        ),
        (
            examinable.quantity,
            "The tables of keys cost $12 million",
            "Say how much the tables of keys cost",
            "How much do the tables of keys cost",
        ),
        (
            examinable.origin,
            "The algorithm was developed by Philip Gage in 1994",
            "Say who developed the algorithm",
            "Who developed the algorithm",
        ),
        (
            examinable.origin,
            "Hash tables were invented in 1953",
            "Say when hash tables were invented",
            "When were hash tables invented",
        ),
        (
            examinable.dependence,
            "The goal of a cache is to save reads of the disk",
            "Say what the goal of a cache is",
            "What is the goal of a cache",
        ),
    ],
)
def test_a_statement_is_asked_for_what_it_tells(
    read: examinable.Read, said: str, goal: str, question: str
) -> None:
    assert read(said, ["We speak of sorting."]) == Asked(goal, question)


@pytest.mark.parametrize(
    ("read", "said"),
    [
        (examinable.parts, "Sorting has two phases"),  # they are not named
        (examinable.parts, "It has two phases: split and merge"),
        (examinable.way, "We use a small example using three words"),
        (examinable.way, "To it, we add one"),
        (examinable.contrast, "They are faster than the others"),
        (examinable.quantity, "It takes 100 seconds"),
        (examinable.reason, "The indices is going to shrink because pairs are merged"),
        (examinable.quantity, "There are three ways to do this"),
        (examinable.origin, "They were developed by hand"),
        (examinable.meaning, "Training is a one-time cost, and use is not"),  # true, no definition
        (examinable.meaning, "Data is a key part of all that is learned"),
        (examinable.meaning, "Sorting is an example of a solved problem in theory"),
    ],
)
def test_what_cannot_be_answered_is_not_asked(read: examinable.Read, said: str) -> None:
    assert read(said, [said]) is None
