"""Configurations: round trip through JSON, and a sentence for each contradiction."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError
from typing import Any

import pytest

from lfdrt.config import ConfigError, ModelConfig, from_dict, to_dict
from lfdrt.labels import EKMAN7

TEXT = {
    "backbone": {"model_type": "bert", "hidden_size": 32, "max_position_embeddings": 64},
    "packed_words": False,
    "prefix": "",
    "max_tokens": 64,
    "pad_token": "[PAD]",
    "mask_token": "[MASK]",
    "unknown_token": "[UNK]",
}
IMAGE = {
    "tower": {"embed_dim": 16, "vision_cfg": {"image_size": 32}},
    "size": 32,
    "mean": [0.5, 0.5, 0.5],
    "std": [0.2, 0.2, 0.2],
}
MODEL = {
    "name": "mine",
    "label_set": {"name": "ekman7", "labels": list(EKMAN7.labels), "neutral": "neutral"},
    "families": ["uralic", "turkic"],
    "width": 32,
    "classifier_hidden": 16,
    "classifier_dropout": [0.1, 0.2],
    "anchor": "en",
    "disentangle_anchor": True,
    "image_residual": True,
}


def _settings(**changes: Any) -> dict[str, Any]:
    """Valid settings with changes, by "part.name"."""
    data: dict[str, Any] = json.loads(json.dumps({**MODEL, "text": TEXT, "image": IMAGE}))
    for path, value in changes.items():
        *parts, last = path.split(".")
        place = data
        for part in parts:
            place = place[part]
        place[last] = value
    return data


def test_round_trip_through_json() -> None:
    config = from_dict(ModelConfig, _settings())
    assert config.label_set == EKMAN7
    assert from_dict(ModelConfig, json.loads(json.dumps(to_dict(config)))) == config


def test_a_configuration_is_frozen() -> None:
    config = from_dict(ModelConfig, _settings())
    with pytest.raises(FrozenInstanceError):
        config.width = 64  # type: ignore[misc]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"depth": 3}, "depth: Unexpected"),
        ({"text.casing": "lower"}, "text.casing: Unexpected"),
        ({"label_set.colour": "red"}, "label_set.colour: Unexpected"),
        ({"width": "wide"}, "width: .*integer"),
        ({"image.mean": [0.5, 0.5]}, "image.mean"),
        ({"width": 48}, "width is 48 but the text encoder's is 32"),
        ({"width": 0, "text.backbone": {"model_type": "bert"}}, "width is 0; it lies from 1"),
        ({"classifier_hidden": -1}, "classifier_hidden is -1; it lies from 1"),
        ({"classifier_dropout": [0.1, 1.0]}, "classifier_dropout"),
        ({"families": ["uralic", "uralic"]}, "families must be"),
        ({"parts": ["ja", "ja"], "parts_rank": 2}, "parts must be"),
        ({"parts": ["ja"]}, "parts_rank is 0; with parts it lies from 1 to 32"),
        ({"parts": ["ja"], "parts_rank": 33}, "parts_rank is 33"),
        ({"parts_rank": 2}, "parts_rank is 2; .* without it is 0"),
        ({"format": 2}, "format 2 is newer"),
        ({"text.max_tokens": 65}, "max_tokens is 65 but the encoder has 64"),
        ({"text.max_tokens": 4}, "at least 8"),
        ({"image.tower": {"vision_cfg": {}}}, "embed_dim"),
        ({"image.tower": {"embed_dim": 16}}, "vision_cfg"),
        ({"image.size": 48}, "image.size is 48 but the tower's is 32"),
        ({"image.std": [0.2, 0.0, 0.2]}, "image.std"),
        ({"label_set.labels": ["joy", "joy"]}, "twice"),
    ],
)
def test_each_wrong_setting_is_named(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        from_dict(ModelConfig, _settings(**changes))


def test_all_wrong_settings_are_named_at_once() -> None:
    data = _settings(width="wide")
    del data["families"]
    with pytest.raises(ConfigError, match="families: .*width: "):
        from_dict(ModelConfig, data)


@pytest.mark.parametrize("data", [None, [], "x", 3])
def test_json_of_another_kind_is_refused(data: object) -> None:
    with pytest.raises(ConfigError, match="ModelConfig"):
        from_dict(ModelConfig, data)


def test_positions_of_roberta_start_after_its_padding_id() -> None:
    """514 positions, of which 0 and 1 hold no token: 512 tokens fit, 513 do not."""
    backbone = {
        "model_type": "xlm-roberta",
        "hidden_size": 32,
        "max_position_embeddings": 514,
        "pad_token_id": 1,
    }
    fits = _settings(**{"text.backbone": backbone, "text.max_tokens": 512})
    assert from_dict(ModelConfig, fits).text.max_tokens == 512
    with pytest.raises(ConfigError, match="513 .*512 positions"):
        from_dict(ModelConfig, _settings(**{"text.backbone": backbone, "text.max_tokens": 513}))


def test_a_convolutional_tower_reads_any_size() -> None:
    tower = {"embed_dim": 16, "vision_cfg": {"timm_model_name": "resnet10t", "image_size": 224}}
    config = from_dict(ModelConfig, _settings(**{"image.tower": tower, "image.size": 96}))
    assert config.image.size == 96
