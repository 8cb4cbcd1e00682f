"""Texts to vectors of unit length; the only importer of sentence_transformers.

In: passages and queries; out: float32 (n, d). Knows neither chunks nor the index. Nothing is
fetched: the weights are read from a folder.
"""

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rag_notes.errors import ModelError
from rag_notes.protocols import Vectors

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer


class SentenceEmbedder:
    """A sentence-transformers model that reads every text to its end.

    MiniLM comes set to 256 tokens and drops the rest without a word; its position embeddings reach
    to 512, and a shorter text's vector does not depend on the limit. A text longer than that is
    halved, and its vector is the mean of the halves'.
    """

    def __init__(  # noqa: PLR0913 - weights, what they run on, what goes before texts
        self,
        folder: Path,
        name: str,
        threads: int = 0,
        *,
        device: str = "cpu",
        query_prompt: str = "",
        passage_prompt: str = "",
    ) -> None:
        """Load the weights in `folder` on `device`; `threads` 0 leaves the number to torch.

        The prompts are put before every query and every passage, where the folder names none.

        Raises ModelError where there is no such model in `folder`.
        """
        self._name = name
        self._model = _load(folder, name, threads, device)
        for kind, prompt in (("query", query_prompt), ("document", passage_prompt)):
            if prompt and not self._model.prompts.get(kind):
                self._model.prompts[kind] = prompt
        limit = getattr(self._model[0].auto_model.config, "max_position_embeddings", 512)
        self._model.max_seq_length = self._limit = min(512, int(limit))

    @property
    def name(self) -> str:
        """The model's name, for provenance and as a key of the index."""
        return self._name

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors of passages, float32 (n, d), with the model's prompt for passages if any."""
        pieces = [self._pieces(text) for text in texts]
        flat = [piece for of_text in pieces for piece in of_text]
        dimension = self._model.get_embedding_dimension()
        if not flat:
            return np.zeros((0, dimension), np.float32)
        # the model batches texts of like length by itself
        found = self._model.encode_document(
            flat, normalize_embeddings=True, show_progress_bar=False
        )
        if len(flat) == len(texts):
            return _unit(found)
        vectors = np.zeros((len(texts), dimension), np.float32)
        rows = iter(found)
        for number, of_text in enumerate(pieces):
            vectors[number] = sum(len(piece) * next(rows) for piece in of_text)
        return _unit(vectors)

    def embed_query(self, text: str) -> Vectors:
        """Vector of one query, float32 (1, d), with the model's prompt for queries if any."""
        pieces = self._pieces(text)
        found = self._model.encode_query(pieces, normalize_embeddings=True, show_progress_bar=False)
        return _unit(np.sum(found, axis=0, keepdims=True))

    def _pieces(self, text: str) -> list[str]:
        """Cut a text longer than the model reads into halves, at a blank where there is one."""
        if len(text) <= self._limit // 2:  # a token has at least one character
            return [text]
        tokens = self._model.tokenizer(text, truncation=False, verbose=False)["input_ids"]
        if len(tokens) <= self._limit - 32:  # room for a prompt
            return [text]
        middle = len(text) // 2
        cut = text.find(" ", middle)
        cut = cut if 0 < cut < len(text) - 1 else middle
        return self._pieces(text[:cut]) + self._pieces(text[cut:])


class HashEmbedder:
    """Words hashed into 256 signed features: deterministic and instant, for tests and `echo:`.

    Weinberger et al. 2009, "Feature Hashing for Large Scale Multitask Learning". It knows no
    meaning: texts are near when they share word stems.
    """

    dimension = 256

    @property
    def name(self) -> str:
        """The model's name, for provenance and as a key of the index."""
        return "hash-256"

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors of passages, float32 (n, 256)."""
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in zip(vectors, texts, strict=True):
            for word in _stems(text):
                digest = hashlib.blake2b(word.encode(errors="replace"), digest_size=4).digest()
                row[digest[0]] += 1.0 if digest[1] & 1 else -1.0
            np.copyto(row, np.sign(row) * np.sqrt(np.abs(row)))
        return _unit(vectors)

    def embed_query(self, text: str) -> Vectors:
        """Vector of one query, float32 (1, 256)."""
        return self.embed([text])


def _load(folder: Path, name: str, threads: int, device: str) -> "SentenceTransformer":
    if not (folder / "config.json").is_file():
        raise ModelError(
            f"embedder {name!r}: expected a sentence-transformers folder, found none in {folder}; "
            "run `rag-notes models fetch`"
        )
    import torch
    from safetensors import SafetensorError
    from transformers.utils import logging

    if threads > 0:
        torch.set_num_threads(threads)
    logging.disable_progress_bar()
    try:
        return _model(folder, device)
    except (OSError, ValueError, KeyError, SafetensorError) as error:
        raise ModelError(
            f"embedder {name!r}: cannot be loaded from {folder}: {error}; "
            "run `rag-notes models fetch`"
        ) from error


def _model(folder: Path, device: str) -> "SentenceTransformer":
    """Load a folder; without modules.json it is a transformer whose token vectors are averaged."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer

    local = {"local_files_only": True, "trust_remote_code": False}
    if (folder / "modules.json").is_file():
        return SentenceTransformer(str(folder), device=device, **local)
    words = Transformer(
        str(folder), model_kwargs=local, processor_kwargs=local, config_kwargs=local
    )
    pooling = Pooling(words.get_embedding_dimension(), pooling_mode="mean")
    return SentenceTransformer(modules=[words, pooling, Normalize()], device=device)


def _stems(text: str) -> list[str]:
    import Stemmer

    stems: list[str] = Stemmer.Stemmer("english").stemWords(re.findall(r"\w+", text.lower()))
    return stems


def _unit(vectors: Vectors) -> Vectors:
    """Rows of unit length; a row of zeros becomes the first axis."""
    vectors = np.array(vectors, np.float32)
    vectors[~vectors.any(axis=1), 0] = 1.0
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / length, np.float32)
