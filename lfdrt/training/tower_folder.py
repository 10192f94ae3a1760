"""The folder that towers are kept in between `lfdrt towers` and training.

text.json and image.json (name and configuration), text.safetensors, image.safetensors,
tokenizer.json; `lfdrt faces` adds faces.safetensors.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer

from lfdrt.checkpoint import is_checkpoint, read_json
from lfdrt.config import ImageConfig, TextConfig, from_dict, to_dict
from lfdrt.data.records import DataError
from lfdrt.encoders.tower import ImageTower, TextTower
from lfdrt.encoders.towers import TIMM_NAME
from lfdrt.runs.files import replacing, write_json

T = TypeVar("T")
FILES = ("text.safetensors", "text.json", "tokenizer.json", "image.safetensors", "image.json")


def write_towers(folder: Path, text: TextTower, image: ImageTower) -> None:
    """Beside `folder` first, then in its place."""
    with replacing(folder) as temporary:
        for kind, tower in (("text", text), ("image", image)):
            state = {key: weight.contiguous() for key, weight in tower.state.items()}
            save_file(state, temporary / f"{kind}.safetensors")
            about = {"name": tower.name, "config": to_dict(tower.config)}
            write_json(temporary / f"{kind}.json", about)
        text.tokenizer.save(str(temporary / "tokenizer.json"), pretty=False)


def read_text_tower(folder: Path) -> TextTower:
    """DataError names the command that makes what is missing."""
    _demand(folder, "towers", "text.json", "text.safetensors", "tokenizer.json")
    name, config = _about(folder / "text.json", TextConfig)
    return TextTower(
        name=name,
        config=config,
        state=load_file(folder / "text.safetensors"),
        tokenizer=Tokenizer.from_file(str(folder / "tokenizer.json")),
    )


def read_image_tower(folder: Path) -> ImageTower:
    """A tower that has learned from pictures; the compact one from faces. DataError as above."""
    name, config = _image_config(folder)
    weights = folder / "image.safetensors"
    if name == TIMM_NAME:  # its projection is random until `lfdrt faces` has trained it
        _demand(folder, "faces", "faces.safetensors")
        weights = folder / "faces.safetensors"
    return ImageTower(name=name, config=config, state=load_file(weights))


def tower_names(folder: Path) -> dict[str, str]:
    """Which weights the folder holds, for people; of a checkpoint, its name."""
    if is_checkpoint(folder):
        return {"checkpoint": folder.name}
    kinds = {"text": TextConfig, "image": ImageConfig}
    return {name: _about(folder / f"{name}.json", kind)[0] for name, kind in kinds.items()}


def read_untrained_image_tower(folder: Path) -> ImageTower:
    """The compact image tower as `lfdrt towers` wrote it. DataError: it is not there, or the folder
    holds another tower, which has no use for faces."""
    name, config = _image_config(folder)
    if name != TIMM_NAME:
        raise DataError(
            f"{folder} holds the image tower {name}, which pretrain uses as it is: lfdrt faces is "
            f"for {TIMM_NAME}."
        )
    return ImageTower(name=name, config=config, state=load_file(folder / "image.safetensors"))


def _image_config(folder: Path) -> tuple[str, ImageConfig]:
    _demand(folder, "towers", "image.json", "image.safetensors")
    return _about(folder / "image.json", ImageConfig)


def _about(path: Path, kind: type[T]) -> tuple[str, T]:
    about: Any = read_json(path)
    if not isinstance(about, dict) or about.keys() != {"name", "config"}:
        raise DataError(
            f"{path} does not name a tower and its configuration: make it again with python -m "
            "lfdrt towers."
        )
    return str(about["name"]), from_dict(kind, about["config"])


def _demand(folder: Path, command: str, *names: str) -> None:
    for name in names:
        if not (folder / name).is_file():
            raise DataError(f"{folder} has no {name}: make it with python -m lfdrt {command}.")
