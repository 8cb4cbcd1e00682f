"""What a run looks like where there is no terminal."""

import itertools
import time

import pytest

from rag_notes import progress


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forty seconds pass from look to look."""
    ticks = itertools.count(0.0, 40.0)
    monkeypatch.setattr(time, "monotonic", lambda: next(ticks))


def lines(capsys: pytest.CaptureFixture[str], stage: str, *told: tuple[float, float]) -> list[str]:
    with progress.reporter() as report, report.stage(stage) as advance:
        for done, total in told:
            advance(done, total)
    return capsys.readouterr().err.splitlines()


@pytest.mark.usefixtures("clock")
def test_speech_is_counted_in_time_of_the_recording(capsys: pytest.CaptureFixture[str]) -> None:
    assert lines(capsys, "transcript", (0, 3600), (600, 3600))[1] == (
        "transcript 0:10:00 of 1:00:00, 17 %, about 0:03:20 left"
    )


@pytest.mark.usefixtures("clock")
def test_what_an_earlier_run_did_is_not_taken_for_speed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert lines(capsys, "notes", (90, 100), (95, 100))[1] == "notes  95 %, about 0:00:40 left"


@pytest.mark.usefixtures("clock")
def test_the_first_steps_tell_no_speed(capsys: pytest.CaptureFixture[str]) -> None:
    told = lines(capsys, "notes", (1, 100), (3, 100), (9, 100))
    assert told[1:3] == ["notes   3 %", "notes   9 %, about 0:15:10 left"]
