"""Heads: small checkpoints on another one's encoders. Loading them, and a sentence for every fault.

(What is wrong with a folder's own files is tested in tests/test_checkpoint.py.)
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from lfdrt.checkpoint import (
    OF_HEADS,
    Checkpoint,
    CheckpointError,
    encoder_digest,
    load_checkpoint,
    save_checkpoint,
    save_head,
)
from lfdrt.config import HeadConfig
from lfdrt.labels import POLARITY3
from lfdrt.model.lfdrt import LFDRT
from tests.tiny import WIDTH

WEIGHTS = "model.safetensors"


@pytest.fixture(scope="module")
def base(tiny_folder: Path) -> Checkpoint:
    return load_checkpoint(tiny_folder)


@pytest.fixture(scope="module")
def trained(base: Checkpoint) -> LFDRT:
    """A model on the base's encoders whose other weights are its own."""
    config = _head_config(base)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        model = LFDRT(config.on(base.model.config))
    encoders = {n: t for n, t in base.model.state_dict().items() if not n.startswith(OF_HEADS)}
    model.load_state_dict(model.state_dict() | encoders)
    return model


def _head_config(base: Checkpoint) -> HeadConfig:
    return HeadConfig(
        name="polarity",
        label_set=POLARITY3,
        base="tiny",
        base_weights=encoder_digest(base.model.state_dict()),
    )


@pytest.fixture
def folder(base: Checkpoint, trained: LFDRT, tmp_path: Path) -> Path:
    """A head beside a copy of its base; both may be broken."""
    shutil.copytree(base.folder, tmp_path / "tiny")
    save_head(tmp_path / "polarity", trained, _head_config(base), {"name": "polarity"})
    return tmp_path / "polarity"


def test_a_head_is_its_base_with_its_own_weights(
    folder: Path, base: Checkpoint, trained: LFDRT
) -> None:
    """Encoders and vocabulary heads bit for bit the base's; the rest what was trained, rounded to
    float16 as it is stored."""
    loaded = load_checkpoint(folder)
    assert loaded.card == {"name": "polarity"}
    assert loaded.model.config.label_set == POLARITY3
    assert loaded.model.config.families == base.model.config.families
    assert loaded.tokenizer.encode(["so happy"]) == base.tokenizer.encode(["so happy"])
    for name, value in loaded.model.state_dict().items():
        if name.startswith(OF_HEADS):
            own = trained.state_dict()[name]
            assert torch.equal(value, own.half().float() if own.dim() > 1 else own), name
        else:
            assert torch.equal(value, base.model.state_dict()[name]), name
    assert not loaded.model.training
    assert not any(p.requires_grad for p in loaded.model.parameters())


def test_a_head_holds_no_encoder(folder: Path) -> None:
    held = load_file(folder / WEIGHTS)
    assert all(name.startswith(OF_HEADS) for name in held)
    assert {"classifier_1.out.weight", "attention.W_q.weight", "no_text"} <= held.keys()
    assert sorted(p.name for p in folder.iterdir()) == ["card.json", "config.json", WEIGHTS]


def test_a_relative_folder_finds_its_base(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    assert len(load_checkpoint(Path()).model.config.label_set) == 3
    monkeypatch.chdir(folder.parent)
    assert len(load_checkpoint(Path("polarity")).model.config.label_set) == 3


def test_a_loaded_head_can_be_saved_as_a_whole_checkpoint(folder: Path) -> None:
    """As fine-tuning does: what it makes stands alone."""
    loaded = load_checkpoint(folder)
    save_checkpoint(folder.parent / "whole", loaded.model, loaded.tokenizer, loaded.card)
    shutil.rmtree(folder.parent / "tiny")
    again = load_checkpoint(folder.parent / "whole").model.state_dict()
    assert all(torch.equal(t, again[n]) for n, t in loaded.model.state_dict().items())


def test_the_digest_is_of_the_encoders_alone(base: Checkpoint) -> None:
    state = base.model.state_dict()
    before = encoder_digest(state)
    assert before == encoder_digest({n: t for n, t in state.items() if not n.startswith(OF_HEADS)})
    assert before == encoder_digest(state | {"no_image": state["no_image"] + 1})
    name = "text.backbone.encoder.layer.1.output.dense.weight"
    assert before != encoder_digest(state | {name: state[name] * 1.01})


# Faults: each breaks the head or its base in one way.


def _edit(folder: Path, **changes: Any) -> None:
    path = folder / "config.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(data | changes), encoding="utf-8")


def _weights(**changes: torch.Tensor | None) -> Callable[[Path], None]:
    def edit(folder: Path) -> None:
        state = load_file(folder / WEIGHTS) | changes
        save_file({n: t for n, t in state.items() if t is not None}, folder / WEIGHTS)

    return edit


def _retrained(folder: Path) -> None:
    """The base's encoder moves a little, as in another training run."""
    state = load_file(folder.parent / "tiny" / WEIGHTS)
    state["text.backbone.encoder.layer.0.output.dense.weight"] *= 1.01
    save_file(state, folder.parent / "tiny" / WEIGHTS)


NAMES = ("../tiny", "..", ".", "", "/tiny", "a/tiny", "a\\tiny", "C:tiny", "\\\\host\\tiny", "t\0y")
FAULTS: dict[str, tuple[Callable[[Path], Any], str]] = {
    f"base {name!r}": (lambda f, name=name: _edit(f, base=name), "plain name of a folder beside")
    for name in NAMES
} | {
    "no base": (lambda f: shutil.rmtree(f.parent / "tiny"), "put the folder tiny there too"),
    "base a number": (lambda f: _edit(f, base=3), "base: Input should be a valid string"),
    "itself": (lambda f: _edit(f, base="polarity"), "its base 'polarity' is a head itself"),
    "changed base": (_retrained, "was trained on another version of tiny"),
    "broken base": (lambda f: (f.parent / "tiny" / WEIGHTS).write_bytes(b""), "is damaged or not"),
    "base's tokenizer": (
        lambda f: (f.parent / "tiny" / "tokenizer.json").unlink(),
        "tiny is incomplete: tokenizer.json is missing",
    ),
    "newer format": (lambda f: _edit(f, format=2), "format 2 is newer"),
    "unknown setting": (lambda f: _edit(f, width=3), "width: Unexpected"),
    "no weights": (lambda f: (f / WEIGHTS).unlink(), "polarity is incomplete"),
    "no card": (lambda f: (f / "card.json").unlink(), "card.json is missing"),
    "wrong shape": (
        _weights(no_image=torch.zeros(WIDTH + 1)),
        "'no_image' has shape \\[33\\], config.json asks for \\[32\\]",
    ),
    "seven classes": (
        _weights(**{"classifier_1.out.bias": torch.zeros(7)}),
        "'classifier_1.out.bias' has shape \\[7\\]",
    ),
    "not a number": (
        _weights(no_text=torch.full((WIDTH,), torch.nan)),
        "'no_text' holds values that are not numbers",
    ),
    "missing tensor": (_weights(no_text=None), "1 weights are missing, first 'no_text'"),
    "an encoder of its own": (
        _weights(**{"family_vocabulary.norm.bias": torch.zeros(WIDTH)}),
        "holds 'family_vocabulary.norm.bias', which config.json does not have",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_is_a_sentence(fault: str, folder: Path) -> None:
    breaks, message = FAULTS[fault]
    breaks(folder)
    with pytest.raises(CheckpointError, match=message):
        load_checkpoint(folder)
