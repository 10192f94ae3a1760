"""Tables of the teaching benchmark, and what the targets of its issue come to."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from lfdrt.evaluation.bootstrap import interval
from lfdrt.training.teach.settings import MEASURES

CHOSEN_ON = ("xed fi", "mmeld es")
W, M = "weighted_f1", "macro_f1"
WITH_REST = ", with the rest"
CONVENTIONS = {
    "predicted": "Nothing left out: what a person meets",
    "left out": "Classes that a set has not are never predicted, before or after",
}


@dataclass(frozen=True, kw_only=True)
class Line:
    """One way in one draw of a set: F1 of the held-back rows in points, by measure. lacking: a key
    of `CONVENTIONS`."""

    set: str
    draw: int
    lacking: str
    way: str
    labels: int
    aim: str
    before: dict[str, float]
    after: dict[str, float]


Key = tuple[str, str, int, str]
"""lacking, way, labels, aim."""


def by_set(lines: Sequence[Line], measure: str) -> dict[Key, dict[str, float]]:
    """Gains in points, means over a set's draws."""
    held: dict[Key, dict[str, list[float]]] = {}
    for one in lines:
        sets = held.setdefault((one.lacking, one.way, one.labels, one.aim), {})
        sets.setdefault(one.set, []).append(one.after[measure] - one.before[measure])
    return {
        key: {name: float(np.mean(gains)) for name, gains in sets.items()}
        for key, sets in held.items()
    }


def mean_of(gains: Mapping[str, float]) -> dict[str, Any]:
    """Mean over sets, its 95 % bootstrap interval over sets, the worst set."""
    values = np.array(list(gains.values()))
    drawn = np.random.default_rng(0).integers(0, len(values), (10_000, len(values)))
    low, high = interval(values[drawn].mean(1))
    worst = min(gains, key=lambda name: gains[name])
    return {"mean": float(values.mean()), "low": low, "high": high, "sets": len(values),
            "worst": worst, "worst_gain": gains[worst]}  # fmt: skip


def without_chosen(gains: Mapping[str, float]) -> dict[str, float]:
    return {name: gain for name, gain in gains.items() if name not in CHOSEN_ON} or dict(gains)


def markdown(lines: Sequence[Line], seconds: Mapping[str, float]) -> str:
    gains = {measure: by_set(lines, measure) for measure in (W, M)}
    parts = []
    for lacking, title in CONVENTIONS.items():
        names = list(dict.fromkeys(one.set for one in lines))
        told = [f"{n} (chosen on)" if n in CHOSEN_ON else n for n in names]
        head = ["what is given", "aim", "weighted F1, mean [95 %]", "macro-F1, mean [95 %]",
                "worst set in the chosen measure", *told]  # fmt: skip
        table = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
        for key in gains[W]:
            if key[0] == lacking:
                table.append(_row(key, gains, names))
        parts += [f"## {title}", "", *table, ""]
    parts += ["## With the rest against labels alone, asked in our order", ""]
    parts += [*_against(gains, "asked" + WITH_REST, "asked"), ""]
    parts += ["## Asking in our order against asking by chance", ""]
    parts += [*_against(gains, "asked", "by chance"), ""]
    parts += ["## Targets", "", *_targets(gains, seconds), ""]
    return "\n".join(parts)


def _row(key: Key, gains: Mapping[str, dict[Key, dict[str, float]]], names: list[str]) -> str:
    _, way, labels, aim = key
    own = MEASURES.get(aim, W)
    given = f"{labels} labels, {way}" if labels else way
    cells = [given, {"right": "most right", "alike": "all alike"}.get(aim, "")]
    for measure in (W, M):
        m = mean_of(gains[measure][key])
        cells.append(f"{m['mean']:+.1f} [{m['low']:+.1f}, {m['high']:+.1f}]")
    chosen = gains[own][key]
    worst = mean_of(chosen)
    cells.append(f"{worst['worst']} {worst['worst_gain']:+.1f}")
    cells += [f"{chosen[n]:+.1f}" if n in chosen else "" for n in names]
    return "| " + " | ".join(cells) + " |"


def _against(gains: Mapping[str, dict[Key, dict[str, float]]], way: str, other: str) -> list[str]:
    """What a way gains over another one, in the chosen measure."""
    rows = ["| classes that a set has not | labels | aim | more [95 %] |", "|---|---|---|---|"]
    for lacking, told, labels, aim in gains[W]:
        if told != way:
            continue
        measure = gains[MEASURES[aim]]
        ours, theirs = (measure[lacking, one, labels, aim] for one in (way, other))
        m = mean_of({name: ours[name] - theirs[name] for name in ours})
        rows.append(f"| {lacking} | {labels} | {aim} | {m['mean']:+.2f} "
                    f"[{m['low']:+.2f}, {m['high']:+.2f}] |")  # fmt: skip
    return rows


def _targets(
    gains: Mapping[str, dict[Key, dict[str, float]]], seconds: Mapping[str, float]
) -> list[str]:
    """What was asked for, what it came to in both conventions, and whether it is met."""
    rows = ["| target | nothing left out | met | left out | met |", "|---|---|---|---|---|"]

    def add(name: str, least: float, of: Callable[[str], float]) -> None:
        cells = [name]
        for lacking in CONVENTIONS:
            value = of(lacking)
            cells += [f"{value:+.2f}", "yes" if value >= least else "no"]
        rows.append("| " + " | ".join(cells) + " |")

    def mean(measure: str, way: str, labels: int, aim: str) -> Callable[[str], float]:
        return lambda lacking: mean_of(gains[measure][lacking, way, labels, aim])["mean"]

    for labels, aim, least in ((100, "right", 6), (100, "alike", 3), (20, "right", 2),
                               (20, "alike", 0.5)):  # fmt: skip
        name = f"{labels} labels, {aim}: at least +{least:g}"
        add(name, least, mean(MEASURES[aim], "asked", labels, aim))

    def worst(lacking: str) -> float:
        return min(mean_of(gains[MEASURES[aim]][lacking, "asked", labels, aim])["worst_gain"]
                   for labels in (20, 50, 100) for aim in MEASURES)  # fmt: skip

    add("no set below −1 in the chosen measure (mean of its draws)", -1, worst)
    for labels in (50, 100):
        for aim, measure in MEASURES.items():
            asked, chance = (mean(measure, way, labels, aim) for way in ("asked", "by chance"))
            name = f"order of asking over chance, {labels} labels, {aim}: at least +0.7"
            add(name, 0.7, lambda lacking, a=asked, c=chance: a(lacking) - c(lacking))  # type: ignore[misc]
    add("true mix, weighted: at least +3.4", 3.4, mean(W, "true mix", 0, ""))
    add("mix a third off, weighted: at least +1.5", 1.5, mean(W, "mix a third off", 0, ""))
    if seconds:
        rows += [
            "",
            f"Next text: {1000 * seconds['question']:.0f} ms at most (asked: 100). Learning from "
            f"100 labels among 2,000 rows: {seconds['learning']:.1f} s, with the rest "
            f"{seconds['with_rest']:.1f} s (asked: 20), reading aside: time of one core.",
        ]
    return rows


def write(
    out: Path, lines: Sequence[Line], about: Mapping[str, Any], seconds: Mapping[str, float]
) -> None:
    """teaching.json (every draw), teaching.md, and summary.json, which the page reads."""
    out.mkdir(parents=True, exist_ok=True)
    date = datetime.now(UTC).date().isoformat()
    held = {**about, "date": date, "seconds": dict(seconds), "lines": [asdict(x) for x in lines]}
    (out / "teaching.json").write_text(_rounded(held), encoding="utf-8")
    said = (
        f"Gains of `lfdrt teach` on {about['checkpoint']}, {date}: points of F1 on the 40 % of "
        f"dev rows that nobody was asked about, {about['draws']} draws a set, intervals over sets. "
        "Made by `python -m tests.benchmarks.teaching`, whose first lines say how. M-MELD's labels "
        "often belong to other lines: its ceiling is low.\n\n"
    )
    (out / "teaching.md").write_text(said + markdown(lines, seconds), encoding="utf-8")
    summary = _summary(lines) | {"draws": about["draws"], "date": date}
    (out / "summary.json").write_text(_rounded(summary), encoding="utf-8")


def _summary(lines: Sequence[Line]) -> dict[str, Any]:
    """As a person meets it, nothing left out, and under `left_out` the other convention."""
    gains = {measure: by_set(lines, measure) for measure in (W, M)}

    def of(lacking: str) -> dict[str, Any]:
        def mean(measure: str, way: str, labels: int, aim: str) -> float:
            return float(mean_of(gains[measure][lacking, way, labels, aim])["mean"])

        return {
            "mix": {measure: mean(measure, "true mix", 0, "") for measure in (W, M)},
            "labels": {
                str(n): {aim: mean(m, "asked", n, aim) for aim, m in MEASURES.items()}
                for n in (20, 50, 100)
            },
            "with_rest": {
                str(n): {
                    aim: mean(m, "asked" + WITH_REST, n, aim) - mean(m, "asked", n, aim)
                    for aim, m in MEASURES.items()
                }
                for n in (20, 50, 100)
            },
        }

    sets = len({one.set for one in lines})
    return of("predicted") | {"left_out": of("left out"), "sets": sets}


def _rounded(held: Any) -> str:
    parsed = json.loads(json.dumps(held), parse_float=lambda x: round(float(x), 2))
    return json.dumps(parsed, indent=None, ensure_ascii=False) + "\n"
