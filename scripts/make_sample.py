"""Rebuild our sample lecture in tests/data/sample from its lecture.toml.

    pip install -e '.[sample]'
    python scripts/make_sample.py

It takes about a minute. The same versions on the same kind of machine give the same files: the
voice is seeded. Elsewhere the voice may differ by rounding, and with it the times in truth.json;
the files belong together, so commit all of them or none.
"""

import argparse
from pathlib import Path

from sample_lecture.captions import write_captions, write_truth
from sample_lecture.film import sound_lags, write_film
from sample_lecture.lecture import read_lecture
from sample_lecture.slides import render_pages, write_slides
from sample_lecture.speech import load_voice, speak

FOLDER = Path(__file__).resolve().parent.parent / "tests" / "data" / "sample"
FILM_WIDTH = 1280
LATEST = 0.02
"""Largest offset in seconds between the film's sound and the written times."""


def make_sample(source: Path, target: Path) -> str:
    """Make all files of the lecture in the folder `target` and say what came out.

    Raises:
        ValueError: a player would hear the words at other times than truth.json says.
    """
    lecture = read_lecture(source)
    target.mkdir(parents=True, exist_ok=True)
    slides, film = target / "slides.pdf", target / "lecture.mp4"
    write_slides(lecture, slides)
    narration = speak(lecture, load_voice())
    write_film(film, narration, render_pages(slides, width=FILM_WIDTH))
    lags = sound_lags(film, narration)
    if max(map(abs, lags)) > LATEST:
        msg = f"expected sound within {LATEST} s of its words in {film}, found {lags} s"
        raise ValueError(msg)
    write_truth(target / "truth.json", narration.words, narration.pages)
    write_captions(target / "first_minute.srt", narration.words, until=60.0)
    return (
        f"{len(narration.pages)} pages, {len(narration.words)} words, "
        f"{narration.pages[-1].end:.1f} s, sound off by "
        f"{1000 * min(lags):+.1f} to {1000 * max(lags):+.1f} ms"
    )


def main() -> None:
    """Rebuild the sample, into its own folder unless told otherwise."""
    summary = "Rebuild our sample lecture from its lecture.toml."
    parser = argparse.ArgumentParser(description=summary)
    parser.add_argument("--source", type=Path, default=FOLDER / "lecture.toml")
    parser.add_argument("--target", type=Path, default=FOLDER)
    arguments = parser.parse_args()
    print(make_sample(arguments.source, arguments.target))


if __name__ == "__main__":
    main()
