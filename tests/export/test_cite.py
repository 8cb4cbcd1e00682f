import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_notes.errors import InputError
from rag_notes.export.cite import Places, address, is_url, label, stamp
from tests.build import read, said, shown
from tests.readback import targets


@pytest.mark.parametrize(
    ("seconds", "printed"),
    [(0, "00:00:00"), (59.999, "00:00:59"), (2470.9, "00:41:10"), (360_000, "100:00:00")],
)
def test_times_are_rounded_down(seconds: float, printed: str) -> None:
    assert stamp(seconds) == printed


def test_labels() -> None:
    assert label(said(2470)) == "00:41:10"
    assert label(said(2470, page=17)) == "00:41:10 · p. 17"
    assert label(shown(17)) == "p. 17"
    assert label(shown(17, at=2470)) == "00:41:10 · p. 17"
    assert label(read(12)) == "¶ 12"


@pytest.mark.parametrize(
    ("media", "link"),
    [
        ("lecture.mp4", "lecture.mp4#t=2470"),
        ("../a b/été (1).mp4", "../a%20b/%C3%A9t%C3%A9%20%281%29.mp4#t=2470"),
        ("javascript:alert(1)", "javascript%3Aalert%281%29#t=2470"),
        ("//evil.example/a.mp4", "/evil.example/a.mp4#t=2470"),
        ("100%#1?.mp4", "100%25%231%3F.mp4#t=2470"),
        ("https://uni.example/l.mp4?x=1#t=5", "https://uni.example/l.mp4?x=1#t=2470"),
        ("https://youtu.be/abc", "https://youtu.be/abc?t=2470s"),
        (
            "https://www.youtube.com/watch?v=abc&t=5&list=",
            "https://www.youtube.com/watch?v=abc&list=&t=2470s",
        ),
        ("https://notyoutube.com/watch?v=a", "https://notyoutube.com/watch?v=a#t=2470"),
        ("HTTPS://a.example/x y)z", "https://a.example/x%20y%29z#t=2470"),
    ],
)
def test_links_into_the_media(media: str, link: str) -> None:
    assert Places(media=media).of(said(2470.9)) == link


def test_links_into_slides_and_transcript() -> None:
    places = Places(media="l.mp4", slides="my slides.pdf")
    assert places.of(shown(17)) == "my%20slides.pdf#page=17"
    assert places.of(shown(17, at=61)) == "my%20slides.pdf#page=17"
    assert places.of(said(61, page=17)) == "l.mp4#t=61"
    assert places.of(read(12)) == "transcript.md#p12"


def test_what_is_not_known_is_not_linked() -> None:
    assert Places().of(said(61)) is None
    assert Places().of(shown(17)) is None
    assert Places(slides="s.pdf").of(said(61, page=17)) == "s.pdf#page=17"
    assert Places(media="l.mp4").of(shown(17, at=61)) == "l.mp4#t=61"
    assert Places(transcript=None).of(read(12)) is None


@pytest.mark.parametrize("url", ["http://", "https://[", "https:///path"])
def test_broken_urls_are_refused(url: str) -> None:
    with pytest.raises(InputError, match="not a URL"):
        address(url)


@given(
    st.text(min_size=1).filter(lambda place: not is_url(place))
    | st.text().map("https://a.example/".__add__)
)
def test_any_place_is_one_link(place: str) -> None:
    link = Places(media=place).of(said(61))
    assert link is not None
    assert targets(f"[x]({link})") == [link]
    assert not link.startswith(("//", "javascript:"))
