"""Builds the kit: code, towers cut to the words of its texts, data, one script. No checkpoints.

What it leaves is a private product: it holds rows of data sets, and is never to be committed.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from lfdrt.config import to_dict
from lfdrt.errors import UserError
from lfdrt.glottolog import PACKED
from lfdrt.kit import start
from lfdrt.kit.recipe import Recipe
from lfdrt.kit.tables import carried_tables, write_archive, write_faces
from lfdrt.kit.towers import carry_towers
from lfdrt.kit.vocabulary import cut_to
from lfdrt.runs.files import replacing, write_json
from lfdrt.training.tower_folder import read_image_tower, read_text_tower

PACKAGE = Path(__file__).parents[1]
MEBIBYTE = 1 << 20
RECORDS = 50_000
"""Bytes left for kit.json and what a file system adds."""
README = """A training of LFD-RT to be carried to a machine with a GPU; it needs no network there.

    python3 run.py

Python 3.11 or later with torch, transformers, open_clip_torch and what run.py names if it is not
there. Ten minutes later `results` holds report.json, the trained weights and the logs; the same
command goes on where it was stopped. `python3 run.py --rehearse 3 --device cpu` tries all of it in
small, in `work-rehearsed` and `results-rehearsed`. At home

    python -m lfdrt kit merge results --towers towers --out checkpoints/new

makes a checkpoint of the weights.

Holds rows of data sets, some for research use only: not to be published.
This kit was rehearsed on CPUs; it has never run on a GPU.
"""


@dataclass(frozen=True, kw_only=True)
class Built:
    """What a kit holds: texts, words of so many, faces, bytes of all files."""

    texts: int
    words: int
    of_words: int
    faces: int
    size: int


def build_kit(
    out: Path, *, data: Path, towers: Path, recipe: Recipe, limit: float, wheels: Path | None = None
) -> Built:
    """Put a kit of at most `limit` MiB into `out`, in the place of an older one. wheels: a folder
    of packages that the other machine lacks.

    UserError: data or towers that cannot be used, too little room, or a folder that is no kit.
    """
    if out.exists() and not (out / "kit.json").is_file():
        raise UserError(f"{out} is there and no kit: name another --out.")
    tables = carried_tables(data, recipe)
    texts = [text for table in tables for text in table.texts]
    whole = read_text_tower(towers)
    text, words = cut_to(whole, texts)
    with replacing(out) as folder:
        write_archive(folder / "data.tar.xz", tables)
        carry_towers(folder, text, read_image_tower(towers))
        write_json(folder / "recipe.json", to_dict(recipe))
        (folder / "README.md").write_text(README, encoding="utf-8")
        shutil.copy(start.__file__, folder / "run.py")
        _copy_code(folder / "lfdrt")
        if wheels is not None:
            shutil.copytree(wheels, folder / "wheels")
        room = int(limit * MEBIBYTE) - _size(folder) - RECORDS
        faces = write_faces(data, folder, room)
        built = Built(
            texts=len(texts),
            words=len(words),
            of_words=whole.tokenizer.get_vocab_size(),
            faces=faces,
            size=_size(folder),
        )
        write_json(folder / "kit.json", to_dict(built))
    return built


def _copy_code(target: Path) -> None:
    for path in sorted(PACKAGE.rglob("*.py")):
        copy = target / path.relative_to(PACKAGE)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    languages = target.parent / PACKED.relative_to(PACKAGE.parent)
    languages.parent.mkdir(parents=True)
    shutil.copy(PACKED, languages)


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
