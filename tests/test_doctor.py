import json
import shutil
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from rag_notes import cli, doctor, models
from rag_notes.config import Config


@pytest.fixture
def offline(tmp_path: Path) -> Config:
    return Config(indexes=tmp_path / "indexes", models=tmp_path / "models", offline=True)


def found(config: Config, name: str) -> list[doctor.Finding]:
    return [one for one in doctor.examine(config) if one.name == name]


def test_names_every_default_model_that_is_missing(offline: Config) -> None:
    rows = found(offline, "model")
    assert len(rows) == len(models.default_models(offline))
    assert all(not row.ok and "rag-notes models fetch" in row.found for row in rows)


def test_missing_models_are_a_fault_only_where_they_cannot_come(offline: Config) -> None:
    (row,) = found(offline, "network")
    assert "RAG_NOTES_OFFLINE" in row.found
    assert not row.ok
    (row,) = found(replace(offline, offline=False), "network")
    assert "needed" in row.found
    assert row.ok


def test_asks_no_network(offline: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert doctor.examine(replace(offline, offline=False))


def test_makes_no_folder(offline: Config, tmp_path: Path) -> None:
    doctor.examine(offline)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_a_file_cannot_be_written_to(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    config = Config(indexes=tmp_path / "file" / "x", models=tmp_path / "models", offline=True)
    (row,) = found(config, "lectures in")
    assert not row.ok
    assert "cannot be written to" in row.found


def test_more_cores_take_less_time_but_not_proportionally(offline: Config) -> None:
    def minutes(cores: int) -> int:
        return int(doctor.estimate(cores, offline).split()[1])

    assert minutes(1) > minutes(2) > minutes(4) > minutes(8)
    assert minutes(8) > minutes(2) / 4


def test_the_tiny_models_are_called_what_they_are(tmp_path: Path) -> None:
    config = Config(indexes=tmp_path, models=tmp_path, preset="tiny")
    assert "not for study" in doctor.estimate(2, config)


def put_nvidia_smi(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    program = folder / "nvidia-smi"
    program.write_text(f"#!{shutil.which('sh')}\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))


def test_names_the_cards_that_the_driver_lists(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = "echo 'NVIDIA H200, 143771 MiB'\necho 'NVIDIA L4, 23034 MiB'"
    put_nvidia_smi(tmp_path, lines, monkeypatch)
    told = doctor._gpu().found
    assert told == "NVIDIA H200, 143771 MiB; NVIDIA L4, 23034 MiB"


@pytest.mark.parametrize("script", ["exit 9", "exec sleep 60", "exit 0"])
def test_a_driver_that_fails_hangs_or_lists_nothing_is_no_card(
    script: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "_SMI_SECONDS", 0.3)
    sleep = shutil.which("sleep")
    put_nvidia_smi(tmp_path, script.replace("sleep", str(sleep)), monkeypatch)
    told = doctor._gpu()
    assert told.ok
    assert "on the CPU" in told.found
    assert "MiB" not in told.found


def test_without_a_driver_there_is_no_card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert doctor._gpu().found.startswith("none found")


def test_a_package_that_is_not_installed_is_named() -> None:
    row = doctor._package("no-such-package-as-this")
    assert not row.ok
    assert "not installed" in row.found


@pytest.mark.parametrize(
    ("text", "limit"), [("max\n", None), ("2147483648\n", 2147483648), ("", None), ("-1", None)]
)
def test_reads_the_memory_limit_of_a_container(
    text: str, limit: int | None, tmp_path: Path
) -> None:
    path = tmp_path / "memory.max"
    path.write_text(text)
    assert doctor._memory_limit(path) == limit
    assert doctor._memory_limit(tmp_path / "absent") is None


def test_a_processor_without_avx2_is_warned_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "cpuinfo"
    path.write_text("model name\t: Old One\nflags\t\t: sse sse2\n\nmodel name\t: second\n")
    told = doctor._cpuinfo(path)
    assert told == {"model name": "Old One", "flags": "sse sse2"}
    monkeypatch.setattr(doctor, "_cpuinfo", lambda _: told)
    assert not doctor._cpu(2).ok
    monkeypatch.setattr(doctor, "_cpuinfo", lambda _: {**told, "flags": "sse avx2"})
    assert doctor._cpu(2).ok


def test_the_command_prints_what_examine_finds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RAG_NOTES_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("RAG_NOTES_OFFLINE", "1")
    assert cli.main(["doctor", "--indexes", str(tmp_path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert cli.main(["doctor", "--indexes", str(tmp_path), "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert len(lines) == len(rows)
    assert {"python", "cpu", "memory", "gpu", "auto takes", "model", "an hour takes"} <= {
        r["name"] for r in rows
    }
    assert [line.startswith("ok") for line in lines] == [row["ok"] for row in rows]


def test_loads_no_heavy_library(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from rag_notes import doctor; "
        "from rag_notes.config import Config; "
        f"doctor.examine(Config(Path({str(tmp_path)!r}), Path({str(tmp_path)!r}), offline=True)); "
        "print(*{'torch', 'chromadb', 'transformers', 'av', 'xllamacpp'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
