"""The shell parts of scripts/demo and scripts/test, up to where they would install."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
COMMANDS = ("demo", "test", "benchmark", "evaluate")
SCRIPTS = [*(ROOT / "scripts" / name for name in COMMANDS), ROOT / ".ci/run"]
TOOLS = "bash env dirname cat df du awk cut grep rm sed tail".split()
NEW = 'case "$*" in *"sys.version_info[1]"*) echo python3.11-venv;; esac; exit 0'
OLD = "exit 1"  # sys.exit(sys.version_info < (3, 11))
SHIM = 'echo "pyenv: python3.11: command not found" >&2; exit 127'
NO_VENV = f'case "$*" in *ensurepip*) exit 1;; esac; {NEW}'


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with the scripts alone, and a PATH folder `bin` with no Python."""
    shutil.copytree(ROOT / "scripts", tmp_path / "scripts")
    (tmp_path / "bin").mkdir()
    for name in TOOLS:
        (tmp_path / "bin" / name).symlink_to(str(shutil.which(name)))
    return tmp_path


def put(checkout: Path, name: str, script: str) -> None:
    program = checkout / "bin" / name
    program.unlink(missing_ok=True)
    program.write_text(f"#!{shutil.which('sh')}\n{script}\n")
    program.chmod(0o755)


def run(checkout: Path, code: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-euc", f"command=demo; . scripts/_environment.sh; {code}"],
        cwd=checkout,
        env={"PATH": str(checkout / "bin"), "HOME": str(checkout), **variables},
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_scripts_can_be_run(script: Path) -> None:
    assert os.access(script, os.X_OK)
    assert script.read_text().startswith("#!/usr/bin/env bash\n")
    subprocess.run(["bash", "-n", str(script)], check=True)


def test_takes_the_first_python_that_really_runs(checkout: Path) -> None:
    put(checkout, "python3.11", SHIM)
    put(checkout, "python3.12", NEW)
    put(checkout, "python3", NEW)
    assert run(checkout, "find_python").stdout == "python3.12\n"


def test_takes_another_python_where_the_first_cannot_make_a_venv(checkout: Path) -> None:
    put(checkout, "python3.11", NO_VENV)
    put(checkout, "python3", NEW)
    assert run(checkout, "find_python").stdout == "python3\n"


def test_names_the_package_that_venv_is_in(checkout: Path) -> None:
    put(checkout, "python3.11", NO_VENV)
    done = run(checkout, "make_venv; echo went on")
    assert (done.returncode, done.stdout) == (2, "")
    assert "apt install python3.11-venv" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("script", [None, OLD, SHIM])
def test_says_in_one_line_that_python_is_missing(script: str | None, checkout: Path) -> None:
    if script:
        put(checkout, "python3", script)
    done = run(checkout, "make_venv; echo went on")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("demo: no Python 3.11 or newer")
    assert len(done.stderr.splitlines()) == 1


def put_pip(checkout: Path, script: str) -> None:
    """A .venv that answers `python` itself, with a pip that does `script`."""
    (checkout / ".venv" / "bin").mkdir(parents=True)
    (checkout / ".venv" / "bin" / "python").symlink_to(sys.executable)
    put(checkout, "pip", script)


PART = '{"metadata": {"name": "%s", "version": "2.13.0"}, "download_info": {"url": "file:///no"}}'


def report(*, cuda: bool) -> str:
    parts = ", ".join(PART % name for name in ("torch", "nvidia-x") if cuda or name == "torch")
    text = f'{{"install": [{parts}]}}'
    return f"while [ $1 != --report ]; do shift; done; echo '{text}' >$2"


def disk(gigabytes: int) -> str:
    return f'echo head; echo "disk 0 0 {gigabytes * 1000000} 0 /"'


@pytest.mark.parametrize(("cuda", "gigabytes"), [(False, 5), (True, 11)])
def test_stops_where_the_disk_has_less_than_the_build_needs(
    cuda: bool, gigabytes: int, checkout: Path
) -> None:
    put_pip(checkout, report(cuda=cuda))
    put(checkout, "df", disk(gigabytes))
    done = run(checkout, "check_room pip; echo went on")
    assert (done.returncode, done.stdout) == (2, "")
    chosen, stopped = done.stderr.splitlines()
    assert f"the {'CUDA' if cuda else 'CPU'} build" in chosen
    assert f"{gigabytes} GB free, {gigabytes + 1} GB are needed" in stopped


def test_goes_on_where_the_disk_has_enough(checkout: Path) -> None:
    put_pip(checkout, report(cuda=False))
    put(checkout, "df", disk(7))
    done = run(checkout, "check_room pip; echo went on")
    assert (done.returncode, done.stdout) == (0, "went on\n")
    assert "torch 2.13.0, the CPU build, about 200 MB" in done.stderr


def test_says_that_no_index_can_be_reached(checkout: Path) -> None:
    put_pip(checkout, "echo 'WARNING: connection broken by x' >&2; exit 1")
    done = run(checkout, "check_room pip; echo went on")
    assert (done.returncode, done.stdout) == (2, "")
    assert "no package index is within reach" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_offline_asks_pip_for_nothing_from_an_index(checkout: Path) -> None:
    put_pip(checkout, "exit 1")
    done = run(checkout, "check_room pip", RAG_NOTES_OFFLINE="1")
    assert done.returncode == 2
    assert "RAG_NOTES_OFFLINE is set" in done.stderr


def test_a_relative_folder_is_meant_from_where_the_caller_stands(checkout: Path) -> None:
    code = 'cd bin; . ../scripts/_environment.sh; echo "$RAG_NOTES_INDEXES" "$PWD"'
    done = subprocess.run(
        ["bash", "-euc", code],
        cwd=checkout,
        env={"PATH": str(checkout / "bin"), "RAG_NOTES_INDEXES": "notes"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == [f"{checkout}/bin/notes", str(checkout.resolve())]


def ready(checkout: Path, make: str) -> None:
    """A .venv that is installed, whose `python -m rag_notes make` does the shell lines `make`."""
    (checkout / ".venv" / "bin").mkdir(parents=True)
    (checkout / ".venv" / ".installed-ocr,test").write_text("now\n")  # has more extras than needed
    lines = f'case "$1 $3" in "- "*) cat >/dev/null; echo now;; "-m make") {make};; esac'
    put(checkout, "venv-python", lines)
    (checkout / ".venv" / "bin" / "python").symlink_to(checkout / "bin" / "venv-python")


def demo(checkout: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(checkout / "scripts" / "demo")],
        env={"PATH": str(checkout / "bin"), "HOME": str(checkout)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("code", [0, 3])
def test_the_demo_ends_with_the_path_of_the_notes_and_the_code_of_make(
    code: int, checkout: Path
) -> None:
    notes = checkout / "notes.md"
    notes.write_text("".join(f"line {number}\n" for number in range(1, 200)))
    ready(checkout, f"echo {notes}; exit {code}")
    done = demo(checkout)
    assert done.returncode == code, done.stderr
    lines = done.stdout.splitlines()
    assert lines[:60] == [f"line {number}" for number in range(1, 61)]
    assert "line 61" not in lines
    assert lines[-1] == str(notes)


def test_the_demo_shows_no_notes_where_make_failed(checkout: Path) -> None:
    ready(checkout, "echo 'rag-notes: no' >&2; exit 4")
    done = demo(checkout)
    assert (done.returncode, done.stdout, done.stderr) == (4, "", "rag-notes: no\n")
