"""Names of a claim that its passages do not say, acronyms and code words too: the name lock.

In: a claim and what was said. Out: the names it should not hold. Names are told by capitals, by the
place they stand in and by the shape of code; a recogniser's variant ("Majulo") is met halfway.
"""

import re
from collections.abc import Sequence

from rag_notes.ground.words import STOP_WORDS, is_near, spoken_forms, stem, tokens, word_set

_TECHNICAL = re.compile(
    r"[A-Za-z][\w.]*[_.]\w+|[A-Za-z]\w*\(\)|\w*[a-z][A-Z]\w*"
    r"|\b[A-Z]{2,}s?\b|\b[A-Z]+[a-z]?\d\w*|\b[A-Z]{2,}[a-z]{2,}\w*"
    r"|\b[a-z]+(?:-[a-z0-9]+)*-(?:base|large|small|tiny|medium|cased|uncased)(?:-\w+)*\b"
)
_COMMON_ENDING = re.compile(
    r"(?:ing|tion|sion|ment|ness|ity|ism|ance|ence|ers?|ors?|[^s]s|ly|ed|ize|ise|able|al|ic|ive|ful"
    r"|age|ure|y)$"
)
_PREDICATE = re.compile(
    r"is|was|has|had|can|could|will|would|does|did|said|says|made|gave|won|led|began|wrote|built"
    r"|\w+ed|\w{2,}[^s\W]s"
)
_ROOT = 5  # letters that two forms of a word share
_AUXILIARY = re.compile(
    r"is|was|has|had|can|could|will|would|does|did|said|says|used|made|gave|won|wrote|built|came"
)
_CODE = re.compile(r"[a-z][A-Z]")
_PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_APPOSED = re.compile(r"(?:['’]s)?, (?:an?|the|which|who|whose|one of)\b|,? (?:and|or) [A-Z]")
_HYPHENED = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_ADVERBS = word_set("also only then first later never always often usually still already even now")
_NO_NAMES = word_set(
    "i english january february march april may june july august september october november"
    " december"
)


def unsaid_names(claim: str, said: str) -> tuple[str, ...]:
    """Proper names, acronyms and technical words of `claim` that the text `said` does not say."""
    forms = spoken_forms(said)
    near = [form for form in forms if len(form) > 4]
    row = [stem(token) for token in tokens(said)]
    unsaid = [name for name in _names(claim) if not _is_said(name, forms, near, row)]
    return tuple(dict.fromkeys(unsaid))


def unsaid_technical(claim: str, said: str) -> tuple[str, ...]:
    """Acronyms and words of the shape of code that `said` does not say: names in any language."""
    forms = spoken_forms(said)
    near = [form for form in forms if len(form) > 4]
    row = [stem(token) for token in tokens(said)]
    found = dict.fromkeys(match.group() for match in _TECHNICAL.finditer(claim))
    return tuple(name for name in found if not _is_said(name, forms, near, row))


def _names(claim: str) -> list[str]:
    words = [(match.group(), match.start()) for match in _HYPHENED.finditer(claim)]
    capitals = sum(word[0].isupper() for word, _ in words)
    title_case = len(words) > 3 and capitals > 0.6 * len(words)
    found = [match.group() for match in _TECHNICAL.finditer(claim)]
    for at, (word, start) in enumerate(words):
        lower = word.lower().removesuffix("'s").removesuffix("’s")
        if at == 0 and len(words) > 3 and word[0].islower() and lower not in STOP_WORDS:
            found.append(word)  # what begins a sentence in small letters is code: "map applies"
        if not word[0].isupper() or lower in STOP_WORDS or title_case or len(word) < 2:
            continue
        opens = at == 0 or bool(re.search(r"[.!?:;\"“(*|]\s*[\"“(*]*$", claim[:start]))
        following = [one for one, _ in words[at + 1 : at + 3]]
        apposed = bool(_APPOSED.match(claim[start + len(word) :]))
        if not opens or apposed or _is_name_at_start(word, following):
            found.append(word)
    return [name for name in found if name.lower() not in _NO_NAMES]


def _is_name_at_start(word: str, following: Sequence[str]) -> bool:
    """Whether a capital at the start of a sentence is likely a name: "Google also released"."""
    following = [one for one in following[:2] if one not in _ADVERBS]
    if not following or re.search(r"-[^\WA-Z]", word):  # "Low-rank adapters"
        return False
    if following[0][0].isupper():
        return not following[0].isupper()
    if re.search(r"['’]s$", word):
        return True
    return bool((_AUXILIARY if _COMMON_ENDING.search(word) else _PREDICATE).fullmatch(following[0]))


def _is_said(name: str, forms: frozenset[str], near: list[str], row: list[str]) -> bool:
    """Whether a name is said whole, in parts, spelled out, or one letter off.

    The parts of a code word must be said in a row: "batch" and "encode" are no `batch_encode`.
    """
    name = re.sub(r"['’]s?$", "", name)
    whole = re.sub(r"[\W_]", "", name).lower()
    if {whole, stem(whole), f"{whole}s"} & forms or is_near(whole, near):
        return True
    plain = re.fullmatch(r"[A-Z][a-z]+", name) and _COMMON_ENDING.search(name)
    if plain and any(form.startswith(whole[:_ROOT]) for form in near):
        return True  # "Tokenization is" where a tokenizer is spoken of
    if "_" in name.strip("_") or _CODE.search(name):
        return _in_a_row([part for part in _PARTS.findall(name) if part], row)
    parts = [part for part in re.split(r"[\W_]+|\d+", name) if part and part != "s"]
    return all(_part_said(part, forms, near) for part in parts)


def _in_a_row(parts: list[str], row: list[str]) -> bool:
    """Whether parts follow one another in what was said, with one word between at most."""
    wanted = [stem(part.lower()) for part in parts]
    for start in [at for at, word in enumerate(row) if word == wanted[0]]:
        at = start
        for part in wanted[1:]:
            at = next((n for n in (at + 1, at + 2) if n < len(row) and row[n] == part), -1)
            if at < 0:
                break
        else:
            return True
    return False


def _part_said(part: str, forms: frozenset[str], near: list[str]) -> bool:
    lower = part.lower()
    if {lower, stem(lower), lower.removesuffix("s")} & forms or is_near(lower, near):
        return True
    humps = re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", part)
    return len(humps) > 1 and all({h.lower(), stem(h.lower())} & forms for h in humps)
