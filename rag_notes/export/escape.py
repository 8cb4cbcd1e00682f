"""Untrusted text -> text that is only text: plain, or escaped for Markdown, HTML and WebVTT.

Knows CommonMark, GitHub's tables and autolinks, and the marks that common viewers add ($ math,
==marks==, %%comments%%, [[links]], {{templates}}). Knows no claims.
"""

import re
import unicodedata

_KEPT = "\u200c\u200d"  # the joiners of Persian, Indic scripts and emoji
_ENTITIES = {"<": "&lt;", "|": "&#124;", "&": "&amp;"}  # backslashes fail in HTML and some tables

_INLINE = re.compile(
    r"""
      [\\`*\[\]{}~^$@<|]              # marks wherever they stand
    | (?<![^\W_])_ | _(?![^\W_])      # d_model is left as it is
    | (?<!\S)\#+                      # headings, closing marks of headings, #tags
    | ==+ | %%+
    | (?<=[A-Za-z]):(?=//)            # bare addresses: https://…
    | (?<=[wW]{3})\.                  # and www.…
    | &(?=\#?[0-9A-Za-z]+;)           # entities
    """,
    re.VERBOSE,
)
_LEADING = re.compile(r"^(?:(?=[-+>=:])|(\d{1,9})(?=[.)](?:\s|$)))")


def plain(text: str) -> str:
    r"""One line of visible text: white space collapsed, control and bidi characters removed.

    >>> plain(" a\n b\u202e\x00 ")
    'a b'
    """
    spaced = "".join(" " if c.isspace() or c == "\u2028" else c for c in text)
    seen = (c for c in spaced if c in _KEPT or unicodedata.category(c) not in ("Cc", "Cf", "Cs"))
    return " ".join("".join(seen).split())


def escape_markdown(text: str) -> str:
    r"""Text that Markdown shows as it is, at the start of a line, in a heading or in a table.

    >>> escape_markdown("1. <b>*x*</b> | d_model")
    '1\\. &lt;b>\\*x\\*&lt;/b> &#124; d_model'
    """
    marked = _INLINE.sub(lambda m: "".join(_ENTITIES.get(c, "\\" + c) for c in m[0]), plain(text))
    return _LEADING.sub(lambda m: (m[1] or "") + "\\", marked)


def escape_vtt(text: str) -> str:
    """Text of a WebVTT cue."""
    return plain(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
