"""Train, score and record one of the systems that the paper compares LFD-RT with.

Without NAME, lists them. A run lies in OUT/NAME-SEED: stopped, the same command goes on from its
last saved state. Each needs its own weights, a folder or a name of the Hugging Face hub; --stand-in
compact takes LFD-RT's small towers in their place, and the recording says so. With --report, trains
nothing and puts every finished run under --out into one table beside LFD-RT's own figures.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from lfdrt.commands import baseline_chat
from lfdrt.commands.options import add_device
from lfdrt.commands.pretrain import add_recompute
from lfdrt.errors import UserError
from lfdrt.places import BENCHMARKS

if TYPE_CHECKING:
    from lfdrt.baselines.run_folder import Baseline
    from lfdrt.runtime import Runtime

CONTINUES = "The same command goes on with the last state that was saved."
HELP = "train and score a system that the paper compares with"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", metavar="NAME", help="the system (default: list them)")
    parser.add_argument("--data", type=Path, metavar="FOLDER", help="data folder")
    parser.add_argument(
        "--out", type=Path, default=Path("runs/baselines"), metavar="FOLDER", help="of all runs"
    )
    parser.add_argument("--text-encoder", metavar="X", help="instead of the system's own weights")
    parser.add_argument("--image-encoder", metavar="X", help="instead of the system's own weights")
    parser.add_argument(
        "--stand-in", default="", metavar="compact", help="LFD-RT's towers instead of named weights"
    )
    parser.add_argument(
        "--towers", type=Path, default=Path("towers"), metavar="FOLDER", help="the stand-in's"
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--steps", type=int, help="of training (default: LFD-RT's 800)")
    add_recompute(parser)
    parser.add_argument(
        "--record", type=Path, metavar="FOLDER", help="also put the recording of all inputs here"
    )
    parser.add_argument(
        "--report", type=Path, metavar="FOLDER", help="write baselines.json and .md there"
    )
    add_device(parser)
    baseline_chat.add_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Raises UserError for a name, weights or data that there are not."""
    if args.report is not None:
        return _report(args)
    if args.name is None:
        return _list()
    if args.name == baseline_chat.NAME:
        return baseline_chat.run(args)
    return _train_and_score(args)


def _list() -> int:
    from lfdrt.baselines.systems import SYSTEMS

    for name, system in SYSTEMS.items():
        print(f"{name:11s} {system.about}")
        weights = ", ".join(part for part in (system.text, system.image) if part)
        print(f"{'':11s} weights: {weights} ({system.licence}); learns: {system.learns}")
    print(f"{baseline_chat.NAME:11s} {baseline_chat.ABOUT}")
    return 0


def _train_and_score(args: argparse.Namespace) -> int:
    from dataclasses import replace

    from lfdrt.baselines.build import same_with_stand_in
    from lfdrt.baselines.run_folder import train_in
    from lfdrt.baselines.settings import settings_of
    from lfdrt.commands.progress import EventBar
    from lfdrt.runtime import resolve_runtime

    settings = settings_of(
        args.name,
        text=args.text_encoder,
        image=args.image_encoder,
        stand_in=args.stand_in,
        seed=args.seed,
        recompute=args.recompute,
    )
    if args.steps is not None:
        settings = replace(settings, steps=args.steps)
    _check(args)
    runtime = resolve_runtime(args.device)
    folder = args.out / f"{args.name}-{args.seed}"
    try:
        with EventBar(folder.name) as bar:
            baseline = train_in(
                folder,
                settings,
                towers=args.towers,
                data=args.data,
                runtime=runtime,
                show=bar.show,
            )
    except KeyboardInterrupt:
        raise KeyboardInterrupt(f"Stopped. {CONTINUES}") from None
    print(f"{folder.name}: {baseline.card['weights']}.")
    if args.stand_in and len(same := same_with_stand_in(args.name)) > 1:
        print(f"With this stand-in {' and '.join(same)} are one and the same system.")
    _score(baseline, args.data, runtime)
    if args.record is not None:
        _copy_recording(baseline, args.record)
    return 0


def _check(args: argparse.Namespace) -> None:
    """Before anything takes time."""
    if args.data is None:
        raise UserError("--data is missing: name the data folder.")
    if args.record is not None and args.record.exists():
        raise UserError(f"{args.record} is there already: delete it or name another folder.")


def _score(baseline: Baseline, data: Path, runtime: Runtime) -> None:
    """Records what is not recorded yet, one recording a reading; writes measures.json."""
    from lfdrt.baselines.evaluate import measures_of_reading, recorder_of, recording_folder
    from lfdrt.baselines.vectors import TextVectors
    from lfdrt.commands.recording_run import run_to_end
    from lfdrt.evaluation.recordings.files import read_recording
    from lfdrt.evaluation.recordings.recorder import predictions_of
    from lfdrt.runs.files import write_json

    measures: dict[str, float] = {}
    texts = TextVectors(runtime)
    for reading in baseline.model.readings:
        folder = recording_folder(baseline.folder, reading)
        if folder.is_dir():
            recording = read_recording(folder)
        else:
            recorder = recorder_of(baseline, reading, folder, data, texts, runtime)
            run_to_end(recorder, folder.name, stopped=CONTINUES, about=reading)
            recording = recorder.publish()
        measures |= measures_of_reading(predictions_of(recording), reading)
    write_json(baseline.folder / "measures.json", measures)
    print(f"Selected by: {baseline.card['selection']}.")


def _copy_recording(baseline: Baseline, out: Path) -> None:
    """That of all the system's inputs, under the name of the folder."""
    from dataclasses import replace

    from lfdrt.baselines.evaluate import note_of, recording_folder
    from lfdrt.evaluation.recordings.files import read_recording, write_files
    from lfdrt.runs.files import replacing

    inputs = baseline.model.inputs
    recording = read_recording(recording_folder(baseline.folder, inputs))
    run = replace(recording.run, name=out.name, note=note_of(baseline, inputs))
    with replacing(out) as aside:
        write_files(aside, replace(recording, run=run))
    print(f"{out}: {len(recording):,} rows recorded.")


def _report(args: argparse.Namespace) -> int:
    from lfdrt.baselines.report import (
        baselines_markdown,
        baselines_report,
        finished_rows,
        own_rows,
    )
    from lfdrt.runs.files import write_json

    report = baselines_report([*finished_rows(args.out), *own_rows(BENCHMARKS)])
    args.report.mkdir(parents=True, exist_ok=True)
    write_json(args.report / "baselines.json", report)
    words = baselines_markdown(report)
    (args.report / "baselines.md").write_text(words, encoding="utf-8")
    print(words)
    return 0
