"""Settings of the whole test run, and fixtures that several tests share."""

import signal
from pathlib import Path

import pytest
from hypothesis import settings

from tests import runs

settings.register_profile("shared machine", deadline=None)
settings.load_profile("shared machine")
# A shell starts background jobs deaf to Ctrl-C, which would pass on to the commands under test.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with indexes of its own and no models."""
    monkeypatch.chdir(tmp_path)
    for name, value in runs.environment(tmp_path).items():
        if name.startswith("RAG_NOTES"):
            monkeypatch.setenv(name, value)
    return tmp_path
