"""The top-level family of a language, from Glottolog as packed in the wheel `lang2vec` (URIEL).

The wheel's `family_features.npz` is a 0/1 table of languages × (sub)families; it is read row by
row, because in one piece it takes 118 MB. The package itself is never imported.
"""

from __future__ import annotations

import importlib.util
import zipfile
from functools import cache
from pathlib import Path

import numpy as np

_ROWS_AT_ONCE = 256


@cache
def _table_path() -> Path:
    spec = importlib.util.find_spec("lang2vec")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(
            "The language-family database is missing: run `pip install lang2vec` and try again."
        )
    return Path(spec.submodule_search_locations[0]) / "data" / "family_features.npz"


@cache
def top_families() -> dict[str, str]:
    """ISO 639-3 code → name of its top-level family; isolates and unrecorded ones are absent.

    Of the groups that hold a language, the top one is the largest; of equally large ones, the
    first, for the table lists parents before children. Takes about 0.3 s, once.
    """
    path = _table_path()
    with np.load(path, allow_pickle=False) as table:
        codes, groups = table["langs"], table["feats"]
    memberships: list[np.ndarray] = []  # per language: indices of its groups
    row_bytes = 4 * len(groups)
    with zipfile.ZipFile(path) as archive, archive.open("data.npy") as stream:
        np.lib.format.read_magic(stream)
        np.lib.format.read_array_header_1_0(stream)
        while chunk := stream.read(row_bytes * _ROWS_AT_ONCE):
            rows = np.frombuffer(chunk, dtype=np.float32).reshape(-1, len(groups))  # (rows, groups)
            memberships += [np.flatnonzero(row) for row in rows]
    sizes = np.bincount(np.concatenate(memberships), minlength=len(groups))
    return {
        str(code): str(groups[inside[np.argmax(sizes[inside])]]).removeprefix("F_")
        for code, inside in zip(codes, memberships, strict=True)
        if len(inside)
    }
