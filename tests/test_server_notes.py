"""Notes by a server: which one is asked, with what in hand, and notes of a real one."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from rag_notes import cli, codec, models
from rag_notes.config import Config, api_key, load_config
from rag_notes.errors import InputError
from rag_notes.pipeline.engines import cached_llm, plan_engines
from rag_notes.schema import Chunk, Notes, Prompt
from tests import readback, runs
from tests.runs import MINUTE
from tests.servers import Answer, Asked, FakeServer, Text, fake_server, real_server
from tests.test_notes_roundtrip import said_by

pytestmark = pytest.mark.server

KEY = "sk-never-to-be-seen-9876543210"
PARALLEL = 4


@pytest.fixture
def fake() -> Iterator[FakeServer]:
    with fake_server() as server:
        yield server


def config(folder: Path, uri: str) -> Config:
    return replace(runs.echo_config(folder), llm=uri)


def prompts(count: int) -> list[Prompt]:
    schema = json.dumps({"type": "string"})
    return [Prompt("condense.v2", "Be brief.", f"Passage {n}.", schema, 20) for n in range(count)]


def test_the_model_is_named_with_its_server(tmp_path: Path) -> None:
    plan = plan_engines(config(tmp_path, "openai:http://localhost:8000/v1#org/small"))
    assert plan.llm == "openai:localhost:8000/org/small"
    assert plan.models == ("minilm-l6-v2",)


def test_what_was_not_asked_before_is_asked_side_by_side(fake: FakeServer, tmp_path: Path) -> None:
    both = threading.Barrier(2, timeout=10)

    def answer(asked: Asked) -> Answer:
        fake.lock.release()
        both.wait()  # nobody goes on alone
        fake.lock.acquire()
        return Text(json.dumps(asked["messages"][-1]["content"].upper()))

    fake.answer = answer
    set_up = config(tmp_path, f"openai:{fake.url}#small")
    llm = cached_llm(plan_engines(set_up), set_up, tmp_path)
    assert llm.parallel == set_up.server_parallel > 1
    said = [json.loads(reply.text) for reply in llm.generate(prompts(6))]
    assert said == [f"PASSAGE {n}." for n in range(6)]
    again = cached_llm(plan_engines(set_up), set_up, tmp_path)
    assert len(list(again.generate(prompts(6)))) == len(fake.asked) == 6
    assert again.usage.replayed == 6


def test_another_model_or_server_is_asked_anew(tmp_path: Path) -> None:
    with fake_server() as first, fake_server() as second:
        for uri in (f"{first.url}#small", f"{second.url}#small", f"{first.url}#large"):
            set_up = config(tmp_path, f"openai:{uri}")
            list(cached_llm(plan_engines(set_up), set_up, tmp_path).generate(prompts(1)))
        assert [one["model"] for one in first.asked] == ["small", "large"]
        assert len(second.asked) == 1


# --- what is wrong is told before the work begins


def failed(capsys: pytest.CaptureFixture[str], uri: str) -> str:
    """What `make` says of an LLM that will not do: one line, and no lecture is left behind."""
    assert cli.main(["make", str(MINUTE), "--llm", uri]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    line = next(line for line in printed.err.splitlines() if line.startswith("rag-notes: "))
    assert "Traceback" not in printed.err
    return line


def test_a_server_that_is_not_there_ends_the_run_at_once(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "cannot be reached" in failed(capsys, "openai:http://127.0.0.1:1/v1#m")
    assert not (here / "indexes" / "first_minute").exists()


@pytest.mark.parametrize(
    "uri",
    [
        f"openai:http://me:{KEY}@127.0.0.1:8000/v1#m",
        f"openai:http://127.0.0.1:8000/v1?api_key={KEY}#m",
        f"http://me:{KEY}@127.0.0.1:8000/v1#m",
        f"http://127.0.0.1:8000/v1?api_key={KEY}#m",
    ],
)
def test_a_key_in_the_address_is_refused_and_not_repeated(
    here: Path, capsys: pytest.CaptureFixture[str], uri: str
) -> None:
    assert KEY not in failed(capsys, uri)


def test_offline_another_machine_is_not_asked(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "RAG_NOTES_OFFLINE" in failed(capsys, "openai:http://192.0.2.1:8000/v1#m")


def test_the_key_is_read_from_the_environment_and_is_no_part_of_config(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("RAG_NOTES_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    assert api_key() is None
    monkeypatch.setenv("OPENAI_API_KEY", "second")
    assert api_key() == "second"
    monkeypatch.setenv("RAG_NOTES_API_KEY", KEY)
    assert api_key() == KEY
    assert KEY not in repr(load_config())


# --- a real server, from captions to notes


@dataclass(frozen=True)
class Run:
    folder: Path
    url: str
    notes: Notes
    chunks: dict[str, Chunk]
    markdown: str
    said: str
    environment: dict[str, str]


def make(environment: dict[str, str], url: str) -> "subprocess.CompletedProcess[str]":
    asked = ["make", str(MINUTE), "--preset", "tiny", "--llm", f"openai:{url}#smollm2"]
    return subprocess.run(
        [sys.executable, "-m", "rag_notes", *asked],
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The first minute of the sample lecture by SmolLM2 behind a server that wants a key."""
    weights = models.find("smollm2-135m", load_config())
    models.find("minilm-l6-v2", load_config())
    environment = os.environ | {
        "RAG_NOTES_INDEXES": str(tmp_path_factory.mktemp("served") / "indexes"),
        "RAG_NOTES_OFFLINE": "1",
        "RAG_NOTES_API_KEY": KEY,
    }
    with real_server(weights, context=4096, parallel=PARALLEL, key=KEY) as url:
        done = make(environment, url)
    assert done.returncode == 0, done.stderr
    path = Path(done.stdout.rstrip("\n"))
    chunks = codec.decode_chunks((path.parent / "chunks.jsonl").read_bytes())
    return Run(
        folder=path.parent,
        url=url,
        notes=codec.decode_notes((path.parent / "notes.json").read_bytes()),
        chunks={chunk.id: chunk for chunk in chunks},
        markdown=path.read_text(encoding="utf-8"),
        said=done.stderr,
        environment=environment,
    )


@pytest.mark.models
def test_the_server_and_its_model_are_named(run: Run) -> None:
    assert run.notes.provenance.llm == f"openai:{run.url.split('/')[2]}/smollm2"
    tokens = dict(run.notes.provenance.tokens)
    assert min(tokens["calls"], tokens["read"], tokens["written"]) > 0


@pytest.mark.models
def test_the_notes_have_their_parts(run: Run) -> None:
    kinds = [section.kind for section in run.notes.sections]
    assert {"goals", "story", "topic", "checklist"} <= set(kinds)
    assert list(runs.claims(run.notes))


@pytest.mark.models
def test_every_citation_is_valid(run: Run) -> None:
    for section in run.notes.sections:
        cited = [
            citation
            for block in section.blocks
            for claim in block.claims
            for citation in claim.citations
        ]
        for citation in cited:
            assert citation.chunk in section.retrieved
            chunk = run.chunks[citation.chunk]
            assert f" {citation.quote} " in f" {' '.join(chunk.text.split())} "
            assert citation.start is not None
            assert citation.end is not None
            assert (chunk.start or 0) <= citation.start < citation.end <= (chunk.end or 0)


@pytest.mark.models
def test_the_markdown_says_what_the_notes_say(run: Run) -> None:
    assert readback.read_notes(run.markdown) == said_by(run.notes)


@pytest.mark.models
def test_the_key_is_written_nowhere(run: Run) -> None:
    files = [path for path in run.folder.rglob("*") if path.is_file()]
    assert len(files) > 10
    assert not [path for path in files if KEY.encode() in path.read_bytes()]
    assert KEY not in run.said


@pytest.mark.models
def test_notes_that_are_made_need_no_server(run: Run) -> None:
    before = (run.folder / "notes.json").stat().st_mtime_ns
    assert make(run.environment, run.url).returncode == 0
    assert (run.folder / "notes.json").stat().st_mtime_ns == before


def test_an_address_that_is_none_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="BASE_URL#MODEL"):
        plan_engines(config(tmp_path, "openai:"))
