import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rag_notes.export.escape import escape_markdown, escape_vtt, plain
from tests.readback import html_of, parser, targets

MARKS = "\\`*_{}[]()<>#+-.!|~$&:;=^%@/\"' \t\n\r12aw\u00a0\u202e\u200b\u2028\x00é¶"
HOSTILE = (
    "<script>alert(1)</script>",
    "[click](javascript:alert(1))",
    "![x](http://evil.example/x.png)",
    "[00:41:10](lecture.mp4#t=2470)",
    "[p. 3]",
    "# heading",
    "C# and F #",
    "1. item",
    "12) item",
    "- item",
    "+ item",
    "* item",
    "---",
    "===",
    "> quote",
    "a | b | c",
    "\\| \\\\|",
    "ends with \\",
    "`code` ``` fence",
    "~~~ fence",
    "~5 and ~6",
    "$x^2$ and $$y$$",
    "__init__ and *bold* and d_model",
    "&lt;b&gt; &#35; &copy;",
    "&#0;",
    "<!-- hidden -->",
    "<https://evil.example>",
    "https://evil.example www.evil.example",
    "[x]: http://evil.example",
    "two\n\nparagraphs\r\n# with a heading",
    "    indented code",
    "- [x] done",
    "[[wiki]] {{liquid}} {% raw %} ==mark== %%comment%%",
    "</details><details open>",
)
BLOCKS = {
    "paragraph": "{}",
    "later in a paragraph": "Before. {} [00:41:10](a.mp4#t=1)",
    "bullet": "- {}",
    "check": "- [ ] {}",
    "step": "1. {}",
    "heading": "### 3.1 {}",
    "quote": "> {}",
    "bold": "| a | b |\n| --- | --- |\n| **{}** | b |",
    "cell": "| a | b |\n| --- | --- |\n| {} | b |",
    "last cell": "| a | b |\n| --- | --- |\n| a | {} |",
}
texts = (
    st.text(st.sampled_from(MARKS), max_size=30)
    | st.text(max_size=30)
    | st.lists(st.sampled_from(HOSTILE), max_size=3).map(" ".join)
)


def shape(markdown: str) -> list[str]:
    """Every token's type, text aside."""
    tokens = parser().enable("text_join").parse(markdown)
    inner = (child.type for token in tokens for child in token.children or ())
    return [token.type for token in tokens] + [kind for kind in inner if kind != "text"]


def seen(markdown: str) -> str:
    tokens = parser().enable("text_join").parse(markdown)
    return "".join(c.content for token in tokens for c in token.children or ())


@pytest.mark.parametrize("block", BLOCKS)
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_as_it_is(text: str, block: str) -> None:
    assert_inert(text, block)


@given(texts, st.sampled_from(sorted(BLOCKS)))
@example("\\*", "bold")
@example("|\\", "last cell")
def test_any_text_is_shown_as_it_is(text: str, block: str) -> None:
    assert_inert(text, block)


def assert_inert(text: str, block: str) -> None:
    if not plain(text):
        return  # what shows nothing is never printed
    template = BLOCKS[block]
    markdown = template.format(escape_markdown(text))
    harmless = template.format("word")
    assert shape(markdown) == shape(harmless)
    assert seen(markdown) == seen(harmless).replace("word", plain(text))
    assert html_of(markdown) == []
    assert targets(markdown) == targets(harmless)


def test_what_students_write_often_stays_readable_in_the_source() -> None:
    for text in ("3e-4 is 0.0003, i.e. -5 % of d_model", "O(n) -> R&D, 50,000: why?", "x > 3!"):
        assert escape_markdown(text) == text


def test_addresses_are_broken_for_viewers_that_link_bare_ones() -> None:
    assert escape_markdown("see https://a.b/c") == "see https\\://a.b/c"
    assert escape_markdown("see WWW.a.b") == "see WWW\\.a.b"


@given(st.text())
def test_plain_text_is_one_line_without_invisible_direction(text: str) -> None:
    line = plain(text)
    assert line == plain(line) == " ".join(line.split())
    assert not set(line) & set("\x00\n\r\u2028\u202a\u202e\u2066\u2069\u200e\u200f\ufeff")
    line.encode()  # no lone surrogates


def test_plain_text_keeps_joiners_and_accents() -> None:
    assert plain("می\u200cروم e\u0301 👩\u200d🔬") == "می\u200cروم e\u0301 👩\u200d🔬"


def test_cue_text_cannot_close_a_cue() -> None:
    assert escape_vtt("a --> b\n\n<c.x>&") == "a --&gt; b &lt;c.x&gt;&amp;"
