"""Tiny BERT and CLIP with random weights, saved as their own libraries save them."""

from __future__ import annotations

import string
from pathlib import Path

import open_clip
import torch
from open_clip.model import set_model_preprocess_cfg
from open_clip.push_to_hf_hub import save_config_for_hf
from safetensors.torch import save_file
from transformers import BertConfig, BertForMaskedLM, BertTokenizer

WIDTH = 32
PIECES = (
    ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    + list(string.ascii_letters + string.punctuation)
    + [f"##{c}" for c in string.ascii_letters]
)


def tiny_bert(folder: Path) -> BertForMaskedLM:
    """A masked-language model of mBERT's architecture: cased, WordPiece, letter by letter."""
    config = BertConfig(
        vocab_size=len(PIECES),
        hidden_size=WIDTH,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=2 * WIDTH,
        max_position_embeddings=160,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = BertForMaskedLM(config).eval()
    model.save_pretrained(folder)
    tokenizer = BertTokenizer(vocab={p: i for i, p in enumerate(PIECES)}, do_lower_case=False)
    tokenizer.save_pretrained(folder)
    return model


def tiny_clip(folder: Path, *, words: int = 64) -> open_clip.CLIP:
    """A ViT of CLIP's architecture and ViT-B/32's own pictures: 224 px, a grid of 7 x 7.

    `words`: of the text tower's vocabulary; CLIP's own has 49,408.
    """
    config = {
        "embed_dim": 16,
        "quick_gelu": True,
        "vision_cfg": {
            "image_size": 224,
            "layers": 2,
            "width": WIDTH,
            "head_width": 16,
            "patch_size": 32,
        },
        "text_cfg": {
            "context_length": 8,
            "vocab_size": words,
            "width": 16,
            "heads": 2,
            "layers": 1,
        },
    }
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = open_clip.CLIP(**config).eval()
    statistics = {"mean": open_clip.OPENAI_DATASET_MEAN, "std": open_clip.OPENAI_DATASET_STD}
    set_model_preprocess_cfg(model, statistics)
    folder.mkdir()
    save_config_for_hf(model, folder / "open_clip_config.json", config)
    save_file(model.state_dict(), folder / "open_clip_model.safetensors")
    return model
