"""The command line: parse, call the pipeline, print. No logic of its own.

Results go to stdout, progress and logs to stderr. Exit codes: 0 done, 1 our bug, 2 the input or the
call is wrong, 3 input was lost or a claim is not supported, 4 somebody else holds the lecture, 130
interrupted.
"""

import argparse
import errno
import json
import logging
import os
import shutil
import sys
import traceback
from collections.abc import Sequence
from dataclasses import replace
from getpass import getpass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from rag_notes import asking
from rag_notes.asking import config_of
from rag_notes.config import Config, Preset
from rag_notes.errors import PasswordError, RagNotesError, SpaceError

if TYPE_CHECKING:
    from rag_notes.pipeline import Made, MakeRequest

_FIND = "auto"  # given for the slides' file
_LLM_HELP = (
    "gguf:NAME_OR_PATH, transformers:NAME_OR_FOLDER (in 4 bits), openai:BASE_URL#MODEL (any "
    "OpenAI-compatible server), or echo: (no model, for tests)"
)
_LOST = 3
_UNSUPPORTED = 3
_BUG = 1
_INTERRUPTED = 130
_USERS = (errno.EACCES, errno.EPERM, errno.ENAMETOOLONG, errno.ENOTDIR, errno.EISDIR)  # to mend


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    arguments = _parser().parse_args(argv)
    _log_warnings()
    try:
        return int(arguments.run(arguments))
    except RagNotesError as error:
        return _failed(error, error.exit_code, debug=arguments.debug)
    except KeyboardInterrupt:
        sys.stderr.write("\ninterrupted; the same command goes on from here\n")
        sys.stderr.flush()
        os._exit(_INTERRUPTED)  # a model still at work would hold up an orderly exit for its call
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except OSError as error:
        if error.errno in _USERS:
            return _failed(error, RagNotesError.exit_code, debug=arguments.debug)
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        where = Path(str(error.filename)) if error.filename else "the indexes folder"
        return _failed(SpaceError(where), SpaceError.exit_code, debug=arguments.debug)


def _log_warnings() -> None:
    """Send warnings to stderr; the level is the handler's, as bm25s logs all it does."""
    warnings = logging.StreamHandler(sys.stderr)
    warnings.setLevel(logging.WARNING)
    logging.basicConfig(format="%(message)s", handlers=[warnings])


def _failed(error: Exception, code: int, *, debug: bool) -> int:
    if debug:
        traceback.print_exception(error)
    sys.stderr.write(f"rag-notes: {' '.join(str(error).split())}\n")
    return code


# --- commands ------------------------------------------------------------------------------------


def _make(arguments: argparse.Namespace) -> int:
    from rag_notes import codec
    from rag_notes.pipeline import MakeRequest

    finds = arguments.slides == _FIND
    request = MakeRequest(
        source=Path(arguments.source),
        slides=Path(arguments.slides) if arguments.slides and not finds else None,
        finds_slides=finds,
        query=" ".join(arguments.query.split()) if arguments.query else None,
        name=arguments.name,
        media=arguments.media,
        speech_language=arguments.speech_language,
        out=arguments.out,
        track=arguments.track,
        channels=arguments.channels,
        language=arguments.language,
    )
    made = _made(request, config_of(arguments))
    if arguments.json:
        sys.stdout.write(codec.encode_notes(made.notes).decode())
    else:
        print(made.markdown)
    sys.stderr.writelines(f"{line}\n" for line in made.lost)
    return _LOST if made.lost else 0


def _made(request: "MakeRequest", config: Config) -> "Made":
    """Make the notes; in a terminal a password that the slides need is asked for."""
    from rag_notes.pipeline import make_notes
    from rag_notes.progress import reporter

    try:
        with reporter() as report:
            return make_notes(request, config, report)
    except PasswordError as error:
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            raise
        sys.stderr.write(f"{error.path.name} is protected; ")
        password = getpass("password: ")
    with reporter() as report:
        return make_notes(replace(request, slides_password=password), config, report)


def _verify(arguments: argparse.Namespace) -> int:
    from rag_notes import codec
    from rag_notes.pipeline import VerifyRequest, verdict_table, verify_notes
    from rag_notes.progress import reporter

    request = VerifyRequest(arguments.notes, arguments.against)
    with reporter() as report:
        found = verify_notes(request, config_of(arguments), report)
    if arguments.json:
        sys.stdout.write(codec.encode_verification(found).decode())
    else:
        sys.stdout.write(verdict_table(found, width=_width()))
    return _UNSUPPORTED if found.unsupported else 0


def _width() -> int:
    """Characters of a line, few enough to be read with ease."""
    return min(120, max(60, shutil.get_terminal_size((100, 24)).columns))


def _show(arguments: argparse.Namespace) -> int:
    from rag_notes import store

    folder = store.find_lecture(arguments.lecture, config_of(arguments))
    name = "notes.json" if arguments.json else "notes.md"
    path = folder / name
    if not path.is_file():
        raise _unfinished(folder)
    sys.stdout.write(path.read_text(encoding="utf-8"))
    return 0


def _unfinished(folder: Path) -> RagNotesError:
    from rag_notes.errors import InputError

    return InputError(
        f"{folder.name} has no notes yet; run its `rag-notes make` again to finish it"
    )


def _list(arguments: argparse.Namespace) -> int:
    from dataclasses import asdict

    from rag_notes import store

    config = config_of(arguments)
    lectures = store.list_lectures(config.indexes)
    if arguments.json:
        print(json.dumps([asdict(one) for one in lectures], ensure_ascii=False, default=list))
        return 0
    if not lectures:
        sys.stderr.write(f"no lectures in {config.indexes}\n")
    for one in lectures:
        state = "" if one.complete else "  (unfinished)"
        print(f"{one.name}\t{one.title}{state}")
    return 0


def _models(arguments: argparse.Namespace) -> int:
    from rag_notes import models
    from rag_notes.pipeline import fetch_models, wanted_models
    from rag_notes.progress import reporter

    config = config_of(arguments)
    if arguments.action == "fetch":
        with reporter() as report:
            fetch_models(tuple(arguments.names) or wanted_models(config), config, report)
    elif arguments.names:
        raise SystemExit("rag-notes models: names go with `fetch`")
    rows = models.status(config)
    if arguments.json:
        print(json.dumps([_model_row(row) for row in rows]))
        return 0
    for row in rows:
        here = "here" if row.present else "-"
        default = "default" if row.default else ""
        print(f"{row.name:28} {row.size / 1e6:8.0f} MB  {here:5} {default:8} {row.title}")
    return 0


def _model_row(row: object) -> dict[str, object]:
    from dataclasses import asdict

    return {**asdict(row), "path": str(row.path)}  # type: ignore[call-overload, attr-defined]


def _doctor(arguments: argparse.Namespace) -> int:
    from dataclasses import asdict

    from rag_notes import doctor

    found = doctor.examine(config_of(arguments))
    if arguments.json:
        print(json.dumps([asdict(row) for row in found], ensure_ascii=False))
        return 0
    for row in found:
        print(f"{'ok ' if row.ok else '!! '} {row.name:14} {row.found}")
    return 0


# --- the parser ----------------------------------------------------------------------------------


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="rag-notes",
        description="Study notes from a lecture in which every sentence cites its moment or slide.",
    )
    parser.add_argument("--version", action="version", version=f"rag-notes {version('rag-notes')}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--indexes", type=Path, metavar="DIR", help="folder of the lectures")
    common.add_argument("--json", action="store_true", help="print the result as JSON")
    common.add_argument("--debug", action="store_true", help="show the traceback of an error")
    _add_make(commands.add_parser("make", parents=[common], help="make the notes of a lecture"))
    _add_verify(
        commands.add_parser("verify", parents=[common], help="check notes against a lecture")
    )
    ask = commands.add_parser("ask", parents=[common], help="ask a lecture, or a folder of them")
    chat = commands.add_parser("chat", parents=[common], help="hold a conversation with a lecture")
    asking.add_ask(ask)
    asking.add_chat(chat)
    for one in (ask, chat):
        _add_preset(one)
        one.add_argument("--llm", metavar="URI", help=_LLM_HELP)
    show = commands.add_parser("show", parents=[common], help="print a lecture's notes")
    show.add_argument("lecture", metavar="LECTURE", help="a lecture's name, or its folder")
    show.set_defaults(run=_show)
    lists = commands.add_parser("list", parents=[common], help="list the lectures")
    lists.set_defaults(run=_list)
    models = commands.add_parser("models", parents=[common], help="list or fetch the models")
    models.add_argument("action", nargs="?", choices=["fetch"], help="get what is missing")
    models.add_argument("names", nargs="*", metavar="NAME", help="instead of the default set")
    _add_preset(models)
    models.set_defaults(run=_models)
    doctor = commands.add_parser(
        "doctor", parents=[common], help="say what was found and what a run will take"
    )
    doctor.set_defaults(run=_doctor)
    return parser


def _add_make(make: argparse.ArgumentParser) -> None:
    make.add_argument(
        "source",
        metavar="SOURCE",
        help="a recording, or a transcript (.srt, .vtt, .json, .txt)",
    )
    make.add_argument(
        "--slides",
        metavar="FILE|auto",
        help="the slides as PDF or PPTX; auto: find them in the video",
    )
    make.add_argument(
        "--query", metavar="TEXT", help="a question to answer first, or an instruction"
    )
    make.add_argument("--name", metavar="NAME", help="the lecture's name (default: the file's)")
    make.add_argument("--out", type=Path, metavar="FILE.md", help="write the notes there too")
    _add_preset(make)
    make.add_argument("--llm", metavar="URI", help=_LLM_HELP)
    make.add_argument(
        "--media",
        metavar="FILE|URL",
        help="what citations link to when SOURCE is a transcript (never opened)",
    )
    make.add_argument(
        "--language", metavar="CODE", help="the language of the notes (default: the lecture's)"
    )
    make.add_argument(
        "--speech-language", metavar="CODE", help="the language spoken (default: detected)"
    )
    make.add_argument(
        "--track", type=int, metavar="N", help="audio track of a recording (default: the player's)"
    )
    make.add_argument(
        "--channels",
        choices=["mix", "split"],
        default="mix",
        help="hear the channels of a recording together or one by one (default: mix)",
    )
    make.set_defaults(run=_make)


def _add_verify(verify: argparse.ArgumentParser) -> None:
    verify.add_argument(
        "notes", type=Path, metavar="NOTES", help="anyone's notes in Markdown, or a notes.json"
    )
    verify.add_argument(
        "--against",
        required=True,
        metavar="LECTURE|TRANSCRIPT",
        help="a lecture's name or folder, or a transcript (.srt, .vtt, .json, .txt)",
    )
    _add_preset(verify)
    verify.add_argument(
        "--llm", metavar="URI", help="echo: (compare words without a model, for tests)"
    )
    verify.set_defaults(run=_verify)


def _add_preset(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--preset",
        choices=get_args(Preset),
        default="auto",
        help="which models to take, and where they run (default: auto, by what this machine has)",
    )
