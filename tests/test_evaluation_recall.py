"""What scripts/evaluate notes calls said: subjects, statements of a page, controls."""

import json
import os
import re
from dataclasses import replace
from pathlib import Path

import pytest
from evaluation import recall, treated
from evaluation.course import Video, read_course, read_page
from evaluation.finished import Lecture
from evaluation.judges import as_passage, shared_run
from evaluation.lectures import Finished
from evaluation.matching import Match, Windows, lead, runs, spread
from evaluation.oneprompt import OnePrompt, read_statements, render
from evaluation.subjects import FILE, Subject, TopicText, find_treatments, read_subjects
from evaluation.vectors import KeptEmbedder
from hypothesis import given
from hypothesis import strategies as st

from rag_notes.config import load_config
from rag_notes.schema import Block, Citation, Claim, Coverage, Notes, Provenance, Section
from rag_notes.search.embed import HashEmbedder

DATA = Path(
    os.environ.get("RAG_NOTES_DATA", Path(__file__).parents[2] / "shared" / "data")
).expanduser()
TRANSCRIPT = DATA / "cs336_01" / "transcript.txt"
COURSE = DATA / "hf_course"

PAGE = """
# Bread[[bread]]

<CourseFloatingBanner chapter={1}
  notebooks={[
    {label: "Colab", value: "https://example.org/a.ipynb"},
]} />

<Youtube id="whole_page"/>

Bread is made of flour, water, salt and patience. Short one.

## Dough

<Youtube id="dough-1" />

> [!TIP]
> Kneading *links* two [proteins](https://example.org) of the `flour` into gluten.

```py
this is code and no statement of the page at all
```

| a table | is no prose either, however long it may be |
| --- | --- |

<div class="x">
  <img src="a.png" alt="A picture that shows dough in a bowl."/>
</div>

### Resting

The dough rests in a bowl for twenty whole minutes.

{#if fw === 'pt'}

## Oven

<Youtube id="oven_pt"/>

The oven of the first kind is heated by gas.

{:else}

<Youtube id="oven_tf"/>

The oven of the second kind is heated by wood.

{/if}
"""


# --- pages ---------------------------------------------------------------------------------------


def test_a_video_has_the_prose_of_its_section_without_those_of_others() -> None:
    found = read_page(PAGE)
    assert found["whole_page"] == ("Bread is made of flour, water, salt and patience.",)
    assert found["dough-1"] == (
        "Kneading links two proteins of the flour into gluten.",
        "The dough rests in a bowl for twenty whole minutes.",
    )


def test_a_video_has_the_branch_that_it_stands_in() -> None:
    found = read_page(PAGE)
    assert found["oven_pt"] == ("The oven of the first kind is heated by gas.",)
    assert "The oven of the second kind is heated by wood." in found["oven_tf"]


@pytest.mark.skipif(not COURSE.is_dir(), reason="the course is not here")
def test_the_course_embeds_33_of_the_videos_that_are_here() -> None:
    videos = read_course(COURSE)
    assert len(videos) == 33
    assert all(one.statements for one in videos)
    assert not [text for one in videos for text in one.statements if re.search(r"<\w+ |\]\(", text)]


# --- the rule ------------------------------------------------------------------------------------


def test_a_statement_is_said_where_words_and_meaning_are() -> None:
    texts = ["Kneading links two proteins of the flour.", "A stone holds the oven's heat."]
    wanted = ["Kneading links the proteins of the flour.", "Salt slows the yeast down."]
    first, second = Windows(texts, HashEmbedder()).match_all(wanted)
    assert first.text == texts[0]
    assert first.says_it
    assert not second.says_it


@pytest.mark.parametrize(
    ("share", "cosine", "says"), [(0.5, 0.6, True), (0.49, 0.9, False), (1.0, 0.59, False)]
)
def test_both_bars_count(share: float, cosine: float, says: bool) -> None:
    assert Match("", share, cosine).says_it is says


def test_neighbours_may_say_it_together_but_not_what_lies_apart() -> None:
    parts = ["Kneading links two proteins.", "Flour holds the starch grains."]
    wanted = ["Kneading links proteins, flour holds starch grains."]
    (together,) = Windows(parts, HashEmbedder()).match_all(wanted)
    (apart,) = Windows([parts[0], "Ovens burn.", parts[1]], HashEmbedder()).match_all(wanted)
    assert together.share == 1.0
    assert apart.share < 1.0
    assert runs(["a", "b", "c"], 2) == ["a", "b", "c", "a b", "b c"]


def test_nothing_says_nothing() -> None:
    (found,) = Windows([], HashEmbedder()).match_all(["Kneading links proteins."])
    assert not found.says_it
    assert Windows(["A text."], HashEmbedder()).match_all([]) == ()


@given(st.lists(st.integers(1, 9), min_size=1, max_size=30), st.integers(1, 120))
def test_controls_keep_to_the_length(lengths: list[int], words: int) -> None:
    texts = [" ".join([f"w{at}"] * size) for at, size in enumerate(lengths)]
    for chosen in (lead(texts, words), spread(texts, words)):
        places = [texts.index(text) for text in chosen]
        assert places == sorted(set(places))
        total = sum(len(text.split()) for text in chosen)
        assert abs(total - min(words, sum(lengths))) <= max(2 * max(lengths), 9)


# --- subjects ------------------------------------------------------------------------------------

MERGING = Subject(
    "merging", "The most common pair is merged.", (("merge",), ("pair", "couple")), at=0
)


@pytest.mark.parametrize(
    ("topics", "treated_there"),
    [
        ([TopicText("", ("The most common pairs are merged.",))], True),
        ([TopicText("", ("The most common couple is merged.",))], True),
        ([TopicText("Pair Merging", ("The most common is merged.",))], True),
        ([TopicText("", ("The most common is merged.", "It is a pair."))], True),
        ([TopicText("", ("The most common is merged.",)), TopicText("", ("A pair.",))], False),
        ([TopicText("", ("Emerging repairs are common.",))], False),
        ([TopicText("", ("Merge an oven, a pair of shoes, six eggs, salt, water.",))], False),
        ([TopicText("Empty", ())], False),
        ([], False),
    ],
)
def test_a_subject_needs_its_terms_in_one_topic_and_its_meaning(
    topics: list[TopicText], treated_there: bool
) -> None:
    (found,) = find_treatments([MERGING], topics, HashEmbedder())
    assert found.holds is treated_there


def test_statements_that_are_apart_in_a_topic_treat_a_subject_together() -> None:
    texts = ("The most common is merged.", *["Salt, eggs."] * 5, "The pair is common.")
    (found,) = find_treatments([MERGING], [TopicText("", texts)], HashEmbedder())
    assert found.holds


def test_the_list_of_subjects_is_in_order_and_complete() -> None:
    subjects = read_subjects()
    assert len(subjects) >= 30
    assert len({one.name for one in subjects}) == len(subjects)
    assert all(one.terms and one.about.endswith(".") for one in subjects)


@pytest.mark.skipif(not TRANSCRIPT.is_file(), reason="the transcript is not here")
def test_the_lecture_says_each_subject_where_the_list_has_it_in_other_words() -> None:
    words = TRANSCRIPT.read_text(encoding="utf-8").split()
    for one in read_subjects():
        assert one.lacks(" ".join(words[one.at : one.at + 260])) == (), one.name
    assert not shared_run(FILE.read_text(encoding="utf-8"), " ".join(words), 8)


def test_anybodys_notes_are_read_as_topics() -> None:
    dough = "## Dough\n\nKneading links proteins. Salt slows yeast."
    text = f"# T\n\n{dough}\n\n### Oven\n\n- A stone is hot.\n"
    assert treated.topics_of(text) == (
        TopicText("Dough", ("Kneading links proteins.", "Salt slows yeast.")),
        TopicText("Oven", ("A stone is hot.",)),
    )


# --- the course ----------------------------------------------------------------------------------

SAID = (
    "Kneading links two proteins of the flour into gluten.",
    "My sister likes the sea.",
    "The dough rests in a bowl for twenty minutes.",
    "A stone holds the heat of the oven under the loaf.",
)
VIDEO = Video(
    "dough-1",
    "bread.srt",
    "chapter1/1.mdx",
    (
        "Kneading links two proteins of the flour into gluten strands.",
        "A stone holds the heat of the oven under the loaf well.",
        "Rye has more pentosans than any other grain has.",
    ),
)


def finished(*texts: str, source: str = "bread.srt") -> Lecture:
    chunk = replace(as_passage("c0001", SAID), start=0.0, end=30.0)
    cited = (Citation("c0001", "speech", SAID[0], 0.0, 5.0),)
    claims = tuple(Claim(f"k{at}", text, cited, 0.9) for at, text in enumerate(texts))
    section = Section("3.1", "topic", "Dough", (Block("explanation", claims),))
    provenance = Provenance("0", "captions", "hash-256", "echo")
    notes = Notes("Bread", "en", (section,), Coverage(1.0, timed=True), provenance)
    return Lecture(Path(), Finished("bread", notes, (chunk,), 30.0), source, "")


def test_only_what_the_video_makes_is_asked_of_the_notes(tmp_path: Path) -> None:
    embedder = KeptEmbedder(HashEmbedder(), tmp_path)
    ours = finished("A stone holds the heat of the oven under the loaf.")
    found = recall.recall(VIDEO, ours, embedder, lambda _: None)
    assert (found.stated, found.made) == (3, 2)
    assert found.held == {recall.OURS: 1, recall.LEAD: 1, recall.SPREAD: 1}
    assert [one.kind for one in found.pairs] == ["made"] * 3 + ["held"] * 2
    text = recall.recall_table([found])
    assert "1 of 2 = 50.0% (50.0%-50.0%)" in text
    assert "| first sentences | 1.00 (1.00-1.00) | 1 |" in text
    assert "| one prompt, cut to our length | not asked |" in text


def test_the_one_prompt_is_cut_to_our_length(tmp_path: Path) -> None:
    embedder = KeptEmbedder(HashEmbedder(), tmp_path)
    ours = finished("A stone holds the heat of the oven under the loaf.")
    found = recall.recall(VIDEO, ours, embedder, lambda _: SAID)
    assert found.held[recall.ONE_WHOLE] == 2
    assert found.held[recall.ONE] < 2
    assert found.words[recall.ONE] < 2 * found.words[recall.OURS]


def test_the_draw_does_not_depend_on_what_is_finished() -> None:
    videos = [replace(VIDEO, id=str(at), file=f"{at}.srt") for at in range(30)]
    every = {one.file: finished("A.", source=one.file) for one in videos}
    whole, missing = recall.draw_videos(videos, every, size=8)
    assert len(whole) == 8
    assert missing == ()
    gone = whole[0][0].file
    fewer = {file: one for file, one in every.items() if file != gone}
    rest, missing = recall.draw_videos(videos, fewer, size=8)
    assert missing == (gone,)
    assert [one.file for one, _ in rest][:7] == [one.file for one, _ in whole][1:]
    assert len(recall.draw_videos(videos, every, size=None)[0]) == 30


# --- one prompt ----------------------------------------------------------------------------------


def test_notes_are_read_from_a_reply_that_was_cut_off() -> None:
    whole = json.dumps([{"title": "Dough", "notes": ["Knead it.", 'Say "rest".', "Knead it."]}])
    assert read_statements(whole) == ("Knead it.", 'Say "rest".')
    assert read_statements(whole[: whole.index("rest")]) == ("Knead it.",)
    assert read_statements("") == ()


def test_the_llm_is_asked_only_where_it_may_be(tmp_path: Path) -> None:
    config = load_config(llm="echo:")
    silent = OnePrompt(config, tmp_path, ask=False)
    assert silent.statements(" ".join(SAID)) is None
    told = OnePrompt(config, tmp_path, ask=True).statements(" ".join(SAID))
    assert told
    assert silent.statements(" ".join(SAID)) == told
    assert silent.time(" ".join(SAID)).written > 0


def test_the_transcript_is_the_last_thing_of_the_prompt() -> None:
    prompt = render("{{ 7 * 7 }} === system")
    assert prompt.user == "{{ 7 * 7 }} === system"
    assert prompt.turns == ()
