"""Measure what a checkpoint's language families do, as a recording that the app shows.

Distances between the disentanglers, by what they do to the same tokens; with --data also the
transfer matrix (each language through every family and through none), what reading through the own
family gains, and retrieval before and after the disentanglers. Without data, distances are measured
on the bundled example sentences.

--leave-out tt,et trains instead: the families anew on the checkpoint's encoder, without these
languages' parallel text (minutes, where --features holds the words that an earlier run kept), and
then measures on their held-out sentences what the families that never saw them make of them. The
same command goes on with a run that was stopped.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from lfdrt.commands.options import add_device, add_follow, names
from lfdrt.errors import UserError
from lfdrt.places import ASSETS, checkpoint

if TYPE_CHECKING:
    from lfdrt.evaluation.family_study import Texts
    from lfdrt.evaluation.mixing import MixedLanguage
    from lfdrt.evaluation.recordings.families import FamiliesRecording

HELP = "measure what the language families of a checkpoint do"
LEFT_OUT = "leave-out.json"
EXAMPLES = ASSETS / "examples.json"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "folder",
        nargs="?",
        type=Path,
        default=checkpoint(),
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
    parser.add_argument(
        "--leave-out", default="", metavar="A,B", help="train without these languages; needs --data"
    )
    parser.add_argument("--steps", type=int, metavar="N", help="of --leave-out (default: 2000)")
    parser.add_argument(
        "--features", type=Path, metavar="FOLDER", help="kept words of --leave-out (default: --out)"
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

    if args.leave_out:
        return _leave_out(args)
    if more := [name for name in ("steps", "features") if getattr(args, name) is not None]:
        raise UserError(f"--{more[0]} goes with --leave-out.")
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


def _leave_out(args: argparse.Namespace) -> int:
    from lfdrt.commands.progress import EventBar
    from lfdrt.digest import weights_digest
    from lfdrt.evaluation.mixing import left_out, mixing_report
    from lfdrt.evaluation.report import readable_json
    from lfdrt.inference.predictor import Predictor
    from lfdrt.runtime import resolve_runtime
    from lfdrt.training.families.folder import families_in
    from lfdrt.training.families.settings import leaving_out

    if args.data is None:
        raise UserError("--leave-out trains on parallel text: name the data folder with --data.")
    if more := [name for name in ("sets", "note", "follow") if getattr(args, name)]:
        raise UserError(f"--{more[0]} cannot be used with --leave-out.")
    settings = leaving_out(names(args.leave_out), args.steps)
    runtime = resolve_runtime(args.device)
    with EventBar() as bar:
        trained = families_in(
            args.out,
            settings,
            start=args.folder,
            data=args.data,
            runtime=runtime,
            show=bar.show,
            features=args.features,
        )
    if trained is None:  # of several processes, not the first
        return 0
    predictor = Predictor.load(trained, runtime)
    found = []
    for one in left_out(predictor, args.data, settings.leave_out):
        found.append(one)
        print(_left_out_line(one), flush=True)
    report = {
        "checkpoint": predictor.model.config.name,
        "weights_sha256": weights_digest(trained),
        "start": {
            "checkpoint": args.folder.resolve().name,
            "weights_sha256": weights_digest(args.folder),
        },
        "steps": settings.steps,
        "fusion_strength": predictor.model.config.fusion_strength,
    } | mixing_report(found, predictor.families)
    path = args.out / LEFT_OUT
    path.write_text(readable_json(report) + "\n", encoding="utf-8")
    print(f"{path}: written.")
    return 0


def _left_out_line(one: MixedLanguage) -> str:
    from lfdrt.evaluation.mixing import READINGS

    agreed = dict(zip(READINGS, one.agreed.mean(axis=0).tolist(), strict=True))
    same = ", ".join(f"{name} {share:.2f}" for name, share in agreed.items())
    gain = one.gain.mean(axis=0)
    assert one.own is not None  # only languages whose family the model has are trained
    return (
        f"{one.language} left out: its family's head is number {one.rank} of {len(gain)} with "
        f"{gain[one.own]:.2f} nats a token above chance; same class as the English side: {same}"
    )


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
