"""Train and score the rows of Table 7: the full run, and runs with one part left out.

Each row and seed has its own folder under --out and is trained once: running the same command again
goes on where it stopped, and more seeds or rows add to what is there. Writes report.json and
report.md; --report does so from whatever is finished, so rows may have different numbers of seeds.
Costs rows x seeds pre-training runs.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lfdrt.commands.pretrain import add_training, chosen_settings, recompute
from lfdrt.errors import UserError

if TYPE_CHECKING:
    from lfdrt.evaluation.ablation import RunScores
    from lfdrt.runtime import Runtime
    from lfdrt.training.settings import PretrainSettings

HELP = "train and compare runs with parts left out"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_training(parser)
    parser.add_argument("--rows", metavar="A,B", help="rows to run (default: all)")
    parser.add_argument(
        "--report", action="store_true", help="train nothing; report every run that is finished"
    )
    parser.add_argument("--seeds", default="0,1,2", metavar="A,B", help="seeds (default: 0,1,2)")


def run(args: argparse.Namespace) -> int:
    """Raises UserError for rows, seeds, towers or data that cannot be used."""
    from lfdrt.config import to_dict
    from lfdrt.evaluation.ablation import ablation_markdown, finished_runs
    from lfdrt.runtime import resolve_runtime
    from lfdrt.training.pretrain.ablation import ROWS

    settings = to_dict(chosen_settings(args.preset, steps=args.steps, **recompute(args)))
    rows = args.rows.split(",") if args.rows else list(ROWS)
    if unknown := [row for row in rows if row not in ROWS]:
        raise UserError(f"there is no row {unknown[0]!r}; rows are {', '.join(ROWS)}.")
    runs: list[RunScores] = []
    if args.report:
        runs = finished_runs(args.out, rows)
        if not runs:
            raise UserError(f"{args.out} holds no finished run of {', '.join(rows)}.")
        report = _write(args.out, runs, settings)
    else:
        seeds, runtime = _seeds(args.seeds), resolve_runtime(args.device)
        for seed in seeds:
            for row in rows:
                runs.append(_trained(args, row, seed, runtime))
                report = _write(args.out, runs, settings)  # after every run: all may take days
    print(ablation_markdown(report))
    return 0


def _write(out: Path, runs: list[RunScores], settings: dict[str, Any]) -> dict[str, Any]:
    from lfdrt.evaluation.ablation import ablation_markdown, ablation_report
    from lfdrt.runs.files import write_json

    report = ablation_report(runs, settings)
    write_json(out / "report.json", report)
    (out / "report.md").write_text(ablation_markdown(report), encoding="utf-8")
    return report


def _seeds(text: str) -> list[int]:
    try:
        return [int(part) for part in text.split(",")]
    except ValueError:
        raise UserError(f"--seeds is {text!r}; write whole numbers such as 0,1,2.") from None


def _trained(args: argparse.Namespace, row: str, seed: int, runtime: Runtime) -> RunScores:
    """Train what is not trained yet, score what is not scored yet."""
    from lfdrt.checkpoint import read_json
    from lfdrt.commands.progress import EventBar
    from lfdrt.evaluation.ablation import RunScores
    from lfdrt.runs.files import write_json
    from lfdrt.training.pretrain.ablation import ROWS
    from lfdrt.training.pretrain.folder import pretrain_in

    folder = args.out / f"{row}-{seed}"
    settings = ROWS[row](
        chosen_settings(args.preset, seed=seed, steps=args.steps, **recompute(args))
    )
    with EventBar(folder.name) as bar:
        checkpoint = pretrain_in(
            folder,
            settings,
            towers=args.towers,
            data=args.data,
            runtime=runtime,
            show=bar.show,
            features=args.features or args.out,
        )
    if checkpoint is None:
        raise UserError("ablate runs as one process; spread single runs with lfdrt pretrain.")
    if not (folder / "measures.json").is_file():
        write_json(folder / "measures.json", _measure(checkpoint, settings, args.data, runtime))
    return RunScores(row=row, seed=seed, measures=read_json(folder / "measures.json"))


def _measure(
    folder: Path, settings: PretrainSettings, data: Path, runtime: Runtime
) -> dict[str, float]:
    """Of the readings that the row was trained on; of the sets that are on this machine."""
    from lfdrt.checkpoint import load_checkpoint
    from lfdrt.evaluation.ablation import measures_of, measures_of_pairs
    from lfdrt.evaluation.pairs import face_vectors, predict_pairs
    from lfdrt.evaluation.suites import EKMAN_SUITES, score_suite

    checkpoint = load_checkpoint(folder)
    model, tokenizer = checkpoint.model, checkpoint.tokenizer
    model.to(device=runtime.device, dtype=runtime.dtype)
    both, text, image = settings.reading_weights
    found: dict[str, float] = {}
    if both or text:
        suites = [s for s in EKMAN_SUITES if (data / "text" / s.source).is_dir()]
        found |= measures_of(
            one for s in suites for one in score_suite(model, tokenizer, data, s, runtime)
        )
    if (both or image) and (data / "images" / "faces.zip").is_file():
        faces = face_vectors(model, data, runtime)
        found |= measures_of_pairs(predict_pairs(model, tokenizer, data, faces, runtime))
    return found
