"""Measure what a checkpoint's language families do, as a recording that the app shows.

Distances between the disentanglers, by what they do to the same tokens; with --data also the
transfer matrix (each language through every family and through none), what reading through the own
family gains, and retrieval before and after the disentanglers. Without data, distances are measured
on the bundled example sentences.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from lfdrt.commands.options import COMPACT, add_device, add_follow, names
from lfdrt.errors import UserError

if TYPE_CHECKING:
    from lfdrt.evaluation.family_study import Texts
    from lfdrt.evaluation.recordings.families import FamiliesRecording

HELP = "measure what the language families of a checkpoint do"
EXAMPLES = Path(__file__).parents[2] / "assets" / "examples.json"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "folder",
        nargs="?",
        type=Path,
        default=COMPACT,
        metavar="CHECKPOINT",
        help="default: the bundled checkpoints/compact",
    )
    parser.add_argument("--data", type=Path, metavar="FOLDER", help="data folder")
    parser.add_argument(
        "--out", type=Path, required=True, metavar="FOLDER", help="a new folder for the recording"
    )
    parser.add_argument("--note", default="", help="a sentence about the recording")
    parser.add_argument(
        "--sets", default="", metavar="A,B", help="data sets of the matrix (default: all)"
    )
    add_follow(parser)
    add_device(parser)


def run(args: argparse.Namespace) -> int:
    """Raises UserError for a checkpoint, data or a folder that cannot be used."""
    from lfdrt.checkpoint import load_checkpoint
    from lfdrt.commands.recording_run import run_to_end
    from lfdrt.evaluation.family_study import FamilyStudy, held_out_texts
    from lfdrt.evaluation.suites import suites_of
    from lfdrt.runtime import resolve_runtime

    runtime = resolve_runtime(args.device)
    checkpoint = load_checkpoint(args.folder)
    model = checkpoint.model.to(device=runtime.device, dtype=runtime.dtype)
    config = model.config
    if len(config.families) < 2:
        raise UserError(f"families are compared, and this checkpoint has {len(config.families)}.")
    study = FamilyStudy(
        args.out,
        checkpoint,
        runtime,
        _examples() if args.data is None else held_out_texts(args.data, config.anchor),
        data=args.data,
        suites=suites_of(config.label_set.name, names(args.sets)) if args.data else (),
        note=args.note,
    )
    run_to_end(
        study,
        args.out.name,
        stopped="Nothing is kept: the same command begins anew.",
        follow_in=args.follow,
    )
    print(_told(study.publish(), args.out))
    return 0


def _examples() -> Texts:
    from lfdrt.checkpoint import read_json
    from lfdrt.evaluation.family_study import Texts

    found: dict[str, list[str]] = {}
    for one in read_json(EXAMPLES):
        if one["text"]:
            found.setdefault(one["lang"], []).append(one["text"])
    return Texts(about="the app's example sentences", by_language=found)


def _told(recording: FamiliesRecording, folder: Path) -> str:
    """What came out, plainly."""
    apart, none = recording.distances, len(recording.families)
    moved = sum(row[none] for row in apart.relative_l2[:none]) / none
    lines = [
        f"{folder}: {apart.tokens:,} tokens of {len(apart.languages)} languages. A disentangler "
        f"moves a token by {moved:.1%} of its length, on average."
    ]
    if recording.retrieval:
        before, after = (
            sum(getattr(one, name) for one in recording.retrieval) / len(recording.retrieval)
            for name in ("before", "after")
        )
        lines.append(
            f"Retrieval, mean of {len(recording.retrieval)} languages: {before:.3f} before the "
            f"disentanglers, {after:.3f} after."
        )
    if (gain := recording.summary) is not None:
        low, high = gain.own_minus_none_interval
        verdict = "helps" if low > 0 else "hurts" if high < 0 else "is not shown to help"
        lines.append(
            f"Own family {gain.own:.3f}, none {gain.none:.3f}: {gain.own_minus_none:+.3f} "
            f"[{low:+.3f}, {high:+.3f}] macro-F1 over {gain.over}. Own-family reading {verdict}."
        )
    return "\n".join(lines)
