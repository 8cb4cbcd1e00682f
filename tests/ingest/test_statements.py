"""Markdown by anyone to statements: what claims something, what does not, and on which line."""

import textwrap

import pytest

from rag_notes.errors import InputError
from rag_notes.export.markdown import to_markdown
from rag_notes.export.notices import LEFT_OUT_HEADING, NOTICES
from rag_notes.ingest.statements import read_statements
from tests import build


def read(markdown: str) -> list[tuple[int, str]]:
    found = read_statements(textwrap.dedent(markdown), notices=NOTICES, end=LEFT_OUT_HEADING)
    return [(one.line, one.text) for one in found]


def texts(markdown: str) -> list[str]:
    return [text for _, text in read(markdown)]


def test_sentences_of_paragraphs_lists_and_quotes_with_their_lines() -> None:
    markdown = """\
    # A title with 12 numbers

    A filter has bits. It never
    says no (e.g. for a key), ever.

    1. Set the bits.
       They stay set.
    - **Bits**: an array
      of M bits.

    > A quoted claim.
    > > A nested one.
    """
    assert read(markdown) == [
        (3, "A filter has bits."),
        (3, "It never says no (e.g. for a key), ever."),
        (6, "Set the bits."),
        (7, "They stay set."),
        (8, "Bits: an array of M bits."),
        (11, "A quoted claim."),
        (12, "A nested one."),
    ]


@pytest.mark.parametrize(
    "markdown",
    [
        "---\ntitle: 17 things\ntags:\n  - a\n---\n",
        "# Heading\n\n## 3.1 Another\n\nThird\n=====\n\n---\n***\n",
        "![A picture of 12 bits](a.png)",
        "<!-- 12 bits -->\n\n<script>\nlet x = 512\n</script>\n\n<summary>Answer</summary>\n",
        "**Overview**  \n*Detailed Explanation*  \n**3.1 Step**",
        "How many bits does it take?\n\n- Why 12?\n- **Is it so?**",
        "Common examples:\n\n- Worked example:",
        "- *Misconception*: A filter stores 12 keys.",
        "[00:41:10](a.mp4#t=2470) – [00:42:00](a.mp4#t=2520)",
        "```\nfor i in range(2):\n    x1[0] = fp16(1.0)\n```",
        "| Term | Where |\n| --- | --- |\n| – | [p. 17](a.pdf#page=17) |",
        "[ref]: https://example.org/12\n\n<https://example.org/512>",
        "- [ ] \n- […]\n\n…",
    ],
)
def test_what_claims_nothing_is_left_out(markdown: str) -> None:
    assert read(markdown) == []


def test_only_a_heading_that_is_a_sentence_is_one() -> None:
    assert texts("A filter has bits.\n---\n\nA title\n---\n") == ["A filter has bits."]
    assert texts("**Never delete a key.**\n\n**Rate: 0.25**") == [
        "Never delete a key.",
        "Rate: 0.25",
    ]


def test_citations_are_no_part_of_a_claim_and_may_end_it() -> None:
    markdown = (
        "It halves the range (twice) [00:01:01](a.mp4#t=61) [p. 17](a.pdf) Then it stops "
        "[00:41:10 · p. 17] [¶ 12](transcript.md#p12)\n\n"
        "As [00:02:00] says, a [link](https://example.org/9) to https://example.org/8 stays.[^1]"
    )
    assert texts(markdown) == [
        "It halves the range (twice)",
        "Then it stops",
        "As says, a link to stays.",
    ]


def test_a_row_is_one_claim_and_a_head_with_a_number_too() -> None:
    markdown = """\
    | # | Name | `Value` | Note |
    | - | --- | --- | --- |
    | 1 | **Batch size** | 512 | [p. 3](s.pdf) |
    | 2 | Rate | 3e-4 | warm. Then cold. |

    | layers | 48 |
    | --- | --- |
    | heads | 96 |
    """
    assert read(markdown) == [
        (3, "Batch size: 512"),
        (4, "Rate: 3e-4; warm. Then cold."),
        (6, "layers: 48"),
        (8, "heads: 96"),
    ]


def test_numbers_keep_their_thin_spaces_and_lose_those_before_a_scale() -> None:
    assert texts("50\u202f000 or 12\u00a0288 keys, 30\u202fk of 1\u202fM in 3\u202fe\u20114 s") == [
        "50\u202f000 or 12\u202f288 keys, 30k of 1M in 3e\u20114 s"
    ]


def test_code_is_read_for_its_numbers() -> None:
    markdown = """\
    Text with `size = 64` in it.

    ```python
    # nothing here
    x = y[0] + 2
        rate = 3e-4   # of 1.0
    ```

        depth = 1_000
    """
    found = read_statements(textwrap.dedent(markdown))
    assert [(one.line, one.text, one.is_code) for one in found] == [
        (1, "Text with size = 64 in it.", False),
        (6, "rate = 3e-4 # of 1.0", True),
        (9, "depth = 1_000", True),
    ]


def test_html_gives_its_text_by_blocks() -> None:
    markdown = """\
    <div>
    <p>A <b>filter</b> has bits.</p>
    <ul><li>Ten bits.<li>Seven hashes.</ul>
    </div>

    A <em>key</em> may<br>be there.
    """
    assert read(markdown) == [
        (2, "A filter has bits."),
        (3, "Ten bits."),
        (3, "Seven hashes."),
        (6, "A key may be there."),
    ]


def test_control_characters_do_not_get_in() -> None:
    (text,) = texts("A \x1b[31mred\x9b0m \x07filter\u202e has `\x1bbits`.\n")
    assert not set(text) & set("\x1b\x9b\x07\u202e\x1f")


def test_our_own_notes_give_their_claims_and_no_notice() -> None:
    found = texts(to_markdown(build.notes(), media="lecture.mp4", slides="slides.pdf"))
    assert found == [
        "It is fast as it halves.",
        "Explain why halving is fast.",
        "The lecture starts with a phone book.",
        "Then it halves it.",
        "Phone books.",
        "Binary search halves the range.",
        "The middle entry decides which half is kept.",
        "The cost grows with log n.",
        "Look at the middle.",
        "Keep one half.",
        "Finding 7 takes three looks.",
        "The code keeps `lo` and `hi`.",
        "The slide shows a tree.",
        "It is not a hash table; it needs order.",
        "About ten comparisons are needed.",
        "range: The part still searched.",
        "I can run it by hand.",
        "1,000: Entries in the example list.",
    ]


def test_a_wide_table_and_a_blob_become_parts_of_bearable_size() -> None:
    row = "|" + "seven|" * 2000
    found = texts(f"{row}\n|{'-|' * 2000}\n{row}\n\n{'9' * 100_000}")
    assert sum(text.count("seven") for text in found) == 2000
    assert max(len(text.split()) for text in found) <= 150
    assert max(len(word) for text in found for word in text.split()) < 200


@pytest.mark.parametrize(
    "markdown", [">" * 500 + " a key", "\n".join("  " * n + "- a key" for n in range(500))]
)
def test_nesting_that_cannot_be_read_is_refused(markdown: str) -> None:
    assert texts(">" * 40 + " A key of 17 bits.") == ["A key of 17 bits."]
    with pytest.raises(InputError, match="nested deeper"):
        read_statements(markdown)


@pytest.mark.parametrize(
    "markdown", ["", "[" * 5000, "`" * 5000, "|" * 5000, "<" * 5000, "*" * 999]
)
def test_marks_alone_claim_nothing(markdown: str) -> None:
    assert read(markdown) == []


def test_a_mark_of_what_was_heard_unclearly_is_no_statement() -> None:
    text = "It is fast. [00:01:00](a.mp4#t=60) *(heard unclearly)* It halves the range. [00:01:10]"
    head = "| Term | Meaning | Where |\n| --- | --- | --- |"
    row = "| range | what is left | [00:01:00] *(heard unclearly)* |"
    found = [one.text for one in read_statements(f"{text}\n\n{head}\n{row}\n")]
    assert found[:2] == ["It is fast.", "It halves the range."]
    assert not any("unclearly" in one for one in found)


def test_a_row_of_values_is_read_under_its_columns() -> None:
    head = "| Bits | Keys | Rate | Where |\n| --- | --- | --- | --- |\n"
    values = "| 5 | 3 | 9.2 % | [p. 8](s.pdf#page=8) |\n"
    found = read_statements(f"{head}{values}| 8 | 4 | low, as a rule | [p. 8](s.pdf#page=8) |\n")
    assert [one.text for one in found] == ["Bits: 5; Keys: 3; Rate: 9.2 %", "8: 4; low, as a rule"]
