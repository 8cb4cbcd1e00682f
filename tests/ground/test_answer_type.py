"""Types of answers: what a question asks for, a statement gives or not."""

import pytest

from rag_notes.ground.answer_type import is_answered


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What is a filter?", "A filter is an array of bits."),
        ("What is memory mapping?", "Memory mapping is a mechanism that maps a file to memory."),
        ("What is the threshold?", "The threshold, a number, decides which neurons fire."),
        ("What is the samples approach?", "Each is solved; we call it the samples approach."),
        ("What is the nature of music?", "The point, the nature, of music is to move us."),
        ("What is an example of a deciduous tree?", "An example of a deciduous tree is the beech."),
        ("What is the error rate?", "With 8 bits, the error rate is about 2%."),
        ("What are hash functions?", "Hash functions turn keys into positions."),
        ("What are the parts of a filter?", "A filter has bits and hash functions."),
        ("What are the two phases of training?", "Training has two phases: forward and backward."),
        ("Why is it slow?", "It is slow because the disk is read."),
        ("How many bits does a key need?", "A key needs ten bits."),
        ("How do you insert a key?", "To insert a key, set its bits to one."),
        ("How do you create a branch?", "You can create a branch by typing its name."),
        ("How does a heap find its minimum?", "A heap finds its minimum by looking at the root."),
        ("How do trees compare with lists?", "Trees are faster than lists."),
        ("Who wrote the first compiler?", "Grace Hopper wrote the first compiler."),
    ],
)  # fmt: skip
def test_a_statement_that_answers(question: str, answer: str) -> None:
    assert is_answered(question, answer)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What is the role of a filter?", "A filter saves a look at the disk."),
        ("What is the function of the cortex?", "Inside the skull there is the cortex."),
        ("What is a bottleneck?", "Data movement is a bottleneck."),
        ("What is the control loop?", "The control loop is illustrated."),
        ("What is the ratio of tea to milk?", "One, the red bar, is the ratio of tea to milk."),
        ("What is the income effect?", "We forget the income effect, which is that prices rose."),
        ("What are training sets?", "If you do not know what training sets are, read a book."),
        ("What are the areas in the brain?", "Signals come in and go to the areas in the brain."),
        ("What are the three types of trees?", "In a forest, most of the trees are beeches."),
        ("What are the reasons for filters?", "Filters are used because disks are slow."),
        ("What was new about the engine?", "The engine was new in a number of crucial ways."),
        ("Why is it slow?", "The disk is slow."),
        ("What is the main reason for filters?", "Filters are used for keys."),
        ("How long does a look take?", "A look takes long."),
        ("How do you create a branch?", "To handle a repository you need an account."),
        ("How do you upload a file?", "We upload a file using this method."),
        ("How do coders manage long texts?", "Coders are special, they are able to manage texts."),
        ("How do trees compare with lists?", "Trees and lists hold keys."),
    ],
)  # fmt: skip
def test_a_statement_that_does_not_answer(question: str, answer: str) -> None:
    assert not is_answered(question, answer)
