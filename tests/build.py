"""Small values for tests: one short lecture on binary search, in every form the product knows."""

from dataclasses import replace

from rag_notes.schema import (
    Block,
    Chunk,
    Citation,
    Claim,
    Correction,
    Coverage,
    Notes,
    Outline,
    Page,
    PageCoverage,
    Provenance,
    Rejected,
    Section,
    Segment,
    Slides,
    Topic,
    Transcript,
    Window,
    Word,
)


def segment(number: int, text: str, *, start: float | None = None, words: bool = False) -> Segment:
    """Segment with half a second per word; `words` gives each word its time."""
    said = text.split()
    if start is None:
        return Segment(id=f"s{number:04}", text=text)
    timed = tuple(
        Word(start + i / 2, start + i / 2 + 0.4, word, 0.9) for i, word in enumerate(said)
    )
    end = start + len(said) / 2
    return Segment(f"s{number:04}", text, start, end, 0, 0.93, timed if words else ())


def transcript() -> Transcript:
    """Two timed segments, one with words."""
    return Transcript(
        language="en",
        segments=(
            segment(1, "Binary search halves the range at every step.", start=1.25, words=True),
            segment(2, "It needs a sorted list.", start=8.0),
        ),
        duration=12.5,
    )


def untimed_transcript() -> Transcript:
    """Two paragraphs without times."""
    texts = ("Binary search halves the range at every step.", "It needs a sorted list.")
    return Transcript(
        language="en",
        segments=tuple(segment(number, text) for number, text in enumerate(texts, start=1)),
        timed=False,
    )


def slides() -> Slides:
    """Two pages, the second shown twice."""
    return Slides(
        (
            Page(1, "Binary search", title="Binary search"),
            Page(2, "O(log n) steps", "Cost", "say it slowly", "ocr", ((8.0, 9.5), (11.0, 12.5))),
        )
    )


def chunks() -> tuple[Chunk, ...]:
    """One speech passage and one slide passage."""
    text = "Binary search halves the range at every step. It needs a sorted list."
    return (
        Chunk(
            id="c0001",
            kind="speech",
            text=text,
            start=1.25,
            end=12.0,
            segments=("s0001", "s0002"),
            sentences=((0, 8), (8, 13)),
            times=tuple((1.25 + i / 2, 1.65 + i / 2) for i in range(13)),
        ),
        Chunk(id="c0002", kind="slide", text="O(log n) steps", page=2, sentences=((0, 3),)),
    )


def untimed_chunks() -> tuple[Chunk, ...]:
    """Two speech passages without times."""
    return (
        Chunk("c0001", "speech", "Binary search halves the range.", paragraph=1),
        Chunk("c0002", "speech", "It needs a sorted list.", paragraph=2),
    )


def outline() -> Outline:
    """Two topics, the second without times."""
    return Outline(
        (
            Topic("3.1", "Halving", "how binary search halves", 0, 3, (1.25, 300.0)),
            Topic("3.2", "Cost", "cost of binary search", 4, 4),
        )
    )


def said(at: float = 2470.9, *, page: int | None = None, chunk: str = "c0001") -> Citation:
    """Citation of speech."""
    return Citation(chunk, "speech", "halves the range", at, at + 4.0, page)


def shown(page: int = 17, *, at: float | None = None) -> Citation:
    """Citation of a slide, on screen from `at`."""
    end = None if at is None else at + 30.0
    return Citation("c0002", "slide", "O(log n) steps", at, end, page)


def read(paragraph: int = 12) -> Citation:
    """Citation of a paragraph of an untimed transcript."""
    return Citation("c0001", "speech", "halves the range", paragraph=paragraph)


def claim(number: int, text: str, *citations: Citation, support: float = 0.91) -> Claim:
    """Supported claim; without citations it cites a moment of its own."""
    return Claim(f"k{number:04}", text, citations or (said(60.0 * number),), support)


def topic_section() -> Section:
    """A topic with every kind of block, not in the order of printing."""
    question = Claim(
        id="k0030",
        text="How many comparisons does a list of 1,000 entries need?",
        citations=(said(900.0),),
        support=0.8,
        answer=claim(31, "About ten comparisons are needed.", said(905.0)),
    )
    return Section(
        id="3.1",
        kind="topic",
        title="Halving the range",
        span=(600.0, 1200.5),
        query="how binary search halves the range",
        retrieved=("c0001", "c0002"),
        blocks=(
            Block("question", (question,)),
            Block(
                "explanation",
                (
                    claim(11, "The middle entry decides which half is kept.", said(2470.9)),
                    claim(12, "The cost grows with log n.", shown(17), said(2490.0, page=17)),
                ),
            ),
            Block("overview", (claim(10, "Binary search halves the range.", said(601.2)),)),
            Block("procedure", (claim(13, "Look at the middle."), claim(14, "Keep one half."))),
            Block("example", (claim(15, "Finding 7 takes three looks."),), title="Finding 7"),
            Block("implementation", (claim(16, "The code keeps `lo` and `hi`."),)),
            Block("visual", (claim(17, "The slide shows a tree.", shown(17, at=2472.0)),)),
            Block("confusion", (claim(18, "It is not a hash table; it needs order."),)),
        ),
    )


def sections() -> tuple[Section, ...]:
    """One section of each kind, out of order."""
    term = Claim("k0040", "The part still searched.", (said(70.0),), 0.9, term="range")
    number = Claim("k0050", "Entries in the example list.", (said(80.0),), 0.9, value="1,000")
    goal = Claim("k0001", "Explain why halving is fast.", (said(2470.9),), 1.0, of=("k0011",))
    check = Claim("k0060", "I can run it by hand.", (said(780.0),), 1.0, of=("k0013",))
    answer = Claim("k0070", "It is fast as it halves.", (said(61.0),), 0.7, extractive=True)
    story = (claim(2, "The lecture starts with a phone book."), claim(3, "Then it halves it."))
    return (
        topic_section(),
        Section("4", "glossary", "Glossary", (Block("term", (term,)),)),
        Section("1", "goals", "Learning Goals", (Block("goal", (goal,)),)),
        Section(
            "2",
            "story",
            "The Story in One Page",
            (Block("story", story), Block("outline", (claim(4, "Phone books."),))),
        ),
        Section("5", "checklist", "Summary Checklist", (Block("check", (check,)),)),
        Section("6", "numbers", "Numbers", (Block("number", (number,)),)),
        Section("0", "answer", "Answer", (Block("answer", (answer,)),), answered=True),
    )


def provenance() -> Provenance:
    """Provenance with one entry of each kind."""
    return Provenance(
        rag_notes="0.1.0",
        transcriber="whisper-base int8",
        embedder="all-MiniLM-L6-v2",
        llm="qwen2.5-coder-1.5b-instruct Q4_K_M",
        prompts=(("condense.v1", "ab12"),),
        seconds=(("transcribe", 12.1), ("write", 60.0)),
        tokens=(("condense.v1", 1200),),
    )


def notes() -> Notes:
    """Notes of a timed lecture with slides, a query and something left out."""
    return Notes(
        title="Binary search",
        language="en",
        sections=sections(),
        coverage=Coverage(
            cited=0.934,
            timed=True,
            windows=(Window(0.0, 300.0, 4), Window(300.0, 600.0, 0, "greetings")),
            pages=(PageCoverage(17, 2), PageCoverage(18, 0, "title page")),
        ),
        provenance=provenance(),
        query="Why is binary search fast?",
        query_reading="why does binary search need few steps",
        rejected=(
            Rejected("It needs 50000 steps.", "3.1", "number 50000 stands in no cited passage"),
        ),
    )


def untimed_notes() -> Notes:
    """Notes of an untimed transcript that does not answer the query."""
    topic = Section(
        "3.1",
        "topic",
        "Halving",
        (Block("overview", (claim(1, "Binary search halves the range.", read(12)),)),),
        retrieved=("c0001",),
    )
    return Notes(
        title="Binary search",
        language="en",
        sections=(
            Section("0", "answer", "Answer", (), answered=False, nearest=(read(2),)),
            topic,
        ),
        coverage=Coverage(0.5, timed=False, windows=(Window(1, 8, 0, "no claim"),)),
        provenance=provenance(),
        query="Who invented it?",
    )


def unclear_notes() -> Notes:
    """Notes with claims that rest on doubtful words, one that does not, and a correction."""
    unclear = replace(said(60.0), confidence=0.333)
    topic = Section(
        "3.1",
        "topic",
        "Halving",
        (
            Block(
                "overview",
                (claim(1, "It halves the range.", unclear), claim(2, "It is fast.", said(70.0))),
            ),
            Block("explanation", (claim(3, "It needs order.", unclear, shown(17)),)),
        ),
    )
    term = Claim("k0004", "The part still searched.", (unclear,), 0.9, term="range")
    return Notes(
        title="Binary search",
        language="en",
        sections=(topic, Section("4", "glossary", "Glossary", (Block("term", (term,)),))),
        coverage=Coverage(1.0, timed=True),
        provenance=provenance(),
        corrections=(Correction("binary surge", "binary search", 17, 2),),
    )
