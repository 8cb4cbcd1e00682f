"""Notes in another language than the lecture's: finished sentences translated and checked again.

In: finished sections; out: the same ones with each sentence whose translation kept its numbers,
names and denials in the language asked for, the rest as they were. Citations and quotes stay, and
so do terms, values and the headings of the parts.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from rag_notes.errors import InputError
from rag_notes.ground.translated import knows, lost, names_in
from rag_notes.protocols import LLM, Progress
from rag_notes.schema import Block, Claim, Section
from rag_notes.write import translate
from rag_notes.write.steer import read_query


def prompt_names() -> tuple[str, ...]:
    """Prompts that a translation depends on."""
    return (translate.PROMPT,)


def target_language(language: str | None, query: str | None) -> str | None:
    """The language asked for, by flag or else by query, as an ISO 639-1 code.

    Raises InputError where the flag names one that notes cannot be put into.
    """
    if language is None:
        return read_query(query).language
    code = _code(language)
    if code not in translate.NAMES:
        known = ", ".join(f"{code} ({name})" for code, name in sorted(translate.NAMES.items()))
        raise InputError(f"--language {language}: notes cannot be put into it; give one of {known}")
    return code


def is_translated(target: str | None, lecture: str) -> bool:
    """Whether notes in `target` (None: the lecture's) are in another language than the lecture."""
    return target is not None and target != _code(lecture)


def translate_sections(
    sections: Sequence[Section], *, source: str, target: str, llm: LLM, progress: Progress
) -> tuple[Section, ...]:
    """Translate claims and titles of topics; each different sentence is asked for once."""
    source = _code(source)
    wanted = list(dict.fromkeys(text for section in sections for text in _texts(section)))
    if not knows(source):  # nothing could be checked, so nothing is asked
        return tuple(sections)
    names = names_in(wanted)
    found = translate.translate(wanted, target, llm, progress=progress)
    kept = {
        text: translated
        for text, translated in zip(wanted, found, strict=True)
        if translated and lost(text, translated, source=source, target=target, names=names) is None
    }
    return tuple(_translated(section, kept) for section in sections)


def _code(language: str) -> str:
    """The language alone: "de" of "de-AT"."""
    return language.strip().lower().replace("_", "-").partition("-")[0]


def _texts(section: Section) -> Iterator[str]:
    if section.kind == "topic" and section.title:
        yield section.title
    for block in section.blocks:
        for claim in block.claims:
            yield claim.text
            if claim.answer:
                yield claim.answer.text


def _translated(section: Section, kept: Mapping[str, str]) -> Section:
    blocks = tuple(_block(block, kept) for block in section.blocks)
    if section.kind == "topic" and section.title in kept:
        return replace(section, blocks=blocks, title=kept[section.title], original=section.title)
    return replace(section, blocks=blocks)


def _block(block: Block, kept: Mapping[str, str]) -> Block:
    return replace(block, claims=tuple(_claim(claim, kept) for claim in block.claims))


def _claim(claim: Claim, kept: Mapping[str, str]) -> Claim:
    answer = _claim(claim.answer, kept) if claim.answer else None
    if claim.text not in kept:
        return replace(claim, answer=answer)
    return replace(claim, text=kept[claim.text], original=claim.text, answer=answer)
