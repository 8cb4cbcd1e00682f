"""An LLM for a conversation: loaded when first asked or ahead of that, its replies not kept.

In: how to load an engine; out: an LLM that waits for it. Reading the instructions of a prompt takes
a small machine seconds; they are read ahead while other parts are loading, and an engine that
remembers how its last prompts began does not read them again.
"""

import threading
from collections.abc import Callable, Iterator, Sequence

from rag_notes.errors import ModelError
from rag_notes.protocols import LLM
from rag_notes.schema import Prompt, Reply


class LiveLLM:
    """An LLM (see protocols) that loads the engine behind `load` once, in whichever thread asks."""

    def __init__(
        self,
        load: Callable[[], LLM],
        *,
        name: str,
        context: int,
        count_tokens: Callable[[str], int],
    ) -> None:
        self._load = load
        self._engine: LLM | None = None
        self._loading = threading.Lock()
        self._asked = threading.Event()
        self._count_tokens = count_tokens
        self.name = name
        self.context = context
        self.parallel = 1

    def count_tokens(self, text: str) -> int:
        """Tokens of `text`, exact or over-estimated."""
        return self._count_tokens(text)

    def generate(self, prompts: Sequence[Prompt]) -> Iterator[Reply]:
        """Yield one reply per prompt, in order; what was being read ahead gives way."""
        self._asked.set()
        yield from self._loaded().generate(prompts)

    def read_ahead(self, prompts: Sequence[Prompt]) -> None:
        """Load the engine and have it read the prompts in a thread, until it is asked something."""
        threading.Thread(
            target=self._read_ahead, args=(tuple(prompts),), daemon=True, name="read ahead"
        ).start()

    def _read_ahead(self, prompts: Sequence[Prompt]) -> None:
        try:
            engine = self._loaded()
            for prompt in prompts:
                if self._asked.is_set():
                    return
                for _ in engine.generate([prompt]):
                    pass
        except ModelError:
            return  # whoever asks will be told

    def _loaded(self) -> LLM:
        with self._loading:
            self._engine = self._engine or self._load()
            return self._engine
