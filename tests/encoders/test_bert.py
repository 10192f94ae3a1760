"""The own encoder against transformers' BERT: the same weights by the same names give the same
numbers, bit for bit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import torch
from transformers import AutoModel, BertConfig

from lfdrt.encoders.bert import Bert, BertSizes
from lfdrt.encoders.text import TextEncoder, build_backbone
from tests.tiny import tiny_config

BERT: dict[str, Any] = {
    "model_type": "bert",
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 64,
    "vocab_size": 50,
    "max_position_embeddings": 40,
    "type_vocab_size": 2,
    "layer_norm_eps": 1e-12,
    "pad_token_id": 1,
    "hidden_act": "gelu",
    "hidden_dropout_prob": 0.1,
    "attention_probs_dropout_prob": 0.1,
}
IDS = torch.tensor([[0, 5, 6, 7, 2], [0, 9, 2, 1, 1]])
MASKS = {
    "padded": torch.tensor([[1, 1, 1, 1, 1], [1, 1, 1, 0, 0]], dtype=torch.bool),
    "whole": torch.ones(2, 5, dtype=torch.bool),
}


@pytest.fixture
def pair() -> tuple[TextEncoder, Any]:
    """Ours, and theirs with the same weights."""
    torch.manual_seed(0)
    config = replace(tiny_config(words=50).text, backbone=BERT, max_tokens=8)
    ours = TextEncoder(config=config).eval()
    theirs = AutoModel.from_config(BertConfig(**BERT), add_pooling_layer=False).eval()
    assert isinstance(ours.backbone, Bert)
    theirs.load_state_dict(ours.backbone.state_dict())
    return ours, theirs


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("mask", MASKS)
@pytest.mark.parametrize("way", ["sdpa", "eager"])
@torch.no_grad()
def test_the_same_numbers(
    pair: tuple[TextEncoder, Any], dtype: torch.dtype, mask: str, way: str
) -> None:
    ours, theirs = (one.to(dtype) for one in pair)
    theirs.set_attn_implementation(way)
    if way == "eager":
        ours.attend_plainly()
    expected = theirs(input_ids=IDS, attention_mask=MASKS[mask].long()).last_hidden_state
    assert torch.equal(ours(IDS, MASKS[mask]), expected)
    lower = ours.lower(IDS, MASKS[mask], 1)
    assert torch.equal(ours.upper(lower, MASKS[mask], 1), expected)


def test_the_same_in_training(pair: tuple[TextEncoder, Any]) -> None:
    """Dropout draws the same numbers in the same order; every weight learns alike."""
    ours, theirs = pair
    grads = []
    for model, run in (
        (ours.backbone, lambda: ours(IDS, MASKS["padded"])),
        (theirs, lambda: theirs(input_ids=IDS, attention_mask=MASKS["padded"].long())[0]),
    ):
        torch.manual_seed(1)
        model.train()
        run().square().sum().backward()
        grads.append({n: p.grad for n, p in model.named_parameters()})
    for name, grad in grads[1].items():
        torch.testing.assert_close(grads[0][name], grad, msg=name)


@pytest.mark.parametrize(
    "changes",
    [
        {"hidden_act": "relu"},
        {"model_type": "xlm-roberta"},
        {"is_decoder": True},
        {"layer_norm_eps": None},
    ],
)
def test_another_configuration_is_left_to_transformers(changes: dict[str, Any]) -> None:
    backbone = {k: v for k, v in (BERT | changes).items() if v is not None}
    assert BertSizes.of(backbone) is None
    built = build_backbone(backbone, packed_words=False)
    assert type(built).__module__.startswith("transformers.models.")
