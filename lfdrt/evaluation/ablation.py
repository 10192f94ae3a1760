"""The ablation table: what each left-out part costs, over seeds, as JSON and as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lfdrt.checkpoint import read_json
from lfdrt.evaluation.bootstrap import macro_f1
from lfdrt.evaluation.pairs import PairPredictions
from lfdrt.evaluation.predictions import Predictions
from lfdrt.evaluation.recordings.recording import INPUTS
from lfdrt.evaluation.seeds import difference, spread
from lfdrt.evaluation.suites import SetScores

FULL = "full"
NOISE = 0.3
PAIRS = "constructed pairs"
_, IMAGE, BOTH = INPUTS
RULE = "last step of a fixed schedule; no score chose a step, a seed or a setting of a row"


@dataclass(frozen=True, kw_only=True)
class RunScores:
    """One trained row. `measures`: name of a measure -> share of 1."""

    row: str
    seed: int
    measures: dict[str, float]


def finished_runs(out: Path, rows: Sequence[str]) -> list[RunScores]:
    """Every scored run of these rows in the folder `out` of `lfdrt ablate`, whatever its seed."""
    return [
        RunScores(row=row, seed=int(path.parent.name.rpartition("-")[2]), measures=read_json(path))
        for row in rows
        for path in sorted(out.glob(f"{row}-*/measures.json"))
    ]


def measures_of(results: Iterable[SetScores]) -> dict[str, float]:
    """Text-only measures of one run: single sets by weighted F1 where their papers use it, sources
    of several languages by their mean macro-F1."""
    groups: dict[str, list[SetScores]] = {}
    for r in results:
        groups.setdefault(f"{r.source} {r.split}", []).append(r)
    found: dict[str, float] = {}
    for name, group in groups.items():
        if group[0].source in ("meld", "mmeld"):
            found |= {f"{name} {r.language}, weighted F1": r.scores.weighted_f1 for r in group}
        else:
            mean = sum(r.scores.macro_f1 for r in group) / len(group)
            found[f"{name}, {len(group)} language(s), macro-F1"] = mean
    return found


def measures_of_pairs(files: Sequence[PairPredictions]) -> dict[str, float]:
    """Pictures alone and with their texts, on constructed pairs with `NOISE` of them exchanged."""
    return measures_of_readings([one.image[NOISE] for one in files], IMAGE) | measures_of_readings(
        [one.both[NOISE] for one in files], BOTH
    )


def measures_of_readings(files: Sequence[Predictions], reading: str) -> dict[str, float]:
    """One reading of constructed pairs with `NOISE` of them exchanged, `IMAGE` or `BOTH`: mean
    macro-F1 over a source's files."""
    groups: dict[str, list[Predictions]] = {}
    for one in files:
        groups.setdefault(f"{one.source} {one.split}", []).append(one)
    return {
        pairs_measure(name, reading): float(np.mean([macro_f1(one.confusion) for one in group]))
        for name, group in groups.items()
    }


def pairs_measure(name: str, reading: str) -> str:
    """What the measure of a source and split is called."""
    said = "image only" if reading == IMAGE else reading
    return f"{name}, {PAIRS}, {NOISE:.0%} noise, {said}, macro-F1"


def ablation_report(runs: Sequence[RunScores], settings: dict[str, Any]) -> dict[str, Any]:
    """Means and differences from the full run, with their intervals; ValueError for no run."""
    if not runs:
        raise ValueError("there are no runs to report")
    rows = list(dict.fromkeys(r.row for r in runs))
    names = list(dict.fromkeys(name for r in runs for name in r.measures))
    by_seed = {
        (row, name): {r.seed: r.measures[name] for r in runs if r.row == row and name in r.measures}
        for row in rows
        for name in names
    }
    return {
        "about": "text only unless said, each text through its own family; mean over seeds with "
        "Student's 95 % interval; minus_full: the row minus the full run of the same seed",
        "selection": RULE,
        "settings": settings,
        "rows": [
            {
                "row": row,
                "measures": {
                    name: _entry(by_seed[row, name], by_seed.get((FULL, name), {}), row)
                    for name in names
                    if by_seed[row, name]
                },
            }
            for row in rows
        ],
    }


def _entry(values: dict[int, float], full: dict[int, float], row: str) -> dict[str, Any]:
    entry = asdict(spread(list(values.values()))) | {"values": values}
    if row != FULL and values.keys() & full.keys():
        entry["minus_full"] = asdict(difference(values, full))
    return entry


def ablation_markdown(report: dict[str, Any]) -> str:
    """The report as one Markdown table, in percent."""
    names = list(dict.fromkeys(n for row in report["rows"] for n in row["measures"]))
    about = f"{report['about']}. Selected by: {report['selection']}."
    return "\n".join([about, "", *table_lines(report["rows"], names)]) + "\n"


def table_lines(rows: Sequence[Mapping[str, Any]], names: Sequence[str]) -> list[str]:
    """A Markdown table of a report's rows, a column a measure."""
    lines = ["| row | seeds | " + " | ".join(names) + " |", "|---|---|" + "---|" * len(names)]
    for row in rows:
        seeds = max(m["seeds"] for m in row["measures"].values())
        cells = [_cell(row["measures"].get(name)) for name in names]
        lines.append(f"| {row['row']} | {seeds} | " + " | ".join(cells) + " |")
    return lines


def _cell(entry: dict[str, Any] | None) -> str:
    """One measure in percent: mean, interval, difference, as far as there are any."""
    if entry is None:
        return "–"
    text = f"{100 * entry['mean']:.1f}"
    if entry["interval"] is not None:
        low, high = entry["interval"]
        text += f" [{100 * low:.1f}, {100 * high:.1f}]"
    if "minus_full" in entry:
        text += f" ({100 * entry['minus_full']['mean']:+.1f})"
    return text
