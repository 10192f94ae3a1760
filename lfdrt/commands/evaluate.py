"""Score a checkpoint on labelled data, text only, and say by which rule it had been selected."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from lfdrt.commands.options import add_checkpoint, add_device

if TYPE_CHECKING:
    from lfdrt.evaluation.suites import SetScores

HELP = "score a checkpoint on labelled data"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_checkpoint(parser)
    add_device(parser)
    parser.add_argument("--data", type=Path, required=True, metavar="FOLDER", help="data folder")
    parser.add_argument(
        "--family", default="own", help="own (default), none, or a family read for every text"
    )
    parser.add_argument("--out", type=Path, metavar="FILE", help="also write the scores as JSON")


def run(args: argparse.Namespace) -> int:
    """Raises ValueError (a sentence) for a checkpoint, data or family that there is not."""
    from lfdrt.checkpoint import load_checkpoint, write_json
    from lfdrt.evaluation.suites import EKMAN_SUITES, mean_macro_f1, score_suite
    from lfdrt.runtime import resolve_runtime

    runtime = resolve_runtime(args.device)
    checkpoint = load_checkpoint(args.checkpoint)
    model = checkpoint.model.to(device=runtime.device, dtype=runtime.dtype)
    results: list[SetScores] = []
    for suite in EKMAN_SUITES:
        found = score_suite(
            model, checkpoint.tokenizer, args.data, suite, runtime, family=args.family
        )
        results += found
        for one in found:
            print(_line(one))
        if len(found) > 1:
            print(f"{suite.source} {suite.split}, mean macro-F1 {mean_macro_f1(found):.3f}")
    print(f"Selected by: {checkpoint.card.get('selection', 'not stated in card.json')}.")
    if args.out is not None:
        write_json(args.out, json.loads(json.dumps([asdict(r) for r in results])))
    return 0


def _line(one: SetScores) -> str:
    s = one.scores
    return (
        f"{one.source:11s} {one.language:3s} {one.split:5s} {s.rows:5d} rows"
        f"  macro-F1 {s.macro_f1:.3f} [{s.interval[0]:.3f}, {s.interval[1]:.3f}]"
        f"  weighted {s.weighted_f1:.3f}  accuracy {s.accuracy:.3f}"
    )
