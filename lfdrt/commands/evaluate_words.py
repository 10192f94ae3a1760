"""`lfdrt evaluate --words`: masked words through every family's head, told language by language."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from lfdrt.errors import UserError

if TYPE_CHECKING:
    from lfdrt.checkpoint import Checkpoint
    from lfdrt.evaluation.words import HeadWords
    from lfdrt.runtime import Runtime


def told_words(checkpoint: Checkpoint, data: Path, runtime: Runtime) -> dict[str, Any]:
    """A report of both kinds of languages. UserError: fewer than two families to compare."""
    from lfdrt.evaluation.words import language_row, measured, words_report

    families = checkpoint.model.config.families
    if len(families) < 2:
        raise UserError(f"--words compares families, and this checkpoint has {len(families)}.")
    found: dict[str, list[HeadWords]] = {}
    for name, one in measured(checkpoint.model, checkpoint.tokenizer, data, runtime):
        found.setdefault(name, []).append(one)
        row = language_row(one, families)
        line = _line(f"{name} {one.language}", row)
        print(f"{line}, {row['sharpest_head']} most{_deeper(row)}", flush=True)
    reports = {name: words_report(heads, families) for name, heads in found.items()}
    for name, report in reports.items():
        mean = report["mean"]
        print(_line(f"{name}, mean of {mean['languages']}", mean) + _deeper(mean))
    return reports


def _line(name: str, row: dict[str, Any]) -> str:
    end = "" if row["rank"] is None else f"; {_ranked(row)}"
    return f"{name}: own {_words_of(row['own'])}; others {_words_of(row['others'])}{end}"


def _words_of(side: dict[str, float] | None) -> str:
    if side is None:
        return "no head"
    return (
        f"{side['first']:.3f} right, cross-entropy {side['cross_entropy']:.2f}, KL from uniform "
        f"{side['uniformity']:.2f}"
    )


def _ranked(row: dict[str, Any]) -> str:
    return f"sharpest {row['sharpest']:.2f}, rank {row['rank']}"


def _deeper(row: dict[str, Any]) -> str:
    """Lines of the own head at deeper levels."""
    levels: dict[str, dict[str, Any]] = row.get("deeper", {})
    return "".join(
        f"\n  own with {level}: {_words_of(one['own'])}; {_ranked(one)}"
        for level, one in levels.items()
    )
