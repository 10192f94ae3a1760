"""Write a checkpoint in a format for programs that have no torch.

python -m lfdrt export onnx --output compact.onnx

onnx: the text path, through any family or none, as one file; its tokenizer.json lies beside it. It
is compared with torch before it is kept. Needs the extra `export`: pip install -e '.[export]'.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from lfdrt.commands.options import add_checkpoint
from lfdrt.errors import UserError

HELP = "a checkpoint for programs that have no torch"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("format", choices=["onnx"], metavar="FORMAT", help="onnx")
    parser.add_argument("--output", type=Path, required=True, metavar="FILE", help="file to write")
    add_checkpoint(parser)


def run(args: argparse.Namespace) -> int:
    """Raises UserError for a missing package, another ending, or a folder."""
    if args.output.suffix.lower() != ".onnx":
        raise UserError(f"--output {args.output.name} must end in .onnx.")
    if args.output.is_dir():
        raise UserError(f"--output {args.output} is a folder: name a file in it.")
    from lfdrt.checkpoint import load_checkpoint
    from lfdrt.programs.onnx_file import export_onnx

    apart = export_onnx(load_checkpoint(args.checkpoint), args.output)
    size = args.output.stat().st_size / 1e6
    print(f"{args.output}: {size:,.0f} MB, its logits at most {apart:.1e} from torch's.")
    print(f"{args.output.with_name('tokenizer.json')}: its tokenizer.")
    return 0
