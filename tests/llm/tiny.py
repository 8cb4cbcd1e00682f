"""A language model small enough for any test, with random weights and a tokenizer of its own."""

from functools import lru_cache
from pathlib import Path
from typing import Any

TEMPLATE = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content']"
    " + '<|im_end|>\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}"
    "{% endif %}"
)
_SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<think>"]
_LEARNT = [
    "A Bloom filter has two parts. The first is an array of m bits, all zero at the start.",
    "You write study notes. Keep every number as it was said. Choose yes or no, ham or eggs.",
]


def save_tiny(folder: Path, *, inner: int = 128, **settings: float) -> Path:
    """Save a Llama of two layers, `inner` wide within, as safetensors; settings for generating."""
    import torch
    from transformers import GenerationConfig, LlamaConfig, LlamaForCausalLM

    tokenizer = _tokenizer()
    torch.manual_seed(1)
    model = LlamaForCausalLM(
        LlamaConfig(
            vocab_size=512,  # more than the tokenizer has, as with most models
            hidden_size=64,
            intermediate_size=inner,
            num_hidden_layers=2,
            num_attention_heads=4,
            num_key_value_heads=2,
            max_position_embeddings=4096,
            initializer_range=0.3,  # no two tokens nearly alike in score
            eos_token_id=tokenizer.eos_token_id,
        )
    )
    model.generation_config = GenerationConfig(eos_token_id=tokenizer.eos_token_id, **settings)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@lru_cache(maxsize=1)
def _tokenizer() -> Any:  # noqa: ANN401 (transformers')
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    bpe = Tokenizer(models.BPE())
    bpe.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bpe.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    bpe.train_from_iterator(
        _LEARNT,
        trainers.BpeTrainer(
            vocab_size=400, special_tokens=_SPECIAL, initial_alphabet=alphabet, show_progress=False
        ),
    )
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=bpe, eos_token="<|im_end|>", unk_token="<|endoftext|>"
    )
    tokenizer.chat_template = TEMPLATE
    return tokenizer
