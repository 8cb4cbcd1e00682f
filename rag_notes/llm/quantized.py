"""A model in 4 bits through transformers and bitsandbytes: batches of prompts in, replies out.

On a GPU, or on the CPU for trying out. Weights are loaded by `weights`, prompts become tokens in
`calls`, replies are held to their schemas by `held`, batches sized to the free memory by `batches`.
What the prompts ask is not known here.
"""

import gc
import math
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from rag_notes.errors import ModelError
from rag_notes.llm.batches import batch_size, free_memory, row_cost
from rag_notes.llm.calls import Call, Chat, Tokens
from rag_notes.llm.held import Grammars, Hold, Row, Rows, Take
from rag_notes.llm.weights import Device, load
from rag_notes.schema import Prompt, Reply

if TYPE_CHECKING:
    from torch import Tensor

Cache: TypeAlias = Any  # transformers' keys and values of tokens that were read

PARALLEL: dict[Device, int] = {"cpu": 8, "cuda": 32}  # prompts of a batch at most
_SECONDS = 600.0  # for one batch: what is not written by then is cut off
_BATCHES = 4  # that are sorted together by length
_PREFIXES = 4  # beginnings of prompts whose keys and values are kept
_NO_MEMORY = re.compile(r"(can't allocate|out of|not enough) memory|bad_alloc", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Prefix:
    """Keys and values of the tokens that the prompts of a batch begin with; `cache` has one row."""

    cache: Cache | None = None
    length: int = 0
    fresh: bool = False  # read for this batch

    def cached(self, *, first: bool) -> int:
        """Tokens that a row, the first of its batch or a later one, need not read."""
        return 0 if self.fresh and first else self.length


class QuantizedLLM:
    """A loaded model; temperature 0, prompts side by side.

    The same prompts given together have the same replies. In another company they may not: in 16
    bits the size of a batch changes the last bits of a sum, and so now and then a word.

    An empty schema leaves a reply free: `scripts/benchmark` measures what holding it costs.
    """

    def __init__(  # noqa: PLR0913 - the last three are for measuring and for tests
        self,
        folder: Path,
        *,
        name: str,
        context: int,
        threads: int,
        device: Device = "cpu",
        parallel: int | None = None,
        four_bit: bool = True,
        seconds: float = _SECONDS,
    ) -> None:
        """Load the weights in `folder`; a batch has `parallel` rows and `seconds` at most.

        Raises ModelError where they cannot be loaded or not be held to a schema.
        """
        import torch

        if device == "cpu" and threads > 0:
            torch.set_num_threads(threads)
        loaded = load(folder, device=device, four_bit=four_bit)
        config = loaded.model.config.get_text_config(decoder=True)
        self.name = name
        self.context = min(context, int(config.max_position_embeddings))
        self.parallel = parallel or PARALLEL[device]
        self._device: Device = device
        self._seconds = seconds
        self._model = loaded.model
        self._ends = loaded.ends
        self._chat = Chat(loaded.tokenizer, loaded.ends[0])
        self._grammars = Grammars(loaded.tokenizer, loaded.ends)
        self._cost = row_cost(config, loaded.itemsize)
        self._prefixes: OrderedDict[Tokens, Cache] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def weight_bytes(self) -> int:
        """Bytes of weights that are read for each token; scales of blocks are not counted."""
        embedding = self._model.get_input_embeddings().weight
        output = self._model.get_output_embeddings().weight
        looked_up = embedding.numel() * embedding.element_size()
        shared = output.data_ptr() == embedding.data_ptr()
        return int(self._model.get_memory_footprint()) - (0 if shared else looked_up)

    def count_tokens(self, text: str) -> int:
        """Tokens of `text`."""
        return len(self._chat.encode(text))

    def generate(self, prompts: Sequence[Prompt]) -> Iterator[Reply]:
        """Yield one reply per prompt, in the order of the prompts.

        Of the prompts of some batches the longest are answered first: they are the most alike in
        length then, and what is too much for the memory shows at once. Not of all prompts: a run
        that is killed would lose them all.

        Raises ModelError for a prompt that the context cannot hold, or that alone is too much for
        the memory.
        """
        some = _BATCHES * self.parallel
        for first in range(0, len(prompts), some):
            yield from self._answer(prompts[first : first + some])

    def _answer(self, prompts: Sequence[Prompt]) -> Iterator[Reply]:
        waiting = sorted(
            (self._chat.call(at, prompt, self.context) for at, prompt in enumerate(prompts)),
            key=lambda call: (call.kind, -len(call.tokens) - call.limit, call.at),
        )
        made: dict[int, Reply] = {}
        for at in range(len(prompts)):
            while at not in made:
                with self._lock:
                    done = self._next(waiting)
                made |= done
                waiting = [call for call in waiting if call.at not in done]
            yield made.pop(at)

    def close(self) -> None:
        """Give the memory back; the model cannot be asked any more."""
        with self._lock:
            self._prefixes.clear()
            del self._model
            self._collect()

    # --- batches ---------------------------------------------------------------------------------

    def _next(self, waiting: Sequence[Call]) -> dict[int, Reply]:
        """Replies by place of the first calls that go together and fit into memory."""
        import torch

        alike = [call for call in waiting if call.kind == waiting[0].kind]
        count = min(self.parallel, self._fitting(alike))
        while True:
            batch = alike[:count]
            try:
                with torch.inference_mode():
                    replies = self._choose(batch) if batch[0].prompt.choices else self._write(batch)
                return {call.at: reply for call, reply in zip(batch, replies, strict=True)}
            except (RuntimeError, MemoryError) as error:
                if not _is_out_of_memory(error):
                    raise
                if len(batch) == 1:
                    raise ModelError(
                        f"{self.name}: the memory does not hold one prompt of "
                        f"{len(batch[0].tokens)} tokens; close other programs or take a smaller "
                        "model"
                    ) from error
            # After the handler: its traceback holds what the batch had taken.
            self._prefixes.clear()
            self._collect()
            self.parallel = count = len(batch) // 2

    def _fitting(self, calls: Sequence[Call]) -> int:
        costs = [
            self._cost.bytes(
                kept=len(call.tokens) + call.limit, read=len(call.tokens) - call.shared
            )
            for call in calls
        ]
        return batch_size(costs, self._free(), self._device)

    def _free(self) -> int:
        if self._device == "cpu":
            return free_memory()
        import torch

        unused = torch.cuda.memory_reserved() - torch.cuda.memory_allocated()
        return int(torch.cuda.mem_get_info()[0]) + unused

    def _collect(self) -> None:
        gc.collect()
        if self._device == "cuda":
            import torch

            torch.cuda.empty_cache()

    def _write(self, batch: Sequence[Call]) -> list[Reply]:
        """Have the replies of a batch written, each held to its schema."""
        from transformers import GenerationConfig

        started = time.monotonic()
        prefix = self._prefix(batch[0])
        ids, mask = self._padded(batch)
        rows = Rows(
            [self._row(call) for call in batch],
            self._ends,
            vocabulary=self._grammars.vocabulary,
        )
        self._model.generate(
            input_ids=ids,
            attention_mask=mask,
            past_key_values=_spread(prefix.cache, len(batch)),
            logits_processor=[Hold(rows)],
            stopping_criteria=[Take(rows)],
            generation_config=GenerationConfig(
                do_sample=False,
                max_new_tokens=max(call.limit for call in batch),
                max_time=self._seconds,
                eos_token_id=list(self._ends),
                pad_token_id=self._ends[0],
            ),
        )
        ended = time.monotonic()
        replies = []
        for at, (call, row) in enumerate(zip(batch, rows.rows, strict=True)):
            cached = prefix.cached(first=at == 0)
            replies.append(
                Reply(
                    text=self._chat.decode(row.tokens),
                    finish="stop" if row.ended else "length",
                    tokens_read=len(call.tokens) - cached,
                    tokens_cached=cached,
                    tokens_written=len(row.tokens),
                    seconds_reading=(rows.began - started) / len(batch),
                    seconds_writing=(ended - rows.began) / len(batch),
                )
            )
        return replies

    def _row(self, call: Call) -> Row:
        schema = call.prompt.schema
        return Row(self._grammars.matcher(schema) if schema else None, call.limit)

    def _choose(self, batch: Sequence[Call]) -> list[Reply]:
        """Say which of two words is likelier, by the scores of the tokens that begin them."""
        started = time.monotonic()
        prefix = self._prefix(batch[0])
        ids, mask = self._padded(batch)
        places = (mask.cumsum(-1) - 1).clamp(min=0)
        scores = self._model(
            input_ids=ids[:, prefix.length :],
            attention_mask=mask,
            position_ids=places[:, prefix.length :],
            past_key_values=_spread(prefix.cache, len(batch)),
            use_cache=True,
            logits_to_keep=1,
        ).logits[:, -1]
        found = [self._share(call, row) for call, row in zip(batch, scores, strict=True)]
        seconds = (time.monotonic() - started) / len(batch)
        replies = []
        for at, (call, p) in enumerate(zip(batch, found, strict=True)):
            assert call.prompt.choices
            cached = prefix.cached(first=at == 0)
            replies.append(
                Reply(
                    text=call.prompt.choices[0 if p >= 0.5 else 1],
                    finish="stop",
                    tokens_read=len(call.tokens) - cached,
                    tokens_cached=cached,
                    tokens_written=1,
                    seconds_reading=seconds,
                    p=p,
                )
            )
        return replies

    def _share(self, call: Call, scores: "Tensor") -> float:
        """Probability of the first choice against the second, of scores (vocabulary,)."""
        assert call.prompt.choices
        _, *begins = self._chat.openings(*call.prompt.choices)
        first, second = (float(scores[list(ids)].float().logsumexp(0)) for ids in begins)
        return 1 / (1 + math.exp(min(second - first, 700.0)))

    def _padded(self, batch: Sequence[Call]) -> tuple["Tensor", "Tensor"]:
        """Tokens and mask, int64 (rows, length): what is shared, padding, each one's own."""
        import torch

        shared, longest = batch[0].shared, max(len(call.tokens) for call in batch)
        ids = torch.full((len(batch), longest), self._ends[0])
        mask = torch.ones_like(ids)
        for row, call in enumerate(batch):
            gap = longest - len(call.tokens)
            ids[row, :shared] = torch.tensor(call.tokens[:shared])
            ids[row, shared + gap :] = torch.tensor(call.tokens[shared:])
            mask[row, shared : shared + gap] = 0
        return ids.to(self._model.device), mask.to(self._model.device)

    def _prefix(self, call: Call) -> _Prefix:
        """Keys and values of a batch's instructions and examples, read when first met."""
        import torch

        if not call.shared:
            return _Prefix()
        key = call.tokens[: call.shared]
        fresh = key not in self._prefixes
        if fresh:
            ids = torch.tensor([key], device=self._model.device)
            read = self._model(input_ids=ids, use_cache=True, logits_to_keep=1).past_key_values
            if not _is_plain(read):
                return _Prefix()
            self._prefixes[key] = read
            while len(self._prefixes) > _PREFIXES:
                self._prefixes.popitem(last=False)
        self._prefixes.move_to_end(key)
        return _Prefix(self._prefixes[key], call.shared, fresh=fresh)


def _is_plain(cache: Cache) -> bool:
    """Whether a cache holds keys and values of all tokens: one of a sliding window does not."""
    return all(type(layer).__name__ == "DynamicLayer" for layer in cache.layers)


def _spread(cache: Cache | None, rows: int) -> Cache | None:
    """A new cache for so many rows that all begin with what `cache` holds."""
    if cache is None:
        return None
    pairs = ((layer.keys, layer.values) for layer in cache.layers)
    return type(cache)([tuple(one.expand(rows, -1, -1, -1) for one in pair) for pair in pairs])


def _is_out_of_memory(error: Exception) -> bool:
    """Whether memory was short; the allocator of the CPU raises a plain RuntimeError."""
    import torch

    known = isinstance(error, MemoryError | torch.OutOfMemoryError)
    return known or bool(_NO_MEMORY.search(str(error)))
