"""Runs of baselines beside LFD-RT's own figures: means over seeds, as JSON and Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from lfdrt.baselines.base import BOTH, IMAGE
from lfdrt.baselines.build import same_with_stand_in
from lfdrt.baselines.evaluate import KNOWS_FACES
from lfdrt.baselines.run_folder import CARD
from lfdrt.baselines.systems import SYSTEMS
from lfdrt.checkpoint import read_json
from lfdrt.errors import UserError
from lfdrt.evaluation.ablation import NOISE, PAIRS, measures_of, pairs_measure, table_lines
from lfdrt.evaluation.recordings.files import read_recording
from lfdrt.evaluation.recordings.recorder import predictions_of
from lfdrt.evaluation.seeds import spread
from lfdrt.evaluation.suites import set_scores

MEASURES = "measures.json"
ABOUT = (
    "Mean over training seeds with Student's 95 % interval of that mean; a single seed has none. "
    "Trained on English labels alone, evaluated on the same rows; a baseline has one classifier. "
    "Pairs of text and face are constructed by label, in training and in evaluation. Trainings "
    "differ in length: what each row is, how long it learned and how it was selected stands below"
)
CAVEAT = (
    "its class balance and consistency were set after a look at trial runs' scores on target dev "
    "sets, so its scores there are a little optimistic"
)


@dataclass(frozen=True, kw_only=True)
class TableRow:
    """One system. budget: of its training, in words. selection: of what was evaluated. by_seed:
    measures, name -> share of 1."""

    name: str
    about: str
    budget: str
    selection: str
    by_seed: Mapping[int, Mapping[str, float]]


def finished_rows(out: Path) -> list[TableRow]:
    """Every scored run under `out`, its seeds together. UserError: none, or seeds of one system
    that were trained differently."""
    found: dict[str, dict[int, tuple[dict[str, Any], dict[str, float]]]] = {}
    for path in sorted(out.glob(f"*/{MEASURES}")):
        card = read_json(path.parent / CARD)
        seeds = found.setdefault(card["system"], {})
        seeds[card["settings"]["seed"]] = card, read_json(path)
    if not found:
        raise UserError(f"{out} holds no finished run of a baseline.")
    ordered = [name for name in SYSTEMS if name in found]
    return [_row(name, found[name]) for name in ordered]


def _row(system: str, seeds: Mapping[int, tuple[dict[str, Any], dict[str, float]]]) -> TableRow:
    cards = [card for card, _ in seeds.values()]
    alike = [{**card["settings"], "seed": None} for card in cards]
    if any(one != alike[0] for one in alike):
        raise UserError(f"the seeds of {system} were trained with different settings: name --out.")
    settings = cards[0]["settings"]
    name = system
    if settings["stand_in"]:
        name = f"{' = '.join(same_with_stand_in(system))}, stand-in {settings['stand_in']}"
    about = f"{cards[0]['about']}; {cards[0]['weights']}"
    if settings["stand_in"] and SYSTEMS[system].image:
        about += f". {KNOWS_FACES.removesuffix('.')}"
    seconds = sum(card["seconds"] for card in cards) / len(cards)
    took = f"{seconds / 60:.0f} minutes" if seconds >= 120 else f"{seconds:.0f} s"
    return TableRow(
        name=name,
        about=about,
        budget=f"{settings['steps']} steps of {settings['rows']} English rows, {took} "
        f"a seed ({cards[0]['hardware']})",
        selection=cards[0]["selection"],
        by_seed={seed: measures for seed, (_, measures) in sorted(seeds.items())},
    )


def own_rows(benchmarks: Path) -> list[TableRow]:
    """LFD-RT's: the first checkpoint, and the second recipe with and without parallel text."""
    balanced = read_json(benchmarks / "balanced" / "report.json")
    settings = balanced["settings"]
    budget = f"{settings['steps']} steps of {settings['labelled_rows']} English rows"
    parallel = f" and {settings['parallel_rows']} parallel pairs"
    by_row = {row["row"]: row["measures"] for row in balanced["rows"]}
    return [
        _first(benchmarks),
        TableRow(
            name="LFD-RT, second recipe",
            about="the same encoders, two classifiers; assets/benchmarks/balanced, row full",
            budget=budget + parallel,
            selection=f"{balanced['selection']}; {CAVEAT}",
            by_seed=_by_seed(by_row["full"]),
        ),
        TableRow(
            name="LFD-RT, second recipe without parallel text",
            about="English labels alone; assets/benchmarks/balanced, row english_only",
            budget=budget,
            selection=f"{balanced['selection']}; {CAVEAT}",
            by_seed=_by_seed(by_row["english_only"]),
        ),
    ]


def _first(benchmarks: Path) -> TableRow:
    """Texts from its recording, pairs from its report."""
    recording = read_recording(benchmarks / "recordings" / "compact-800")
    measures = measures_of(set_scores(one) for one in predictions_of(recording))
    report = read_json(benchmarks / "compact-800" / "report.json")["pairs"]
    for name, one in (
        ("meld test", report["sets"]["meld en test"]),
        ("brighter dev", report["means"]["brighter dev, 6 languages"]),
    ):
        scores = one["by_noise"][f"{NOISE:.0%}"]
        for reading, key in ((IMAGE, "image_only"), (BOTH, "text_and_image")):
            measures[pairs_measure(name, reading)] = scores[key]["macro_f1"]
    return TableRow(
        name="LFD-RT, first checkpoint",
        about="bundled until 28 November 2026: the same encoders, two classifiers, seed 0",
        budget="800 steps of 64 English rows and 48 parallel pairs",
        selection=recording.run.selection,
        by_seed={recording.run.seed or 0: measures},
    )


def _by_seed(measures: Mapping[str, Any]) -> dict[int, dict[str, float]]:
    seeds = sorted({int(seed) for one in measures.values() for seed in one["values"]})
    return {
        seed: {
            name: one["values"][str(seed)]
            for name, one in measures.items()
            if str(seed) in one["values"]
        }
        for seed in seeds
    }


def baselines_report(rows: Sequence[TableRow]) -> dict[str, Any]:
    """UserError: no row."""
    if not rows:
        raise UserError("there are no runs to report")
    return {
        "about": ABOUT,
        "rows": [
            {
                "row": row.name,
                "about": row.about,
                "budget": row.budget,
                "selection": row.selection,
                "seeds": sorted(row.by_seed),
                "measures": {name: _entry(row, name) for name in _names([row])},
            }
            for row in rows
        ],
    }


def _names(rows: Iterable[TableRow]) -> list[str]:
    return list(dict.fromkeys(n for row in rows for seed in row.by_seed.values() for n in seed))


def _entry(row: TableRow, name: str) -> dict[str, Any]:
    values = {seed: one[name] for seed, one in row.by_seed.items() if name in one}
    return asdict(spread(list(values.values()))) | {"values": values}


def baselines_markdown(report: Mapping[str, Any]) -> str:
    """Texts alone, then constructed pairs, in percent; below, what each row is."""
    names = list(dict.fromkeys(n for row in report["rows"] for n in row["measures"]))
    texts = [name for name in names if PAIRS not in name]
    pairs = [name for name in names if PAIRS in name]
    lines = [f"{report['about']}."]
    for title, columns in (("Texts alone", texts), (f"Text and face, {PAIRS}", pairs)):
        rows = [row for row in report["rows"] if row["measures"].keys() & set(columns)]
        if rows:
            lines += ["", f"## {title}", "", *table_lines(rows, columns)]
    lines += ["", "## What each row is", ""]
    lines += [
        f"- **{r['row']}**: {r['about']}. {r['budget']}. Selected by: {r['selection']}."
        for r in report["rows"]
    ]
    return "\n".join(lines) + "\n"
