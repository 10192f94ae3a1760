"""Weights that come home meet the towers they were trained from, or it is said why not."""

from __future__ import annotations

from pathlib import Path

import pytest
from safetensors.torch import load_file, save_file

from lfdrt.checkpoint import load_checkpoint, read_json, save_checkpoint
from lfdrt.errors import UserError
from lfdrt.kit.results import merge, write_weights
from lfdrt.runs.files import write_json
from lfdrt.training.pretrain.assemble import first_model
from tests.kit.made import RECIPE
from tests.tiny_towers import tiny_towers


@pytest.fixture
def results(tmp_path: Path) -> Path:
    """Of a model whose second layer alone has learned."""
    towers = tiny_towers(tmp_path / "towers")
    model, tokenizer = first_model(towers, RECIPE.heads)
    model.text.layers()[1].output.dense.weight.data.add_(0.5)
    save_checkpoint(tmp_path / "trained", model, tokenizer, {"name": "trained"})
    (tmp_path / "results").mkdir()
    write_weights(tmp_path / "trained", towers, tmp_path / "results")
    return tmp_path / "results"


def test_what_the_towers_hold_stays_at_home(results: Path, tmp_path: Path) -> None:
    """Of both encoders one matrix has changed; all of the rest is the model's own."""
    names = load_file(results / "model.safetensors").keys()
    encoders = {n for n in names if n.startswith(("text.backbone.", "image.tower."))}
    assert encoders == {"text.backbone.encoder.layer.1.output.dense.weight"}
    assert {"attention.W_v.weight", "image.projection.weight"} <= names
    merge(results, tmp_path / "towers", tmp_path / "home")
    one, other = (load_checkpoint(tmp_path / n).model.state_dict() for n in ("trained", "home"))
    assert one.keys() == other.keys() and all(one[n].equal(other[n]) for n in one)


def test_other_towers_are_refused(results: Path, tmp_path: Path) -> None:
    about = read_json(tmp_path / "towers" / "text.json")
    write_json(tmp_path / "towers" / "text.json", about | {"name": "another"})
    with pytest.raises(UserError, match="trained from .*tiny-text.*holds .*another"):
        merge(results, tmp_path / "towers", tmp_path / "home")


def test_a_folder_without_weights_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="has no model.json"):
        merge(tmp_path, tmp_path / "towers", tmp_path / "home")


def test_a_weight_that_is_missing_is_named(results: Path, tmp_path: Path) -> None:
    held = load_file(results / "model.safetensors")
    del held["no_text"]
    save_file(held, results / "model.safetensors")
    with pytest.raises(UserError, match="no_text does not fit"):
        merge(results, tmp_path / "towers", tmp_path / "home")
    assert not (tmp_path / "home").exists()
