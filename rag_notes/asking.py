"""`rag-notes ask` and `rag-notes chat`: ask the pipeline, print what it answers.

Answers go to stdout, line by line as they are accepted; how a question was read, and what else
should be known, goes to stderr in `ask` and beside the answer in `chat`.
"""

import argparse
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from rag_notes.config import Config, load_config
from rag_notes.errors import InputError, RagNotesError

if TYPE_CHECKING:
    from rag_notes.pipeline.ask import OpenLecture, Printer
    from rag_notes.pipeline.chat import Chat

_PROMPT = "> "
HELP = """\
/sources          what the last answer rests on, in the words that were said
/forget           delete this conversation
/export [FILE]    write it down as Markdown, by default to chat.md in the lecture's folder
/help             this
/quit             leave, as does Ctrl-D; Ctrl-C stops an answer"""


def add_ask(ask: argparse.ArgumentParser) -> None:
    """Add the arguments of `ask`."""
    ask.add_argument(
        "lecture", metavar="LECTURE", help="a lecture's name or folder, or a folder of lectures"
    )
    ask.add_argument(
        "question", metavar="QUESTION", help="about its subject, a time, a slide, or where it says"
    )
    ask.set_defaults(run=run_ask)


def add_chat(chat: argparse.ArgumentParser) -> None:
    """Add the arguments of `chat`."""
    chat.add_argument(
        "lecture", metavar="LECTURE", help="a lecture's name or folder, or a folder of lectures"
    )
    chat.set_defaults(run=run_chat)


def config_of(arguments: argparse.Namespace) -> Config:
    """Config of the flags that were given."""
    return load_config(
        indexes=arguments.indexes,
        preset=getattr(arguments, "preset", "auto"),
        llm=getattr(arguments, "llm", None),
    )


def run_ask(arguments: argparse.Namespace) -> int:
    """Answer one question."""
    from rag_notes import codec
    from rag_notes.pipeline.ask import open_lecture, will_read
    from rag_notes.progress import reporter

    ahead = will_read(arguments.question)
    with reporter() as report:
        lecture = open_lecture(arguments.lecture, config_of(arguments), report, read_ahead=ahead)
    with lecture:
        if arguments.json:
            answer = lecture.ask(arguments.question)
            sys.stdout.write(codec.encode_answer(answer).decode())
            return 0
        printer = _printer(lecture)
        answer = lecture.ask(arguments.question, on_claim=lambda one: _say(printer.claim(one)))
    if not answer.answered:
        _say(*printer.nearest(answer))
    notes = [printer.reading(answer.reading)] if answer.reading else []
    notes += answer.notices if answer.answered else ()
    sys.stderr.writelines(f"{line}\n" for line in notes)
    return 0


def run_chat(arguments: argparse.Namespace) -> int:
    """Hold a conversation until the input ends."""
    from rag_notes.pipeline.ask import open_lecture
    from rag_notes.pipeline.chat import Chat, chat_folder
    from rag_notes.progress import reporter

    config = config_of(arguments)
    with reporter() as report:
        lecture = open_lecture(arguments.lecture, config, report, read_ahead=True)
    with lecture:
        chat = Chat(lecture, chat_folder(arguments.lecture, config))
        _Conversation(chat, lecture, as_json=arguments.json).hold()
    return 0


class _Conversation:
    """Lines typed and answers printed."""

    def __init__(self, chat: "Chat", lecture: "OpenLecture", *, as_json: bool) -> None:
        self._chat = chat
        self._printer = _printer(lecture)
        self._as_json = as_json
        self._names = ", ".join(lecture.lectures)
        self._commands: dict[str, Callable[[str], None]] = {
            "/sources": lambda _: self._sources(),
            "/forget": lambda _: self._forget(),
            "/export": self._export,
            "/help": lambda _: _say(HELP),
        }

    def hold(self) -> None:
        """Answer line by line until the input ends or `/quit`."""
        _remember(turn.asked or turn.question for turn in self._chat.turns)
        if sys.stdin.isatty():
            before = len(self._chat.turns)
            kept = f"; questions remembered from before: {before}" if before else ""
            sys.stderr.write(f"{self._names}{kept}. /help says what else can be typed.\n")
        for line in _lines():
            name, _, rest = line.partition(" ")
            if name == "/quit":
                return
            try:
                self._one(name, rest.strip(), line)
            except RagNotesError as error:
                sys.stderr.write(f"{' '.join(str(error).split())}\n")
            except KeyboardInterrupt:
                _say("", "(stopped)")

    def _one(self, name: str, rest: str, line: str) -> None:
        if name.startswith("/"):
            if name not in self._commands:
                raise InputError(f"there is no {name}; /help says what there is")
            self._commands[name](rest)
        else:
            self._ask(line)

    def _ask(self, typed: str) -> None:
        from rag_notes import codec

        question = self._chat.as_own_question(typed)
        if self._as_json:
            answer = self._chat.ask(typed, question)
            sys.stdout.write(codec.encode_answer(answer, indent=0).decode())
            sys.stdout.flush()
            return
        printer = self._printer
        if question != " ".join(typed.split()):
            _say(f"({printer.reading(question)})")
        answer = self._chat.ask(typed, question, on_claim=lambda one: _say(printer.claim(one)))
        rest = answer.notices if answer.answered else printer.nearest(answer)
        _say(*rest)
        if answer.reading:
            _say(f"({printer.reading(answer.reading)})")
        _say("")

    def _sources(self) -> None:
        if not self._chat.turns:
            raise InputError("nothing has been asked yet")
        _say(*self._printer.sources(self._chat.turns[-1]))

    def _forget(self) -> None:
        self._chat.forget()
        _say("This conversation is forgotten.")

    def _export(self, name: str) -> None:
        _say(str(self._chat.export(Path(name).expanduser() if name else None)))


# --- a terminal or a pipe ------------------------------------------------------------------------


def _printer(lecture: "OpenLecture") -> "Printer":
    from rag_notes.pipeline.ask import printer_of

    return printer_of(lecture, beside=Path(), in_terminal=sys.stdout.isatty())


def _say(*lines: str) -> None:
    for line in lines:
        print(line, flush=True)


def _lines() -> Iterator[str]:
    """Yield what is typed, without blank lines, until the input ends."""
    while True:
        try:
            line = input(_PROMPT) if sys.stdin.isatty() else _piped()
        except EOFError:
            return
        except KeyboardInterrupt:
            sys.stderr.write("\n(Ctrl-D or /quit leaves)\n")
            continue
        if line.strip():
            yield line.strip()


def _piped() -> str:
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    return line


def _remember(questions: Iterator[str]) -> None:
    """Let the arrow keys bring back what was asked before, where the terminal can."""
    if not sys.stdin.isatty():
        return
    try:
        import readline
    except ImportError:  # of Windows' Python
        return
    for question in questions:
        readline.add_history(question)
