"""The text encoder on tiny random models that `transformers` saved, the `paper` preset's path."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import (
    AutoModel,
    BertConfig,
    DistilBertConfig,
    PreTrainedConfig,
    XLMRobertaConfig,
)

from lfdrt.config import ConfigError
from lfdrt.encoders.quantised import PackedEmbedding, pack
from lfdrt.encoders.text import TextEncoder, build_backbone, mean_pool
from tests.tiny import tiny_config

V, D = 50, 32
COMMON = {"vocab_size": V, "max_position_embeddings": 40}
BERT = {"hidden_size": D, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64}
KINDS: dict[str, PreTrainedConfig] = {
    "bert": BertConfig(**COMMON, **BERT),
    "distilbert": DistilBertConfig(**COMMON, dim=D, n_layers=2, n_heads=2, hidden_dim=64),
    "xlm-roberta": XLMRobertaConfig(**COMMON, **BERT, pad_token_id=1, type_vocab_size=1),
}
IDS = torch.tensor([[0, 5, 6, 7, 2], [0, 9, 2, 1, 1]])
MASK = torch.tensor([[1, 1, 1, 1, 1], [1, 1, 1, 0, 0]], dtype=torch.bool)


def _encoder(backbone: dict[str, Any], *, packed: bool = False) -> TextEncoder:
    config = replace(tiny_config(words=V).text, backbone=backbone, max_tokens=8)
    return TextEncoder(config=replace(config, packed_words=packed)).eval()


@pytest.fixture(params=KINDS)
def saved(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    torch.manual_seed(0)
    AutoModel.from_config(KINDS[request.param]).save_pretrained(tmp_path)
    return tmp_path


@torch.no_grad()
def test_a_saved_model_is_rebuilt_from_its_configuration(saved: Path) -> None:
    """config.json builds the encoder; the saved weights then give what `transformers` gives."""
    backbone = json.loads((saved / "config.json").read_text(encoding="utf-8"))
    theirs = AutoModel.from_pretrained(saved).eval()
    encoder = _encoder(backbone)
    state = {k: v for k, v in theirs.state_dict().items() if not k.startswith("pooler.")}
    encoder.backbone.load_state_dict(state)
    x = encoder(IDS, MASK)
    assert x.shape == (2, 5, D)
    expected = theirs(input_ids=IDS, attention_mask=MASK.long()).last_hidden_state
    torch.testing.assert_close(x, expected)
    assert len(encoder.layers()) == 2
    assert encoder.word_matrix(torch.float32).shape == (V, D)


@torch.no_grad()
@pytest.mark.parametrize("kind", KINDS)
def test_packed_words_encode_as_the_same_words_unpacked(kind: str) -> None:
    """Also where positions are counted from the padding id, as RoBERTa's are: the table is put in
    after the model was built with fewer words."""
    torch.manual_seed(0)
    backbone = KINDS[kind].to_dict()
    packed, plain = _encoder(backbone, packed=True), _encoder(backbone)
    words = packed.word_embeddings
    assert isinstance(words, PackedEmbedding)
    words.packed, words.scale = pack(plain.word_matrix(torch.float32))
    state = {k: v for k, v in packed.state_dict().items() if "word_embeddings" not in k}
    missing = plain.load_state_dict(state, strict=False)
    assert [k.split(".")[-2] for k in missing.missing_keys] == ["word_embeddings"]
    plain.word_embeddings.weight.copy_(words.dense(torch.float32))
    torch.testing.assert_close(packed(IDS, MASK), plain(IDS, MASK))
    assert packed.word_matrix(torch.bfloat16).dtype == torch.bfloat16
    assert packed.backbone.config.vocab_size == V


@torch.no_grad()
@pytest.mark.parametrize("kind", KINDS)
def test_padding_does_not_change_a_text(kind: str) -> None:
    torch.manual_seed(0)
    encoder = _encoder(KINDS[kind].to_dict())
    alone = encoder(IDS[1:, :3], MASK[1:, :3])
    torch.testing.assert_close(encoder(IDS, MASK)[1:, :3], alone, atol=1e-5, rtol=0)


def test_no_pooling_layer_and_float32_whatever_the_configuration_says() -> None:
    backbone = {**KINDS["bert"].to_dict(), "torch_dtype": "float16", "dtype": "float16"}
    encoder = _encoder(backbone)
    assert {p.dtype for p in encoder.parameters()} == {torch.float32}
    assert not any("pooler" in name for name, _ in encoder.named_parameters())


def test_a_configuration_cannot_name_code_or_kernels_to_fetch() -> None:
    """With `attn_implementation: "owner/kernel"` transformers fetches that from a hub and runs it;
    `auto_map` names Python files."""
    backbone = {
        **KINDS["bert"].to_dict(),
        "attn_implementation": "someone/kernel",
        "_attn_implementation": "someone/kernel",
        "auto_map": {"AutoModel": "someone/repository--model.Model"},
        "quantization_config": {"quant_method": "gptq"},
    }
    encoder = build_backbone(backbone, packed_words=False)
    assert type(encoder).__module__.startswith("transformers.models.bert")
    assert "/" not in encoder.config._attn_implementation


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"model_type": "nosuch"}, "unknown model_type 'nosuch'"),
        ({"model_type": None}, "unknown model_type None"),
        ({"hidden_act": "zz"}, "does not describe an encoder"),
        ({"num_hidden_layers": "x"}, "does not describe an encoder"),
        ({"num_attention_heads": 5}, "does not describe an encoder"),
    ],
)
def test_a_wrong_configuration_is_a_sentence(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        build_backbone({**KINDS["bert"].to_dict(), **changes}, packed_words=False)


def test_mean_pool_by_hand() -> None:
    """Tokens 1, 3 and padding 100: mean 2. No token at all: 0, not NaN."""
    x = torch.tensor([[[1.0], [3.0], [100.0]], [[7.0], [7.0], [7.0]]])
    mask = torch.tensor([[True, True, False], [False, False, False]])
    assert mean_pool(x, mask).tolist() == [[2.0], [0.0]]
