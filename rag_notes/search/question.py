"""A question to what it asks about: the words of asking are left out.

In: a question; out: its content. "What did the group discuss about X?" is near every passage in
which a group discusses, "X" is near those on X. English only; others pass as they are.
"""

import re

_ASKING = frozenset(
    """summarize summarise summary describe explain discuss discussed discusses discussing
    discussion discussions talk talks talked talking say says said tell tells told think thinks
    thought mention mentions mentioned opinion opinions group team teams lecture lecturer video
    please""".split()
)
_WORD = re.compile(r"[\w'’-]+")


def content_of(question: str) -> str:
    """The question without words of asking; the question itself where nothing would be left."""
    kept = " ".join(w for w in _WORD.findall(question) if w.lower() not in _ASKING)
    return kept or question
