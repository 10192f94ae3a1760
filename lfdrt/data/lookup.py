"""Texts of a data set by their ids, where the data are on this machine.

For recordings, which hold ids only.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from lfdrt.data.records import DataError, read_labelled

FILES_KEPT = 32
"""Files whose texts stay in memory: about 0.5 MB each, and reading one again takes 20 ms."""


def texts_of(
    folder: Path, source: str, split: str, language: str, ids: Iterable[str]
) -> dict[str, str]:
    """Text by id; an id that the file does not have is left out.

    DataError, a sentence: the file is not on this machine, or is not in its format.
    """
    path = folder / "text" / source / f"{language}.{split}.csv"
    try:
        written = path.stat()
    except OSError:
        raise DataError(
            f"The texts of {source} {language} {split} are not on this machine: "
            f"text/{source}/{path.name} is not in the data folder."
        ) from None
    texts = _texts(folder, source, split, language, written.st_mtime_ns, written.st_size)
    return {name: texts[name] for name in ids if name in texts}


@lru_cache(maxsize=FILES_KEPT)
def _texts(
    folder: Path, source: str, split: str, language: str, _written: int, _bytes: int
) -> dict[str, str]:
    """All texts of a file; read again when it is another one."""
    return {row.id: row.text for row in read_labelled(folder, source, language, split)}
