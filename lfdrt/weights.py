"""A checkpoint's JSON and safetensors files, read with every name, shape and format checked.

Nothing is unpickled, and no weight is read before its file's header agreed with what is expected.
The card holds a checksum of each file: a bit that a disk or a copy turned over leaves good numbers.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from lfdrt.errors import UserError

_FLOATS = ("F16", "BF16", "F32")
_WHOLE = {torch.uint8: ("U8",), torch.int64: ("I64",)}


CHECKSUMS = "files_sha256"
"""The card's entry."""


class CheckpointError(UserError):
    """A folder that is not a usable checkpoint: which file, what is wrong, what to do."""


def read_json(path: Path) -> Any:
    """Parsed JSON; CheckpointError names the file and the place of the fault."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise CheckpointError(f"{path.name} is not readable JSON: {error}") from None


def read_object(path: Path) -> dict[str, Any]:
    """As `read_json`, for a file that holds an object."""
    held = read_json(path)
    if not isinstance(held, dict):
        raise CheckpointError(f"{path.name} is not a JSON object: delete it, or copy it again.")
    return held


def find_file(folder: Path, name: str) -> Path:
    """A file of the folder; CheckpointError where it is missing."""
    if not (folder / name).is_file():
        raise CheckpointError(f"{folder.name} is incomplete: {name} is missing. Copy it again.")
    return folder / name


def checksums(folder: Path) -> dict[str, str]:
    """SHA-256 of every file of a checkpoint but its card, by name; 0.1 s a 100 MB."""
    found = {}
    for path in sorted(folder.iterdir()):
        if path.suffix in (".json", ".safetensors") and path.name != "card.json":
            with path.open("rb") as file:
                found[path.name] = hashlib.file_digest(file, "sha256").hexdigest()
    return found


def check_sums(folder: Path, card: Mapping[str, Any]) -> None:
    """CheckpointError: a file is not the one that was saved. A card without checksums is older."""
    saved = card.get(CHECKSUMS)
    if not isinstance(saved, Mapping):
        return
    for name, found in checksums(folder).items():
        if saved.get(name, found) != found:
            raise CheckpointError(
                f"{folder.name}: {name} was changed after it was saved: its checksum is not the "
                f"one in card.json. Copy the checkpoint again; or, if you changed it yourself, "
                f"take {CHECKSUMS!r} out of card.json."
            )


def _shards(folder: Path) -> list[Path]:
    """The weight files, by the index where there is one. File names cannot leave the folder."""
    index = folder / "model.safetensors.index.json"
    if not index.is_file():
        return [find_file(folder, "model.safetensors")]
    table = read_json(index)
    names = table.get("weight_map") if isinstance(table, dict) else None
    if not isinstance(names, dict) or not all(isinstance(n, str) for n in names.values()):
        raise CheckpointError(f"{index.name} has no weight_map")
    return [find_file(folder, Path(name).name) for name in sorted(set(names.values()))]


def read_weights(
    folder: Path, expected: Mapping[str, Tensor], *, passed_over: tuple[str, ...] = ()
) -> dict[str, Tensor]:
    """All tensors, after their headers agreed with `expected`; CheckpointError says what did not.

    Names that begin with one of `passed_over` may be there, but are not read.
    """
    found: dict[str, Tensor] = {}
    for path in _shards(folder):
        try:
            with safe_open(path, framework="pt") as file:
                names = [name for name in file.keys() if not name.startswith(passed_over)]
                _check_header(path, file, names, expected)
                found.update({name: _finite(path, name, file.get_tensor(name)) for name in names})
        except (SafetensorError, OSError) as error:
            raise CheckpointError(
                f"{path.name} is damaged or not safetensors ({error}). Copy it again."
            ) from None
    missing = sorted(set(expected) - set(found))
    if missing:
        raise CheckpointError(
            f"{folder.name}: {len(missing)} weights are missing, first {missing[0]!r}: its weights "
            "belong to another config.json"
        )
    return found


def _finite(path: Path, name: str, t: Tensor) -> Tensor:
    """Refuses weights that would make every prediction NaN. Costs 0.05 s for the compact model."""
    if t.is_floating_point() and not bool(torch.isfinite(t).all()):
        raise CheckpointError(f"{path.name}: {name!r} holds values that are not numbers")
    return t


def _check_header(path: Path, file: Any, names: list[str], expected: Mapping[str, Tensor]) -> None:
    for name in names:
        if name not in expected:
            raise CheckpointError(f"{path.name} holds {name!r}, which config.json does not have")
        header, wanted = file.get_slice(name), expected[name]
        if tuple(header.get_shape()) != tuple(wanted.shape):
            raise CheckpointError(
                f"{path.name}: {name!r} has shape {list(header.get_shape())}, config.json asks "
                f"for {list(wanted.shape)}"
            )
        usable = _FLOATS if wanted.is_floating_point() else _WHOLE.get(wanted.dtype, ())
        if header.get_dtype() not in usable:
            raise CheckpointError(
                f"{path.name}: {name!r} is {header.get_dtype()}, usable is {' or '.join(usable)}"
            )
