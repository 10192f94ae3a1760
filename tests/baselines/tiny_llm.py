"""Tiny Llama and BLIP-2 models with random weights, saved as the real ones lie on a disk.

The true architectures of `transformers` in small sizes; what they say means nothing. Tokenizers are
trained here on sentences of our own.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers

from tests.tiny import SENTENCES

if TYPE_CHECKING:
    from transformers import Blip2Config

BEGIN, END = "<|begin_of_text|>", "<|end_of_text|>"


def tiny_llama(folder: Path, *, seed: int = 0) -> Path:
    """A two-layer Llama with tied embeddings and grouped queries; Llama 3's kind of tokenizer."""
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    tokenizer = byte_tokenizer()
    config = LlamaConfig(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=512,
        tie_word_embeddings=True,
        initializer_range=0.5,  # with the usual 0.02 every word would be about as likely
        bos_token_id=tokenizer.token_to_id(BEGIN),
        eos_token_id=tokenizer.token_to_id(END),
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        LlamaForCausalLM(config).save_pretrained(folder)
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token=BEGIN, eos_token=END)
    fast.save_pretrained(folder)
    return folder


def byte_tokenizer() -> Tokenizer:
    """Byte-level BPE that begins every text with a token of its own and has no padding token.

    Joy is one token where it follows a space, the other labels are several.
    """
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=400,
        special_tokens=[BEGIN, END],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator([*SENTENCES, *[" joy"] * 50], trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{BEGIN} $A", special_tokens=[(BEGIN, tokenizer.token_to_id(BEGIN))]
    )
    return tokenizer


def tiny_blip2(folder: Path, *, seed: int = 0) -> Path:
    """Vision tower of 32 px, a Q-Former with 4 queries of width 16, an OPT of width 24."""
    from transformers import (
        Blip2ForConditionalGeneration,
        BlipImageProcessor,
        PreTrainedTokenizerFast,
    )

    tokenizer = byte_tokenizer()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = Blip2ForConditionalGeneration(_blip2_config(tokenizer.get_vocab_size()))
        model.query_tokens.data.normal_()
        model.save_pretrained(folder)
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token=BEGIN).save_pretrained(folder)
    BlipImageProcessor(size={"height": 32, "width": 32}).save_pretrained(folder)
    return folder


def _blip2_config(words: int) -> Blip2Config:
    from transformers import Blip2Config

    # With the usual range of 0.02 or less, all pictures and all texts would look alike.
    sizes = {"num_hidden_layers": 2, "num_attention_heads": 2, "initializer_range": 0.5}
    return Blip2Config(
        vision_config={
            **sizes,
            "hidden_size": 16,
            "intermediate_size": 32,
            "image_size": 32,
            "patch_size": 8,
        },
        qformer_config={
            **sizes,
            "hidden_size": 16,
            "encoder_hidden_size": 16,
            "intermediate_size": 32,
            "vocab_size": 8,
        },
        text_config={
            **sizes,
            "model_type": "opt",
            "vocab_size": words,
            "hidden_size": 24,
            "word_embed_proj_dim": 24,
            "ffn_dim": 32,
            "init_std": 0.5,
            "max_position_embeddings": 256,
        },
        num_query_tokens=4,
    )
