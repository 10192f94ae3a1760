"""What is counted without numbers equals what the true training step does on a tiny Llama."""

from __future__ import annotations

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode
from transformers import LlamaConfig, LlamaForCausalLM

from lfdrt.baselines.build_whole import add_lora
from lfdrt.baselines.likelihood import ending_loss
from lfdrt.baselines.settings import LoraSettings
from tests.benchmarks.baseline_cost import cache_bytes, count_training
from tests.benchmarks.paper_counting import Kept

CONFIG = LlamaConfig(
    vocab_size=100,
    hidden_size=32,
    intermediate_size=64,
    num_hidden_layers=2,
    num_attention_heads=4,
    num_key_value_heads=2,
    tie_word_embeddings=True,
)
LORA = LoraSettings(rank=4)
ROWS, TOKENS = 6, 20


def test_products_and_bytes_are_those_of_the_true_step() -> None:
    """One row is shorter, as in every true step; a label of one token."""
    model = LlamaForCausalLM(CONFIG).to(torch.bfloat16).requires_grad_(False)
    model = add_lora(model, LORA, seed=0)
    kept = Kept([*model.parameters(), *model.buffers()])
    rows = [(range(TOKENS - 1), (7,))] * (ROWS - 1) + [((1, 2, 3), (7,))]
    with FlopCounterMode(display=False) as counter:
        with torch.autocast("cpu", torch.bfloat16), kept.watching():
            loss = ending_loss(model, rows, 0)
        loss.backward()
    counted = count_training(CONFIG, LORA, rows=ROWS, tokens=TOKENS, words=True)
    assert counted.flops == counter.get_total_flops()
    assert counted.kept == pytest.approx(kept.bytes, rel=0.05)
    assert counted.learned == sum(p.numel() for p in model.parameters() if p.requires_grad)
    assert counted.learned + counted.frozen == sum(p.numel() for p in model.parameters())


def test_adapters_and_cache_by_hand() -> None:
    """Rank 4 at q and o (32 + 32), k and v (32 + 16), two layers: 4 * 224 * 2 weights. A token's
    keys and values: 2 bytes * 2 * 2 layers * 2 heads * 8."""
    counted = count_training(CONFIG, LORA, rows=1, tokens=3, words=False)
    assert counted.learned == 4 * (2 * 64 + 2 * 48) * 2
    assert counted.lasting == 2 * counted.frozen + 16 * counted.learned
    assert cache_bytes(CONFIG, rows=3, tokens=5) == 128 * 15
