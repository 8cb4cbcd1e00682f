"""Weights on this disk to a loaded model with 4-bit layers, its tokenizer and chat template.

In: a folder of safetensors, or a GGUF file that such a folder is made of once. Out: a model of
transformers. The only importer of its causal models, and through them of bitsandbytes. Nothing is
fetched and no code that comes with weights is run.

NF4 with double quantization: Dettmers et al. 2023, "QLoRA" (arXiv 2305.14314), section 3.
"""

import json
import logging
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from errno import EDQUOT, ENOSPC
from pathlib import Path
from typing import Any, Literal, TypeAlias

from rag_notes.errors import ModelError, SpaceError

Device: TypeAlias = Literal["cpu", "cuda"]
Model: TypeAlias = Any  # transformers' model; its home has no types
Tokenizer: TypeAlias = Any

_LOCK_SECONDS = 3600.0
_SPACE = 6  # bytes of disk that a converted model takes at most, for a byte of GGUF

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Loaded:
    """A model ready to generate; `ends` are the tokens that end a reply."""

    model: Model
    tokenizer: Tokenizer
    ends: tuple[int, ...]

    @property
    def itemsize(self) -> int:
        """Bytes of a number in what it computes."""
        return int(self.model.dtype.itemsize)


def load(folder: Path, *, device: Device, four_bit: bool = True) -> Loaded:
    """Load the model in `folder`; without `four_bit` in 16 bits, to compare.

    Raises ModelError where the folder holds no instruction model as safetensors.
    """
    if problem := folder_problem(folder):
        raise ModelError(f"{folder}: {problem}")
    with _quietly():
        import torch
        from safetensors import SafetensorError
        from transformers import AutoModelForCausalLM, AutoTokenizer

        if device == "cuda" and not torch.cuda.is_available():
            raise ModelError("the GPU that was to run the LLM is not there; give --preset cpu")

        dtype = _compute_dtype(device, four_bit=four_bit)
        try:
            tokenizer = AutoTokenizer.from_pretrained(
                str(folder), local_files_only=True, trust_remote_code=False
            )
            model = AutoModelForCausalLM.from_pretrained(
                str(folder),
                local_files_only=True,
                trust_remote_code=False,
                use_safetensors=True,
                dtype=dtype,
                device_map={"": 0 if device == "cuda" else "cpu"},
                quantization_config=_nf4(dtype) if four_bit else None,
            )
        except torch.OutOfMemoryError as error:
            raise ModelError(f"{folder.name} does not fit into the GPU's free memory") from error
        except (OSError, ValueError, KeyError, ImportError, SafetensorError) as error:
            raise ModelError(
                f"{folder}: cannot be loaded: {' '.join(str(error).split())}"
            ) from error
    if not tokenizer.chat_template:
        raise ModelError(f"{folder}: it has no chat template; take an instruction model")
    return Loaded(model.eval(), tokenizer, _settle_ends(model, tokenizer))


def print_card() -> None:
    """Compute on the GPU, in 4 bits too, and print its name and memory as JSON; for a child."""
    _import_bitsandbytes()
    import torch
    from bitsandbytes import functional

    free, total = torch.cuda.mem_get_info()
    numbers = torch.ones(64, 64, device="cuda", dtype=torch.float16)
    quantized, state = functional.quantize_4bit(numbers @ numbers, quant_type="nf4")
    functional.dequantize_4bit(quantized, state).sum().item()
    card = {"name": torch.cuda.get_device_name(), "free": free, "total": total}
    sys.stdout.write(json.dumps(card) + "\n")


def folder_problem(folder: Path) -> str | None:
    """Say what a folder of weights lacks, or None; looks at names only."""
    if not (folder / "config.json").is_file():
        return "no config.json; expected a model's folder as transformers saves it"
    if not any((folder / name).is_file() for name in ("tokenizer.json", "tokenizer_config.json")):
        return "no tokenizer.json"
    if not any(folder.glob("*.safetensors")):
        return "no weights as .safetensors; other formats may run code and are not read"
    return None


def _compute_dtype(device: Device, *, four_bit: bool) -> Any:  # noqa: ANN401 (a torch.dtype)
    """What is computed in: bfloat16, float16 on older cards; float32 for NF4 on the CPU.

    On the CPU float32 writes faster than bfloat16 (docs/BENCHMARK.md), and is not rounded.
    """
    import torch

    if device == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported(False) else torch.float16
    return torch.float32 if four_bit else torch.bfloat16


def _nf4(dtype: Any) -> Any:  # noqa: ANN401 (of torch and transformers)
    from transformers import BitsAndBytesConfig

    return BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=dtype,
    )


def _settle_ends(model: Model, tokenizer: Tokenizer) -> tuple[int, ...]:
    """Tokens that end a reply; the model's own settings for sampling are put aside."""
    from transformers import GenerationConfig

    known = model.generation_config.eos_token_id
    listed = known if isinstance(known, list) else [known]
    ends = tuple(dict.fromkeys(e for e in (tokenizer.eos_token_id, *listed) if e is not None))
    if not ends:
        raise ModelError("its tokenizer has no end of a reply; take an instruction model")
    model.generation_config = GenerationConfig()
    return ends


@contextmanager
def _quietly() -> Iterator[None]:
    """Load without bars and without remarks on what else could be installed."""
    _import_bitsandbytes()
    from transformers.utils import logging as bars

    theirs = [logging.getLogger(name) for name in ("bitsandbytes", "transformers")]
    before = [one.level for one in theirs]
    bars.disable_progress_bar()
    for one in theirs:
        one.setLevel(logging.ERROR)
    try:
        yield
    finally:
        for one, level in zip(theirs, before, strict=True):
            one.setLevel(level)


def _import_bitsandbytes() -> None:
    """Import it so that it fetches nothing.

    Where the package `kernels` is installed, it fetches compiled code from the hub on being
    imported: it is kept from finding that package.
    """
    if "bitsandbytes" in sys.modules:
        return
    hidden = "kernels" not in sys.modules
    if hidden:
        sys.modules["kernels"] = None  # type: ignore[assignment]
    log = logging.getLogger("bitsandbytes")
    before = log.level
    log.setLevel(logging.ERROR)
    try:
        import bitsandbytes  # noqa: F401
    finally:
        log.setLevel(before)
        if hidden:
            del sys.modules["kernels"]


# --- from GGUF -----------------------------------------------------------------------------------


def from_gguf(gguf: Path, sha256: str) -> Path:
    """Folder of safetensors beside a GGUF file that has this `sha256`; made when first asked for.

    Raises ModelError where the file's tokenizer cannot be carried over or the folder cannot be
    written to, SpaceError.
    """
    from filelock import FileLock, Timeout

    folder = gguf.with_name(f"safetensors-{sha256[:16]}")
    if folder.is_dir():
        return folder
    try:
        with FileLock(gguf.with_name(".safetensors.lock"), timeout=_LOCK_SECONDS):
            if not folder.is_dir():  # another process may have made it meanwhile
                _make(gguf, folder)
    except Timeout as error:
        raise ModelError(f"another process holds {gguf.parent}; end it, run again") from error
    except SpaceError:  # an OSError too
        raise
    except OSError as error:
        if error.errno in (ENOSPC, EDQUOT):
            raise SpaceError(gguf.parent) from error
        raise ModelError(f"cannot write to {gguf.parent}: {error.strerror or error}") from error
    return folder


def _make(gguf: Path, folder: Path) -> None:
    if shutil.disk_usage(gguf.parent).free < _SPACE * gguf.stat().st_size:
        raise SpaceError(gguf.parent)
    _log.warning("%s is turned into safetensors, once; this takes a minute", gguf.name)
    for left in gguf.parent.glob(".safetensors-*"):  # of a run that was killed
        shutil.rmtree(left)
    made = Path(tempfile.mkdtemp(prefix=".safetensors-", dir=gguf.parent))
    try:
        _convert(gguf, made)
        for path in made.iterdir():
            path.chmod(0o644)
            _sync(path)
        made.chmod(0o755)
        made.rename(folder)
        _sync(folder.parent)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _convert(gguf: Path, into: Path) -> None:
    with _quietly():
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig

        named = {"gguf_file": gguf.name, "local_files_only": True, "trust_remote_code": False}
        tokenizer = AutoTokenizer.from_pretrained(str(gguf.parent), **named)
        tokenizer.backend_tokenizer.pre_tokenizer = _pre_tokenizer(gguf, tokenizer)
        tokenizer.save_pretrained(str(into))
        # float16 holds a scale of a Q4 block, itself a float16, without rounding it to 8 bits
        model = AutoModelForCausalLM.from_pretrained(
            str(gguf.parent),
            **named,
            dtype=torch.float16,
            quantization_config=GgufConfig(dequantize=True),
        )
        model.save_pretrained(str(into))


def _pre_tokenizer(gguf: Path, tokenizer: Tokenizer) -> Any:  # noqa: ANN401 (of tokenizers)
    """How words are parted: transformers does not carry it over from every GGUF.

    Raises ModelError for a file whose way is not known to come out right.
    """
    from gguf import GGUFReader
    from tokenizers import pre_tokenizers

    field = GGUFReader(gguf).get_field("tokenizer.ggml.pre")
    name = field.contents() if field else ""
    if name == "smollm":  # llama.cpp's LLAMA_VOCAB_PRE_TYPE_SMOLLM: digits one by one, then GPT-2's
        return pre_tokenizers.Sequence(
            [
                pre_tokenizers.Digits(individual_digits=True),
                pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True),
            ]
        )
    if name == "qwen2":
        return tokenizer.backend_tokenizer.pre_tokenizer
    raise ModelError(
        f"{gguf.name}: its tokenizer {name!r} cannot be carried over; take gguf: for it"
    )


def _sync(path: Path) -> None:
    if os.name == "nt" and path.is_dir():  # a folder cannot be opened there
        return
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
