"""What a question asks for: times, pages, places and the whole, read from its words alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_notes.write.question import LAST, read_question
from rag_notes.write.spans import value_of

HOUR = 3600.0
UNITS = "one two three four five six seven eight nine ten eleven twelve".split()
MINUTES = st.integers(min_value=0, max_value=58)


def clock(seconds: int) -> str:
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


# --- times ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "span"),
    [
        ("What is said around minute 12?", (660.0, 840.0)),
        ("around minute 0", (0.0, 120.0)),
        ("What happens at 12:30?", (720.0, 810.0)),
        ("Summarise the last ten minutes", (3000.0, 3600.0)),
        ("Summarize the first half hour, please", (0.0, 1800.0)),
        ("What was said between 10:00 and 12:00?", (600.0, 720.0)),
        ("What is covered in minutes 5 to 7?", (300.0, 420.0)),
        ("What did she say in the third minute?", (120.0, 180.0)),
        ("What is discussed after 50:00?", (3000.0, 3600.0)),
        ("what happened before minute 3", (0.0, 180.0)),
        ("What is said in the second half?", (1800.0, 3600.0)),
        ("What is said at the end?", (3300.0, 3600.0)),
        ("What is said at the very beginning of the lecture?", (0.0, 300.0)),
        ("what is said 59 minutes in", (3510.0, 3600.0)),
    ],
)
def test_a_stretch_of_the_lecture(question: str, span: tuple[float, float]) -> None:
    asked = read_question(question, duration=HOUR)
    assert (asked.about, asked.subject, asked.span) == ("span", "", span)


@pytest.mark.parametrize(
    ("question", "subject"),
    [
        ("What is said about tokens in the last ten minutes?", "What is said about tokens?"),
        ("How is attention explained around minute 12?", "How is attention explained?"),
    ],
)
def test_the_subject_is_kept_beside_a_time(question: str, subject: str) -> None:
    asked = read_question(question, duration=HOUR)
    assert (asked.about, asked.subject) == ("span", subject)


@pytest.mark.parametrize(
    "question",
    [
        "How long does a read take in the first minute of a day?",
        "Why is the ratio 3 to 4?",
        "What does the filter not store?",
        "How many minutes does the bread bake?",
        "",
        "?",
    ],
)
def test_whatever_else_asks_for_a_subject(question: str) -> None:
    asked = read_question(question, duration=HOUR)
    assert (asked.about, asked.subject, asked.span) == ("subject", question, None)


def test_a_time_of_a_lecture_without_times_has_no_seconds() -> None:
    asked = read_question("What is said around minute 12?", duration=None)
    assert (asked.about, asked.span) == ("span", None)


@given(MINUTES)
def test_the_minute_that_is_named_is_read_whole(minute: int) -> None:
    for words in (f"What is said around minute {minute}?", f"what is said in minute {minute}"):
        span = read_question(words, duration=HOUR).span
        assert span is not None
        assert span[0] <= 60 * minute < 60 * minute + 60 <= span[1]


@given(st.integers(min_value=0, max_value=3599))
def test_a_moment_is_within_what_is_read(second: int) -> None:
    span = read_question(f"What is said at {clock(second)}?", duration=HOUR).span
    assert span is not None
    assert 0 <= span[0] <= second < span[1] <= HOUR


@given(MINUTES, MINUTES)
def test_two_ends_are_read_in_either_order(one: int, other: int) -> None:
    low, high = sorted((one, other))
    forms = ("between minute {} and minute {}", "from minute {} to minute {}", "in minutes {}-{}")
    for form in forms:
        found = read_question(f"What is said {form.format(one, other)}?", duration=HOUR)
        assert found == read_question(f"What is said {form.format(low, high)}?", duration=HOUR)
        assert found.span is not None
        assert found.span[0] == 60 * low
        assert found.span[1] in (60 * high, 60 * high + 60)


@given(st.sampled_from(UNITS), st.sampled_from(["first", "last"]))
def test_a_number_may_be_in_words(word: str, edge: str) -> None:
    question = f"What is said in the {edge} {{}} minutes?"
    in_words = read_question(question.format(word), duration=HOUR)
    assert in_words == read_question(question.format(value_of(word)), duration=HOUR)
    assert in_words.span is not None
    assert in_words.span[1] - in_words.span[0] == 60 * value_of(word)


WORDS = st.sampled_from(
    "what is said about the last first minute minutes 12 12:30 1:00:00 99:59 between from to and"
    " after before at around half quarter an hour seconds slide page 3 paragraph third end"
    " where explained beginning middle of lecture filter few zero - ?".split()
)


@given(
    st.one_of(st.text(max_size=60), st.lists(WORDS, max_size=9).map(" ".join)),
    st.one_of(st.none(), st.floats(min_value=1, max_value=20000)),
)
def test_no_question_is_read_for_a_time_that_runs_backwards(
    question: str, duration: float | None
) -> None:
    asked = read_question(question, duration=duration)
    if asked.about == "subject":
        assert asked.subject == " ".join(question.split())
    if asked.span is not None:
        assert duration is not None
        assert asked.about == "span"
        assert asked.span[0] <= asked.span[1]
    assert (asked.first is None) == (asked.last is None)


# --- pages, places, the whole --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "about", "first", "last"),
    [
        ("what is on slide 3?", "page", 3, 3),
        ("What do slides 3 to 5 say?", "page", 3, 5),
        ("slides 5-3", "page", 3, 5),
        ("What is shown on the last slide?", "page", LAST, LAST),
        ("the third page", "page", 3, 3),
        ("p. 7", "page", 7, 7),
        ("What is in paragraph twelve?", "paragraph", 12, 12),
        ("¶ 12", "paragraph", 12, 12),
    ],
)
def test_a_page_or_a_paragraph(question: str, about: str, first: int, last: int) -> None:
    asked = read_question(question, duration=HOUR)
    assert (asked.about, asked.subject) == (about, "")
    assert (asked.first, asked.last) == (first, last)


@pytest.mark.parametrize(
    ("question", "subject"),
    [
        ("Where is double hashing explained?", "double hashing"),
        ("when does she first mention “counting filters”?", "counting filters"),
        ("In which part of the talk are caches discussed?", "caches"),
        ("On which slide is the formula shown?", "the formula"),
    ],
)
def test_a_place_is_asked_for(question: str, subject: str) -> None:
    asked = read_question(question, duration=HOUR)
    assert (asked.about, asked.subject) == ("where", subject)


@pytest.mark.parametrize(
    ("question", "about"),
    [
        ("What is the lecture about?", "gist"),
        ("Summarise the talk, please", "gist"),
        ("Can you give me a short summary of the lecture?", "gist"),
        ("summary", "gist"),
        ("Which topics are covered?", "topics"),
        ("Give me an outline", "topics"),
    ],
)
def test_all_of_the_lecture_is_asked_for(question: str, about: str) -> None:
    assert read_question(question, duration=HOUR).about == about
