"""Score a checkpoint on labelled data, text only, and say by which rule it had been selected.

--out writes a report as JSON: per set, language, family and class accuracy, F1, confusion,
agreement, calibration and bootstrap intervals. --record keeps every row's probabilities as a
recording, a folder that the app plays: stopped, the same command continues it. --sample records our
own sample set, texts with their faces, which needs no --data.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lfdrt.commands.options import (
    add_checkpoint,
    add_device,
    add_follow,
    add_prior,
    chosen_prior,
    names,
)
from lfdrt.errors import UserError
from lfdrt.parts import FAMILY, LEVELS
from lfdrt.places import checkpoint

if TYPE_CHECKING:
    from lfdrt.checkpoint import Checkpoint
    from lfdrt.evaluation.predictions import Predictions
    from lfdrt.evaluation.retrieval import Retrieval
    from lfdrt.evaluation.suites import SetScores
    from lfdrt.runtime import Runtime

HELP = "score a checkpoint on labelled data"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "folder", nargs="?", type=Path, metavar="CHECKPOINT", help="the same as --checkpoint"
    )
    add_checkpoint(parser)
    add_device(parser)
    add_prior(parser)
    parser.add_argument("--data", type=Path, metavar="FOLDER", help="data folder")
    parser.add_argument(
        "--family", default="own", help="own (default), none, or a family read for every text"
    )
    parser.add_argument(
        "--level",
        choices=LEVELS,
        default=FAMILY,
        help="how deep the own family is read, where the checkpoint has branches or languages "
        "below it (default: family)",
    )
    parser.add_argument(
        "--transfer", action="store_true", help="each language through every family and none"
    )
    parser.add_argument(
        "--retrieval", action="store_true", help="also find the English side of held-out pairs"
    )
    parser.add_argument(
        "--words",
        action="store_true",
        help="also masked words through every family's head, of languages trained and unseen",
    )
    parser.add_argument(
        "--punctuation",
        action="store_true",
        help='also the English sets with every "!" as ".": what the mark alone is worth',
    )
    parser.add_argument(
        "--pairs",
        action="store_true",
        help="also text with a face against either alone (constructed pairing)",
    )
    parser.add_argument("--out", type=Path, metavar="FILE", help="also write a report as JSON")
    parser.add_argument(
        "--record", type=Path, metavar="FOLDER", help="also write a recording (ids, no texts)"
    )
    parser.add_argument(
        "--sample", action="store_true", help="record the bundled sample set, no evidence"
    )
    add_follow(parser)
    parser.add_argument("--inputs", help="of --sample: text, image or text and image (default)")
    parser.add_argument("--note", default="", help="a sentence about the recording")
    parser.add_argument(
        "--sets",
        default="",
        metavar="A,B:LANG",
        help="data sets, or a language of one (default: all)",
    )
    parser.add_argument("--languages", default="", metavar="A,B", help="default: all")
    parser.add_argument(
        "--into-card", action="store_true", help="also write the scores into the checkpoint's card"
    )


def run(args: argparse.Namespace) -> int:
    """Raises UserError for a checkpoint, data or family that there is not."""
    from lfdrt.checkpoint import load_checkpoint
    from lfdrt.commands.evaluate_record import record
    from lfdrt.commands.evaluate_words import told_words
    from lfdrt.evaluation.recordings.provenance import provenance
    from lfdrt.evaluation.report import card_scores, full_retrieval, readable_json
    from lfdrt.evaluation.suites import set_scores
    from lfdrt.parts import levels_of
    from lfdrt.runs.files import write_json
    from lfdrt.runtime import resolve_runtime
    from lfdrt.weights import CHECKSUMS, checksums

    folder = _check(args)
    runtime = resolve_runtime(args.device)
    checkpoint = load_checkpoint(folder)
    if args.level not in (known := levels_of(checkpoint.model.config.parts)):
        raise UserError(f"--level {args.level}: this checkpoint is read by {', '.join(known)}.")
    model = checkpoint.model.to(device=runtime.device, dtype=runtime.dtype)
    if args.prior is not None:
        labels = model.config.label_set.labels
        model.expect(chosen_prior(args.prior, labels, checkpoint.card))
    if args.sample:
        record(checkpoint, args, runtime)
        return 0
    # What may lack its data comes first, so that no minutes of predictions are lost to it.
    pairs = _pairs(checkpoint, args.data, runtime) if args.pairs else None
    retrieved = _retrieval(checkpoint, args.data, runtime) if args.retrieval else []
    words = told_words(checkpoint, args.data, runtime) if args.words else None
    calm = _punctuation(checkpoint, args, runtime) if args.punctuation else None
    read = _predict if args.record is None else record
    predictions = read(checkpoint, args, runtime)
    report = provenance(checkpoint, runtime) | _scores(checkpoint, predictions, args.transfer)
    report["prior"] = model.config.class_prior or "flat"
    report["level"] = args.level
    if retrieved:
        report["retrieval"] = full_retrieval(retrieved)
    if pairs is not None:
        report["pairs"] = pairs
    if words is not None:
        report["words"] = words
    if calm is not None:
        report["punctuation"] = calm
    print(f"Selected by: {report['selection']}.")
    if args.out is not None:
        args.out.write_text(readable_json(report) + "\n", encoding="utf-8")
    if args.into_card:
        scores = card_scores([set_scores(p) for p in predictions], retrieved)
        if calm is not None:
            scores["punctuation"] = calm
        kept = {"scores": scores, CHECKSUMS: checksums(folder)}
        write_json(folder / "card.json", checkpoint.card | kept)
    return 0


def _check(args: argparse.Namespace) -> Path:
    """The checkpoint's folder; refuses contradictions before anything takes time."""
    if args.transfer and args.into_card:
        raise UserError("--into-card takes one reading of each language: leave out --transfer.")
    if args.level != FAMILY and (args.into_card or args.record is not None):
        raise UserError("Cards and recordings are of families: leave out --level.")
    if args.level != FAMILY and args.family != "own":
        raise UserError("--level is how deep the own family is read: leave out --family.")
    if args.folder is not None and args.checkpoint not in (checkpoint(), args.folder):
        raise UserError("two checkpoints are named: leave out --checkpoint.")
    _check_recording(args)
    if args.out is not None:
        if args.out.is_dir():
            raise UserError(f"{args.out} is a folder: name a file in it.")
        args.out.parent.mkdir(parents=True, exist_ok=True)
    return args.checkpoint if args.folder is None else args.folder


def _check_recording(args: argparse.Namespace) -> None:
    """Also settles --inputs, which is "text" for the data sets."""
    from lfdrt.evaluation.recordings.recording import INPUTS

    if args.record is None and (args.note or args.sample or args.follow):
        raise UserError("--note, --sample and --follow are about a recording: they need --record.")
    if args.data is None and not args.sample:
        raise UserError("--data is missing: name the data folder.")
    if args.inputs is not None and not args.sample:
        raise UserError("--inputs goes with --sample: the data sets are read as text.")
    args.inputs = args.inputs or (INPUTS[-1] if args.sample else INPUTS[0])
    if args.inputs not in INPUTS:
        raise UserError(f"--inputs {args.inputs!r} is not one of {', '.join(INPUTS)}.")
    others = ("data", "sets", "transfer", "retrieval", "pairs", "words", "punctuation", "out",
              "into_card")  # fmt: skip
    if args.sample and (more := [name for name in others if getattr(args, name)]):
        raise UserError(f"--sample takes no --{more[0].replace('_', '-')}: leave it out.")
    if args.record is not None and args.transfer:
        raise UserError("--record takes one reading of each text: leave out --transfer.")
    if args.record is not None and args.record.exists():
        raise UserError(f"{args.record} is there already: delete it or name another folder.")


def _predict(
    checkpoint: Checkpoint, args: argparse.Namespace, runtime: Runtime
) -> list[Predictions]:
    """Predicts and prints one file after the other."""
    from lfdrt.evaluation.report import mean_macro_f1
    from lfdrt.evaluation.suites import predict_suite, set_scores, suites_of

    model, own = checkpoint.model, checkpoint.model.config.families
    if args.transfer and len(own) < 2:
        raise UserError(f"--transfer compares families, and this checkpoint has {len(own)}.")
    families = ("none", *own) if args.transfer else (args.family,)
    predictions: list[Predictions] = []
    for suite in suites_of(model.config.label_set.name, names(args.sets), names(args.languages)):
        found = predict_suite(
            model,
            checkpoint.tokenizer,
            args.data,
            suite,
            runtime,
            families=families,
            level=args.level,
        )
        predictions += found
        scores = [set_scores(one) for one in found]
        for one in scores:
            print(_line(one))
        if len(scores) > 1 and not args.transfer:
            print(f"{suite.source} {suite.split}, mean macro-F1 {mean_macro_f1(scores):.3f}")
    return predictions


def _scores(
    checkpoint: Checkpoint, predictions: list[Predictions], transfer: bool
) -> dict[str, Any]:
    """Sets in full: those of the asked reading; with --transfer the own, beside the matrix."""
    from lfdrt.evaluation.report import full_scores
    from lfdrt.evaluation.suites import own_reading
    from lfdrt.evaluation.transfer import transfer_report
    from lfdrt.languages import resolve

    model, anchor = checkpoint.model, checkpoint.model.config.anchor
    if not transfer:
        return full_scores(predictions, anchor)
    own = [p for p in predictions if p.read_through == own_reading(model, p.language)]
    matrix = transfer_report(predictions, resolve(anchor).family.code)
    print(_transfer_line(matrix["summary"]))
    return full_scores(own, anchor) | {"transfer": matrix}


def _pairs(checkpoint: Checkpoint, data: Path, runtime: Runtime) -> dict[str, Any]:
    from lfdrt.evaluation.pairs import face_vectors, pairs_report, predict_pairs

    faces = face_vectors(checkpoint.model, data, runtime)
    files = predict_pairs(checkpoint.model, checkpoint.tokenizer, data, faces, runtime)
    report = pairs_report(files, faces)
    for name, one in (report["sets"] | report["means"]).items():
        print(f"constructed pairing, {name}: text only macro-F1 {one['text_only']['macro_f1']:.3f}")
        for noise, scores in one["by_noise"].items():
            print(
                f"  {noise:>3s} noise: image only {scores['image_only']['macro_f1']:.3f}"
                f"  text and image {scores['text_and_image']['macro_f1']:.3f}"
            )
    return report


def _retrieval(checkpoint: Checkpoint, data: Path, runtime: Runtime) -> list[Retrieval]:
    from lfdrt.data.records import DataError, parallel_languages
    from lfdrt.evaluation.retrieval import retrieval

    found = []
    for code in parallel_languages(data):
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


def _punctuation(
    checkpoint: Checkpoint, args: argparse.Namespace, runtime: Runtime
) -> dict[str, Any]:
    """UserError: no set of the anchor language is asked for."""
    from lfdrt.evaluation.punctuation import calmed, punctuation_report
    from lfdrt.evaluation.suites import suites_of

    model = checkpoint.model
    suites = suites_of(model.config.label_set.name, names(args.sets), names(args.languages))
    report = punctuation_report(calmed(model, checkpoint.tokenizer, args.data, suites, runtime))
    if not report["sets"]:
        raise UserError(
            f"--punctuation reads the sets of {model.config.anchor}, and none of them is asked "
            "for: name one with --sets, or leave --punctuation out."
        )
    for row in report["sets"]:
        told = "; ".join(
            f"{name.replace('_', ' ')} {one['as_written']:.3f}, without {one['without']:.3f} "
            f"({one['difference']:+.3f} [{one['interval'][0]:+.3f}, {one['interval'][1]:+.3f}])"
            for name, one in row.items()
            if isinstance(one, dict)
        )
        print(f'"!" as ".": {row["set"]}, {row["changed"]} of {row["rows"]} rows changed: {told}')
    return report


def _line(one: SetScores) -> str:
    s = one.scores
    return (
        f"{one.source:11s} {one.language:3s} {one.split:5s} {one.family or 'none':14s}"
        f" {s.rows:5d} rows"
        f"  macro-F1 {s.macro_f1:.3f} [{s.interval[0]:.3f}, {s.interval[1]:.3f}]"
        f"  weighted {s.weighted_f1:.3f}  accuracy {s.accuracy:.3f}"
    )


def _transfer_line(summary: dict[str, Any] | None) -> str:
    if summary is None:
        return "transfer: no set outside the anchor's family has a disentangler of its own"
    text = f"transfer, {summary['over']}: own {summary['own']:.3f}"
    for name in ("none", "others"):
        low, high = summary[f"own_minus_{name}_interval"]
        text += (
            f", {name} {summary[name]:.3f} (own - {name}"
            f" {summary[f'own_minus_{name}']:+.3f} [{low:+.3f}, {high:+.3f}])"
        )
    return text
