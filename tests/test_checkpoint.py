"""Checkpoints: round trip, atomic saving, and a sentence for every fault."""

from __future__ import annotations

import json
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from lfdrt import checkpoint
from lfdrt.batch import pad_text_batch
from lfdrt.checkpoint import (
    Checkpoint,
    CheckpointError,
    load_checkpoint,
    save_checkpoint,
    stored_format,
)
from lfdrt.model.lfdrt import LFDRT
from lfdrt.parts import NO_PART
from lfdrt.runs.files import replace_folder
from lfdrt.weights import CHECKSUMS
from tests.tiny import WIDTH, tiny_with_parts

WEIGHTS = "model.safetensors"


@pytest.fixture(scope="module")
def loaded(tiny_folder: Path) -> Checkpoint:
    return load_checkpoint(tiny_folder)


@pytest.fixture
def folder(tiny_folder: Path, tmp_path: Path) -> Path:
    """A copy that may be broken."""
    return Path(shutil.copytree(tiny_folder, tmp_path / "mine"))


def _logits(model: LFDRT) -> torch.Tensor:
    batch = pad_text_batch([[0, 10, 11, 2], [0, 12, 2]], [1, -1], pad=1)
    image = torch.linspace(-1, 1, 2 * WIDTH).view(2, WIDTH)
    with torch.no_grad():
        read = model.read(model.encode(batch), batch.mask, batch.family, image)
    return torch.stack([read.logits_1, read.logits_2])


def test_round_trip_predicts_the_same(loaded: Checkpoint, tmp_path: Path) -> None:
    """What was loaded from float16 and saved again is bit for bit the same."""
    save_checkpoint(tmp_path / "again", loaded.model, loaded.tokenizer, loaded.card)
    again = load_checkpoint(tmp_path / "again")
    assert torch.equal(_logits(again.model), _logits(loaded.model))
    assert again.model.config == loaded.model.config
    assert again.card == loaded.card
    text = "I am so happy"
    assert again.tokenizer.encode([text]) == loaded.tokenizer.encode([text])


def test_parts_are_kept_and_change_what_is_read_through_them(
    loaded: Checkpoint, tmp_path: Path
) -> None:
    """And nothing else: where none are asked for, the model is the one without."""
    again = load_checkpoint(tiny_with_parts(tmp_path / "parts", ("tr", "ja"))).model
    assert again.config.parts == ("tr", "ja")
    assert torch.equal(_logits(again), _logits(loaded.model))
    batch = pad_text_batch([[0, 10, 11, 2]], [1], pad=1)
    given = (again.encode(batch), batch.mask, batch.family, torch.zeros(1, WIDTH))
    through = again.read(*given, parts=torch.tensor([[NO_PART, 1]]))
    assert not torch.equal(through.logits_1, again.read(*given).logits_1)


def test_a_loaded_model_is_frozen_float32_and_in_evaluation_mode(loaded: Checkpoint) -> None:
    assert not loaded.model.training
    assert not any(p.requires_grad for p in loaded.model.parameters())
    assert {p.dtype for p in loaded.model.parameters()} == {torch.float32}


def test_matrices_are_stored_as_float16_and_vectors_as_float32(tiny_folder: Path) -> None:
    for name, value in load_file(tiny_folder / WEIGHTS).items():
        expected = torch.float16 if value.dim() > 1 else torch.float32
        assert value.dtype == expected, name


def test_whole_numbers_keep_their_format() -> None:
    for value in (torch.tensor([[1, 2]]), torch.tensor([[1, 2]], dtype=torch.uint8)):
        assert stored_format(value).dtype == value.dtype


def test_large_checkpoints_are_cut_into_files(
    loaded: Checkpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoint, "SHARD_BYTES", 40_000)
    save_checkpoint(tmp_path / "cut", loaded.model, loaded.tokenizer, loaded.card)
    shards = list((tmp_path / "cut").glob("*.safetensors"))
    assert len(shards) > 2
    assert torch.equal(_logits(load_checkpoint(tmp_path / "cut").model), _logits(loaded.model))
    shards[0].unlink()
    with pytest.raises(CheckpointError, match=f"{shards[0].name} is missing"):
        load_checkpoint(tmp_path / "cut")


def test_saving_replaces_and_leaves_nothing_beside(loaded: Checkpoint, folder: Path) -> None:
    save_checkpoint(folder, loaded.model, loaded.tokenizer, {"name": "newer"})
    assert load_checkpoint(folder).card == {"name": "newer"}
    assert [path.name for path in folder.parent.iterdir()] == ["mine"]


def test_a_failed_save_leaves_the_old_one(loaded: Checkpoint, folder: Path) -> None:
    with pytest.raises(TypeError):
        save_checkpoint(folder, loaded.model, loaded.tokenizer, {"name": object()})
    assert load_checkpoint(folder).card["name"] == "tiny"
    assert [path.name for path in folder.parent.iterdir()] == ["mine"]


def _failing_from(call: int, error: BaseException) -> Callable[[Path, Path], Path]:
    """`Path.replace` that works until the given rename of a folder and fails from then on."""
    calls = 0
    real = Path.replace

    def replace(self: Path, target: Path) -> Path:
        nonlocal calls
        calls += self.is_dir()
        if calls >= call:
            raise error
        return real(self, target)

    return replace


def test_an_error_between_the_renames_is_undone(
    loaded: Checkpoint, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, fails = Path.replace, [False, True, False]
    monkeypatch.setattr(
        Path,
        "replace",
        lambda self, target: (
            _raise(OSError("busy")) if self.is_dir() and fails.pop(0) else real(self, target)
        ),
    )
    with pytest.raises(OSError, match="busy"):
        save_checkpoint(folder, loaded.model, loaded.tokenizer, {"name": "newer"})
    assert fails == []
    assert load_checkpoint(folder).card["name"] == "tiny"
    assert [path.name for path in folder.parent.iterdir()] == ["mine"]


def _raise(error: BaseException) -> Any:
    raise error


def test_a_crash_between_the_renames_leaves_a_loadable_folder(
    loaded: Checkpoint, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing after the first rename happens, as when power fails. The old copy stands beside,
    the error says where, and the next save does not delete it before the new one stands."""
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", _failing_from(2, KeyboardInterrupt()))
        with pytest.raises(KeyboardInterrupt):
            save_checkpoint(folder, loaded.model, loaded.tokenizer, {"name": "newer"})
    kept = folder.with_name("mine.old")
    assert load_checkpoint(kept).card["name"] == "tiny"
    with pytest.raises(CheckpointError, match="rename mine.old to mine"):
        load_checkpoint(folder)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", _failing_from(1, KeyboardInterrupt()))
        with pytest.raises(KeyboardInterrupt):
            save_checkpoint(folder, loaded.model, loaded.tokenizer, {"name": "newer"})
    assert load_checkpoint(kept).card["name"] == "tiny"
    save_checkpoint(folder, loaded.model, loaded.tokenizer, {"name": "newer"})
    assert load_checkpoint(folder).card["name"] == "newer"
    assert not kept.exists()


def test_replace_folder_removes_what_only_the_old_one_had(tmp_path: Path) -> None:
    for name, content in (("new", "a.txt"), ("old", "b.txt")):
        (tmp_path / name).mkdir()
        (tmp_path / name / content).touch()
    replace_folder(tmp_path / "new", tmp_path / "old")
    assert [p.name for p in (tmp_path / "old").iterdir()] == ["a.txt"]


# Faults: each breaks a good folder in one way.


def _edit_json(folder: Path, name: str, edit: Callable[[dict[str, Any]], Any]) -> None:
    data = json.loads((folder / name).read_text(encoding="utf-8"))
    edit(data)
    (folder / name).write_text(json.dumps(data), encoding="utf-8")


def _edit_weights(folder: Path, edit: Callable[[dict[str, torch.Tensor]], Any]) -> None:
    state = load_file(folder / WEIGHTS)
    edit(state)
    save_file(state, folder / WEIGHTS)


def _truncate(folder: Path) -> None:
    content = (folder / WEIGHTS).read_bytes()
    (folder / WEIGHTS).write_bytes(content[: len(content) // 2])


def _turn_a_bit(name: str, place: int) -> Callable[[Path], None]:
    def turn(folder: Path) -> None:
        content = bytearray((folder / name).read_bytes())
        content[place] ^= 1
        (folder / name).write_bytes(content)

    return turn


def _pickle(folder: Path) -> None:
    (folder / WEIGHTS).write_bytes(pickle.dumps({"weights": [1, 2, 3]}))


def _index(table: object) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        (folder / "model.safetensors.index.json").write_text(json.dumps(table), encoding="utf-8")

    return write


def _outside(folder: Path) -> None:
    """An index that points at good weights outside the folder."""
    shutil.move(folder / WEIGHTS, folder.parent / "outside.safetensors")
    _index({"weight_map": {"no_image": "../outside.safetensors"}})(folder)


def _config(**changes: Any) -> Callable[[Path], None]:
    return lambda folder: _edit_json(folder, "config.json", lambda data: data.update(changes))


def _backbone(**changes: Any) -> Callable[[Path], None]:
    return lambda folder: _edit_json(
        folder, "config.json", lambda data: data["text"]["backbone"].update(changes)
    )


def _weights(**changes: torch.Tensor) -> Callable[[Path], None]:
    return lambda folder: _edit_weights(folder, lambda state: state.update(changes))


FAULTS: dict[str, tuple[Callable[[Path], Any], str]] = {
    "no config": (lambda f: (f / "config.json").unlink(), "has no config.json. Name a folder"),
    "no weights": (lambda f: (f / WEIGHTS).unlink(), f"incomplete: {WEIGHTS} is missing"),
    "no tokenizer": (lambda f: (f / "tokenizer.json").unlink(), "tokenizer.json is missing"),
    "no card": (lambda f: (f / "card.json").unlink(), "card.json is missing"),
    "card a list": (lambda f: (f / "card.json").write_text("[]"), "card.json is not a JSON obj"),
    "bad JSON": (lambda f: (f / "config.json").write_text("{'a'"), "config.json is not readable"),
    "not UTF-8": (lambda f: (f / "config.json").write_bytes(b"\xff\xfe{}"), "is not readable"),
    "nested": (lambda f: (f / "config.json").write_text("[" * 99_999), "is not readable"),
    "config a list": (lambda f: (f / "config.json").write_text("[]"), "ModelConfig"),
    "unknown key": (_config(depth=3), "depth: Unexpected"),
    "unknown model": (_backbone(model_type="nosuch"), "unknown model_type 'nosuch'"),
    "wrong type": (_backbone(num_hidden_layers="x"), "does not describe an encoder"),
    "uneven heads": (_backbone(num_attention_heads=5), "does not describe an encoder"),
    "no tower": (
        lambda f: _edit_json(
            f, "config.json", lambda d: d["image"]["tower"]["vision_cfg"].update(colour=1)
        ),
        "does not describe a vision tower",
    ),
    "other mask token": (
        lambda f: _edit_json(f, "config.json", lambda d: d["text"].update(mask_token="[M]")),
        "the tokenizer has no token '\\[M\\]'",
    ),
    "tokenizer broken": (lambda f: (f / "tokenizer.json").write_text("{}"), "tokenizer"),
    "tokenizer larger": (_backbone(vocab_size=100), "belong to different models"),
    "extra tensor": (_weights(spare=torch.zeros(2)), "holds 'spare', which config.json does not"),
    "missing tensor": (
        lambda f: _edit_weights(f, lambda s: s.pop("no_image")),
        "1 weights are missing, first 'no_image'",
    ),
    "wrong shape": (
        _weights(no_image=torch.zeros(WIDTH + 1)),
        "'no_image' has shape \\[33\\], config.json asks for \\[32\\]",
    ),
    "wrong format": (
        _weights(no_image=torch.zeros(WIDTH, dtype=torch.int64)),
        "'no_image' is I64, usable is F16 or BF16 or F32",
    ),
    "truncated": (_truncate, f"{WEIGHTS} is damaged or not safetensors"),
    "empty": (lambda f: (f / WEIGHTS).write_bytes(b""), "is damaged or not safetensors"),
    "a turned bit": (_turn_a_bit(WEIGHTS, -3), f"{WEIGHTS} was changed after it was saved"),
    "other tokenizer": (
        lambda f: _edit_json(
            f, "tokenizer.json", lambda d: d["added_tokens"][0].update(lstrip=True)
        ),
        "tokenizer.json was changed after it was saved",
    ),
    "good setting": (
        lambda f: _edit_json(f, "config.json", lambda d: d["text"].update(max_tokens=16)),
        "config.json was changed after it was saved",
    ),
    "pickle": (_pickle, f"{WEIGHTS} is damaged or not safetensors"),
    "index empty": (_index({}), "index.json has no weight_map"),
    "index a list": (_index([1]), "index.json has no weight_map"),
    "index of numbers": (_index({"weight_map": {"a": 1}}), "index.json has no weight_map"),
    "index outside": (_outside, "outside.safetensors is missing"),
    "index parent": (_index({"weight_map": {"a": ".."}}), "\\.\\. is missing"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_is_a_sentence(fault: str, folder: Path) -> None:
    """CheckpointError, never another error, and it names the file or the setting."""
    breaks, message = FAULTS[fault]
    breaks(folder)
    with pytest.raises(CheckpointError, match=message):
        load_checkpoint(folder)


def test_a_card_without_checksums_is_an_older_one(folder: Path) -> None:
    _edit_json(folder, "card.json", lambda card: card.pop(CHECKSUMS))
    _turn_a_bit(WEIGHTS, -3)(folder)
    assert load_checkpoint(folder).card["name"] == "tiny"


def test_a_folder_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="nowhere is not a checkpoint"):
        load_checkpoint(tmp_path / "nowhere")


def test_a_pickle_is_never_run(folder: Path) -> None:
    class Bomb:
        def __reduce__(self) -> tuple[Any, ...]:
            return Path.touch, (folder / "ran",)

    (folder / WEIGHTS).write_bytes(pickle.dumps(Bomb()))
    with pytest.raises(CheckpointError):
        load_checkpoint(folder)
    assert not (folder / "ran").exists()
