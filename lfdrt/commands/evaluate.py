"""Score a checkpoint on labelled data, text only, and say by which rule it had been selected."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from lfdrt.commands.options import add_checkpoint, add_device

if TYPE_CHECKING:
    from lfdrt.checkpoint import Checkpoint
    from lfdrt.evaluation.retrieval import Retrieval
    from lfdrt.evaluation.suites import SetScores
    from lfdrt.runtime import Runtime

HELP = "score a checkpoint on labelled data"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_checkpoint(parser)
    add_device(parser)
    parser.add_argument("--data", type=Path, required=True, metavar="FOLDER", help="data folder")
    parser.add_argument(
        "--family", default="own", help="own (default), none, or a family read for every text"
    )
    parser.add_argument(
        "--transfer", action="store_true", help="each language through every family and none"
    )
    parser.add_argument(
        "--retrieval", action="store_true", help="also find the English side of held-out pairs"
    )
    parser.add_argument("--out", type=Path, metavar="FILE", help="also write the scores as JSON")
    parser.add_argument(
        "--into-card", action="store_true", help="also write the scores into the checkpoint's card"
    )


def run(args: argparse.Namespace) -> int:
    """Raises ValueError (a sentence) for a checkpoint, data or family that there is not."""
    from lfdrt.checkpoint import load_checkpoint, write_json
    from lfdrt.evaluation.report import card_scores, mean_macro_f1
    from lfdrt.evaluation.suites import EKMAN_SUITES, score_suite
    from lfdrt.runtime import resolve_runtime

    if args.transfer and args.into_card:
        raise ValueError("--into-card takes one reading of each language: leave out --transfer.")
    runtime = resolve_runtime(args.device)
    checkpoint = load_checkpoint(args.checkpoint)
    model = checkpoint.model.to(device=runtime.device, dtype=runtime.dtype)
    families = ("none", *model.config.families) if args.transfer else (args.family,)
    results: list[SetScores] = []
    for suite in EKMAN_SUITES:
        found = score_suite(
            model, checkpoint.tokenizer, args.data, suite, runtime, families=families
        )
        results += found
        for one in found:
            print(_line(one))
        if len(found) > 1 and not args.transfer:
            print(f"{suite.source} {suite.split}, mean macro-F1 {mean_macro_f1(found):.3f}")
    pairs = _retrieval(checkpoint, args.data, runtime) if args.retrieval else []
    print(f"Selected by: {checkpoint.card.get('selection', 'not stated in card.json')}.")
    if args.out is not None:
        report = {"scores": [asdict(r) for r in results], "retrieval": [asdict(r) for r in pairs]}
        write_json(args.out, report)
    if args.into_card:
        card = checkpoint.card | {"scores": card_scores(results, pairs)}
        write_json(args.checkpoint / "card.json", card)
    return 0


def _retrieval(checkpoint: Checkpoint, data: Path, runtime: Runtime) -> list[Retrieval]:
    from lfdrt.data.records import DataError
    from lfdrt.evaluation.retrieval import retrieval
    from lfdrt.languages import LANGUAGES

    found = []
    for code in LANGUAGES:
        if (data / "parallel" / f"en-{code}.csv").is_file():
            one = retrieval(checkpoint.model, checkpoint.tokenizer, data, code, runtime)
            print(
                f"retrieval {code:3s} {one.pairs:4d} pairs  accuracy@1 {one.before:.3f} before"
                f"  {one.after:.3f} after the disentanglers"
            )
            found.append(one)
    if not found:
        raise DataError(f"{data / 'parallel'} has no parallel files: name the folder with --data.")
    before, after = (sum(getattr(r, k) for r in found) / len(found) for k in ("before", "after"))
    print(f"retrieval, mean of {len(found)} languages: {before:.3f} before, {after:.3f} after")
    return found


def _line(one: SetScores) -> str:
    s = one.scores
    return (
        f"{one.source:11s} {one.language:3s} {one.split:5s} {one.family or 'none':14s}"
        f" {s.rows:5d} rows"
        f"  macro-F1 {s.macro_f1:.3f} [{s.interval[0]:.3f}, {s.interval[1]:.3f}]"
        f"  weighted {s.weighted_f1:.3f}  accuracy {s.accuracy:.3f}"
    )
