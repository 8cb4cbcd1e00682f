"""What the README and its companions say is what the program does."""

import argparse
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest
from evaluation.__main__ import MEASUREMENTS
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import rag_notes
from rag_notes import cli, errors
from rag_notes.catalogue import catalogue

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BENCHMARK = (ROOT / "docs" / "BENCHMARK.md").read_text(encoding="utf-8")
EVALUATION = (ROOT / "docs" / "EVALUATION.md").read_text(encoding="utf-8")
DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
HEAVY = "torch transformers chromadb sentence_transformers faster_whisper av xllamacpp numpy rich"
TREE = README.split("## Files")[1].split("```")[1].strip("\n").splitlines()


def subparsers(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    (found,) = [a for a in parser._actions if isinstance(a, argparse._SubParsersAction)]
    return dict(found.choices)


PARSER = cli._parser()
COMMANDS = subparsers(PARSER)


def options() -> set[str]:
    parsers = [PARSER, *COMMANDS.values()]
    found = {name for one in parsers for action in one._actions for name in action.option_strings}
    return {name for name in found if name.startswith("--")} - {"--help"}


def examples(text: str) -> Iterator[str]:
    """Lines of code blocks, and code within lines, that call rag-notes with a command."""
    for block in re.findall(r"^```[a-z]*\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        yield from (line for line in block.splitlines() if line.startswith("rag-notes "))
    plain = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    yield from re.findall(r"`(rag-notes [^`]+)`", plain)


@pytest.mark.parametrize(
    "line", sorted({e for path in DOCUMENTS for e in examples(path.read_text())})
)
def test_every_command_in_the_documents_is_understood(
    line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = shlex.split(line, comments=True)[1:]
    if words == ["make"] or words[-1] == "--help":
        assert words[0] in {*COMMANDS, "--help"}
        return
    arguments = PARSER.parse_args(words)
    assert callable(arguments.run), capsys.readouterr().err


def test_every_command_is_in_the_readme() -> None:
    for command in COMMANDS:
        assert f"rag-notes {command}" in README


def test_the_readme_has_every_flag_and_no_other() -> None:
    usage = README.split("## Using it")[1].split("## What it makes")[0]
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", usage)) == options()
    rows = re.findall(r"^\| `(--[a-z-]+)", usage, re.MULTILINE)
    assert sorted(rows) == sorted(options())


def test_the_flag_table_names_the_commands_that_take_them() -> None:
    for flag, commands in re.findall(r"^\| `(--[a-z-]+)[^|]*\| ([^|]+) \|", README, re.MULTILINE):
        takers = {name for name, one in COMMANDS.items() if flag in one._option_string_actions}
        named = set(COMMANDS) if commands == "all" else set(re.findall(r"`(\w+)`", commands))
        assert takers == named, flag


@pytest.mark.parametrize("command", [[], *([name] for name in COMMANDS)])
def test_help_loads_no_heavy_library(command: list[str]) -> None:
    code = (
        "import atexit, sys\n"
        "from rag_notes import cli\n"
        f"atexit.register(lambda: print('loaded', *set({HEAVY!r}.split()) & set(sys.modules)))\n"
        f"cli.main([*{command!r}, '--help'])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("usage: rag-notes")
    assert done.stdout.splitlines()[-1] == "loaded"


def tree() -> Iterator[str]:
    """Paths of the README's tree: names parted by single spaces, then two spaces and a word."""
    folder = ""
    for line in TREE:
        names = re.split(r"\s{2,}", line.strip())[0].split(" ")
        folder = folder if line.startswith(" ") else ""
        yield from (folder + name for name in names)
        if names[0].endswith("/") and not line.startswith(" "):
            folder = names[0]


@pytest.mark.parametrize("path", list(tree()))
def test_the_tree_of_the_readme_exists(path: str) -> None:
    place = ROOT / path
    assert place.is_dir() if path.endswith("/") else place.is_file()


def test_the_tree_has_all_of_the_package() -> None:
    places = (ROOT / "rag_notes").iterdir()
    there = {f"{place.name}/" if place.is_dir() else place.name for place in places}
    there -= {"__init__.py", "__pycache__/", "py.typed"}
    named = {path.removeprefix("rag_notes/") for path in tree() if path.startswith("rag_notes/")}
    assert there == named - {""}


@pytest.mark.parametrize("name", rag_notes.__all__)
def test_every_public_name_has_a_docstring_and_a_place_in_the_readme(name: str) -> None:
    assert (getattr(rag_notes, name).__doc__ or "").strip()
    python = README.split("From Python")[1].split("## What it makes")[0]
    assert re.search(rf"\b{name}(?:\b|s\b)", python)


def test_the_readme_has_every_model_as_it_is_on_record() -> None:
    rows = re.findall(r"^\| (.+?) \| .+? \| (\d+) MB \| (.+?) \|$", README, re.MULTILINE)
    found = {title: (int(size), licence) for title, size, licence in rows}
    known = {one.title: (round(one.size / 1e6), one.licence) for one in catalogue()}
    assert found == known


def exit_codes(error: type[errors.RagNotesError]) -> set[int]:
    return {error.exit_code}.union(*(exit_codes(one) for one in error.__subclasses__()))


def test_the_readme_has_every_exit_code() -> None:
    codes = set(map(int, re.findall(r"^\| (\d+) \|", README, re.MULTILINE)))
    assert codes == {0, cli._BUG, cli._LOST, cli._INTERRUPTED} | exit_codes(errors.RagNotesError)


def test_the_readme_has_every_variable_that_is_read() -> None:
    sources = [*(ROOT / "rag_notes").rglob("*.py"), *(ROOT / "scripts").rglob("*.py")]
    read = {name for path in sources for name in re.findall(r"RAG_NOTES_\w+", path.read_text())}
    assert set(re.findall(r"^\| `(RAG_NOTES_\w+)` \|", README, re.MULTILINE)) == read


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_of_the_documents_lead_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)", document.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (document.parent / target).exists(), target


def help_of(*command: str) -> str:
    """What a module of scripts/ says to --help."""
    done = subprocess.run(
        [sys.executable, "-m", *command, "--help"],
        cwd=ROOT / "scripts",
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'scripts'}"},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


@pytest.mark.parametrize(
    ("commands", "text"),
    [
        ([["benchmarks"]], BENCHMARK),
        ([["evaluation"], *(["evaluation", name] for name in MEASUREMENTS)], EVALUATION),
    ],
    ids=["benchmark", "evaluate"],
)
def test_the_options_of_the_scripts_are_their_own(commands: list[list[str]], text: str) -> None:
    said = "".join(help_of(*command) for command in commands)
    for option in re.findall(r"(?<![\w-])--[a-z]+", text.replace("rag-notes --help", "")):
        assert option in said


def test_the_changelog_opens_with_this_version() -> None:
    first = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert first
    assert first[1] == version("rag-notes")


def test_every_dependency_is_pinned_to_a_version_that_it_may_have() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pins = dict(line.split("==") for line in lines if "==" in line and not line.startswith("#"))
    pinned = {canonicalize_name(name): number for name, number in pins.items()}
    extras = project["optional-dependencies"]
    for text in (*project["dependencies"], *extras["ocr"], *extras["test"]):
        wanted = Requirement(text)
        assert wanted.specifier.contains(pinned[canonicalize_name(wanted.name)]), text


def test_what_only_one_build_of_torch_brings_is_not_pinned() -> None:
    names = re.findall(r"^([\w.-]+)==", (ROOT / "constraints.txt").read_text(), re.MULTILINE)
    assert not [name for name in names if name.startswith(("nvidia", "cuda", "triton"))]
    assert "torch==2.13.0\n" in (ROOT / "constraints.txt").read_text()
