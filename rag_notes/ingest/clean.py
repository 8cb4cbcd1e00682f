"""Caption and transcript text as people type and programs write it, to plain speech.

In: strings; out: strings with single spaces and no byte-order marks, markup, full-width punctuation
in Latin text, or sounds described in brackets. Every word of a real sentence is kept, and so are
marks of what was not understood. Knows nothing of files or times.
"""

import html
import re
import unicodedata

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_LETTER = re.compile(r"[^\W\d_]")
_WIDE_FORMS = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    ord("。"): ord("."),
    ord("｡"): ord("."),
    ord("、"): ord(","),
    ord("\u3000"): ord(" "),
}
_WIDE_MARKS = "，。｡、；：？！"
_BEFORE_WIDE = re.compile(rf"\s+(?=[{_WIDE_MARKS}])")
_AFTER_WIDE = re.compile(rf"(?<=[{_WIDE_MARKS}])(?=[^\s\d{_WIDE_MARKS}\"'”’)\]）])")
_AFTER_WIDE_DIGIT = re.compile(rf"(?<=[^\d][{_WIDE_MARKS}])(?=\d)")
# Sounds of hesitation that a recogniser writes in Chinese or Japanese between English sentences.
_PARTICLE = re.compile(
    r"(?<![\u3040-\u9fff])[嗯啊呃哦噢喔唔欸诶哎唉呀哈]+[，。、！？.,]?(?![\u3040-\u9fff])"
)

_TAG = re.compile(
    r"</?(?:i|b|u|s|c|v|lang|ruby|rt|font|span)(?:[.\s][^<>\n]*)?>|<\d[\d:.]*>|\{\\[^{}\n]*\}",
    re.IGNORECASE,
)
# What somebody wrote where they heard nothing stays: it says that words are missing.
UNHEARD = re.compile(
    r"[\[(](?:[^\W\d_]+ )?(?:unclear|inaudible|unintelligible|indistinct)\b[^()\[\]]{0,20}[\])]",
    re.IGNORECASE,
)
_WHOLE_DIRECTION = re.compile(
    rf"^[-–—>\s]*(?!(?i:{UNHEARD.pattern}))"
    r"(?:\([^()]*[^\W\d_][^()]*\)|\[[^\[\]]*\]|[♪♫*#].*[♪♫*#])\W*$"
)
_EMPTY_BRACKETS = re.compile(r"(?<!\w)(?:\(\s*\)|\[\s*\])")
_SOUND = (
    r"music|applau|laugh|chuckl|mumbl|crosstalk|whoosh|swoosh|cough|sneez|sigh|gasp|clears? throat|"
    r"silence|noise|static|beep|click|ding|chim|cheer"
)
_SOUND_ALONE = re.compile(
    r"(?<!\w)[(\[]\s*(?:(?:audience|mild|loud|scattered|students?|video|sound of) )?"
    r"(?:applause|laughter|laughs?|laughing|chuckl(?:es?|ing)|music|cheer(?:s|ing)|coughs?|coughing"
    r"|sighs?|gasps?|crosstalk|whispering|clears? throat)"
    r"(?: (?:playing|plays|continues|ends|stops|and (?:applause|laughter|cheers|cheering)))?"
    r"\s*[)\]]",
    re.IGNORECASE,
)
_INLINE_SOUND = re.compile(
    rf"(?<!\w)[(\[](?:[^()\[\]\d]{{0,30}}\b)?(?:{_SOUND})[^()\[\]\d]{{0,20}}[)\]]", re.IGNORECASE
)


def is_latin(text: str) -> bool:
    """Whether fewer than 1 in 10 letters of `text` are Chinese, Japanese or Korean."""
    return 10 * len(_CJK.findall(text)) < max(1, len(_LETTER.findall(text)))


def visible(text: str) -> str:
    """Return the text without what a terminal or a page would obey instead of show."""
    return _CONTROL.sub(" ", _INVISIBLE.sub("", text))


def plain(text: str, *, latin: bool = True) -> str:
    """Return one line; in Latin text, full-width punctuation becomes ASCII with its spaces."""
    text = unicodedata.normalize("NFC", visible(text))
    if latin:
        text = _PARTICLE.sub(" ", text)
        text = _BEFORE_WIDE.sub("", text)
        text = _AFTER_WIDE_DIGIT.sub(" ", _AFTER_WIDE.sub(" ", text))
        text = text.translate(_WIDE_FORMS)
    return " ".join(text.split())


def pieces_of(text: str, *, latin: bool = True) -> list[tuple[str, str]]:
    """Words of `plain(text)`, each with what it was; what became nothing goes with the next."""
    spaced = _AFTER_WIDE_DIGIT.sub(" ", _AFTER_WIDE.sub(" ", _BEFORE_WIDE.sub("", text)))
    pieces: list[tuple[str, str]] = []
    waiting: list[str] = []
    for raw in (spaced if latin else text).split():
        waiting.append(raw)
        for word in plain(raw, latin=latin).split():
            pieces.append((word, " ".join(waiting)))
            waiting = []
    words = plain(text, latin=latin).split()
    return pieces if [word for word, _ in pieces] == words else [(word, word) for word in words]


def sounds_in(text: str) -> list[tuple[int, int]]:
    """Where plain text describes a sound: "(Applause)", as half-open ranges of its characters.

    Brackets that may be of a sentence, as "(music theory)" is, are none.
    """
    return [found.span() for found in _SOUND_ALONE.finditer(text)]


def spoken(lines: str, *, latin: bool = True) -> str:
    """Return what is said in one caption, without markup and described sounds.

    "(…)" or "[…]" filling a line or the whole caption is a stage direction; inside a sentence only
    a bracket that names a sound is, so "(which is BERT)" and "model.add()" stay.
    """
    lines = html.unescape(_TAG.sub("", lines))
    if _WHOLE_DIRECTION.match(" ".join(lines.split())):
        return ""
    said = [line for line in lines.splitlines() if not _WHOLE_DIRECTION.match(line)]
    text = _EMPTY_BRACKETS.sub("", _INLINE_SOUND.sub(" ", " ".join(said)))
    return plain(text.replace("♪", " ").replace("♫", " "), latin=latin)
