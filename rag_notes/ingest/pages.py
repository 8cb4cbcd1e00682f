"""What a process and the child that reads a slide file for it say to each other.

A page that hangs or fills the memory ends the child, and its parent goes on with the next page.
Values go as JSON, one a line: an Order over the child's stdin, all else over its stdout.
"""

import sys

import msgspec

_MEMORY = 3 * 1024**3  # bytes of address space for the child


class Order(msgspec.Struct):
    """What a child is to read: pages `first` to `last` of the file.

    Page `plain` is read in the quickest way there is. Into the folder `pictures`, if there is one,
    are drawn all pages, or only those whose text stands in their picture alone.
    """

    path: str
    first: int
    last: int
    plain: int = 0
    pictures: str = ""
    draws_all: bool = False
    password: str = ""


class FileRead(msgspec.Struct):
    """What a child says first: the number of pages, or why there are none."""

    pages: int = 0
    problem: str | None = None
    is_locked: bool = False


class PageRead(msgspec.Struct):
    """What a child says of one page.

    `margins` are the lines of `text` at the upper and lower edge; `to_read` are the files of the
    pictures whose text is wanted, of a page that has none itself.
    """

    number: int
    title: str = ""
    text: str = ""
    notes: str = ""
    margins: list[str] = []
    to_read: list[str] = []


class Drawn(msgspec.Struct):
    """What a child says after a page where pictures are wanted: the file, if it could be drawn."""

    file: str | None = None


def say(value: msgspec.Struct) -> None:
    """Write a line for the parent."""
    sys.stdout.buffer.write(msgspec.json.encode(value) + b"\n")
    sys.stdout.buffer.flush()


def limit_memory() -> None:
    """Have this process fail, rather than the machine, where a file wants too much."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


def heard_order() -> Order:
    """Read what the parent wants."""
    return msgspec.json.decode(sys.stdin.buffer.readline(), type=Order)
