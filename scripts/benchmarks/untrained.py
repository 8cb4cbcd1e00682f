"""Models with the shapes of those that a GPU runs and random weights: for speed and memory only.

In: a folder with a tokenizer of that vocabulary. Out: a folder as transformers saves it. What an
engine takes of time and memory hangs on the shapes, not on what the weights hold; so it can be
measured where the weights cannot be fetched.
"""

from pathlib import Path
from types import MappingProxyType

# Of the config.json that comes with each model on the hub.
_QWEN3 = {
    "vocab_size": 151_936,
    "head_dim": 128,
    "num_key_value_heads": 8,
    "max_position_embeddings": 40_960,
    "rms_norm_eps": 1e-6,
}
SHAPES = MappingProxyType(
    {
        "Qwen3-8B": {
            **_QWEN3,
            "hidden_size": 4096,
            "intermediate_size": 12_288,
            "num_hidden_layers": 36,
            "num_attention_heads": 32,
            "tie_word_embeddings": False,
        },
        "Qwen3-4B": {
            **_QWEN3,
            "hidden_size": 2560,
            "intermediate_size": 9728,
            "num_hidden_layers": 36,
            "num_attention_heads": 32,
            "tie_word_embeddings": True,
        },
        "Qwen3-1.7B": {
            **_QWEN3,
            "hidden_size": 2048,
            "intermediate_size": 6144,
            "num_hidden_layers": 28,
            "num_attention_heads": 16,
            "tie_word_embeddings": True,
        },
    }
)


def save_untrained(shape: str, tokenizer: Path, folder: Path, device: str) -> Path:
    """Save a model of SHAPES in bfloat16, with weights drawn on `device` and that tokenizer."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer, Qwen3Config

    told = AutoTokenizer.from_pretrained(str(tokenizer), local_files_only=True)
    config = Qwen3Config(**SHAPES[shape], eos_token_id=told.eos_token_id)
    torch.manual_seed(1)
    with torch.device(device):
        model = AutoModelForCausalLM.from_config(config, dtype=torch.bfloat16)
    model.save_pretrained(folder)
    told.save_pretrained(folder)
    del model
    if device == "cuda":
        torch.cuda.empty_cache()
    return folder
