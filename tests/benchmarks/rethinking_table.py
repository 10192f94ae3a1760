"""The rethinking benchmark's results as JSON and as a table. Knows scores, no model and no data."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from lfdrt.evaluation.seeds import spread

RESAMPLES = 10_000

Result = Mapping[str, Any]


def write_report(
    folder: Path, results: Sequence[Result], about: Mapping[str, Any], chosen_on: Sequence[str]
) -> None:
    """rethinking.json and rethinking.md; settings in the order of `about`."""
    folder.mkdir(parents=True, exist_ok=True)
    table = {
        name: _setting([r for r in results if r["setting"] == name], settings, chosen_on)
        for name, settings in about.items()
        if any(r["setting"] == name for r in results)
    }
    report = {"metric": "macro-F1, points", "chosen_on": list(chosen_on), "settings": table}
    text = json.dumps(report, indent=1, ensure_ascii=False) + "\n"
    (folder / "rethinking.json").write_text(text, encoding="utf-8")
    (folder / "rethinking.md").write_text(_markdown(table, chosen_on), encoding="utf-8")


def _setting(rows: Sequence[Result], settings: Any, chosen_on: Sequence[str]) -> dict[str, Any]:
    sets: dict[str, list[Result]] = {}
    for r in rows:
        sets.setdefault(r["set"], []).append(r)
    changes = {name: spread([r["after"] - r["before"] for r in of]) for name, of in sets.items()}
    others = {name: c.mean for name, c in changes.items() if name not in chosen_on}
    return {
        "settings": settings,
        "seeds": sorted({c.seeds for c in changes.values()}),
        "mean": _mean(others),
        "worst": min(others.items(), key=lambda pair: pair[1], default=None),
        "before": float(np.mean([sets[name][0]["before"] for name in others])) if others else None,
        "sets": {
            name: {
                "before": round(float(np.mean([r["before"] for r in sets[name]])), 2),
                "change": round(c.mean, 2),
                "interval": c.interval and [round(x, 2) for x in c.interval],
            }
            for name, c in changes.items()
        },
    }  # fmt: skip


def _mean(others: Mapping[str, float]) -> dict[str, Any] | None:
    """Mean over languages with a 95 % interval over languages drawn anew."""
    if not others:
        return None
    values = np.array(list(others.values()))
    drawn = np.random.default_rng(0).integers(0, len(values), (RESAMPLES, len(values)))
    low, high = np.percentile(values[drawn].mean(axis=1), [2.5, 97.5])
    return {"languages": len(values), "change": round(float(values.mean()), 2),
            "interval": [round(float(low), 2), round(float(high), 2)]}  # fmt: skip


def _markdown(table: Mapping[str, Any], chosen_on: Sequence[str]) -> str:
    names = list(dict.fromkeys(name for s in table.values() for name in s["sets"]))
    head = [f"{n} (chosen on)" if n in chosen_on else n for n in names]
    lines = [
        "| setting | seeds | before | mean change [95 %] | worst | " + " | ".join(head) + " |",
        "|---|---|---|---|---|" + "---|" * len(names),
    ]
    for name, s in table.items():
        mean, worst = s["mean"], s["worst"]
        told = "" if mean is None else (
            f"{mean['change']:+.2f} [{mean['interval'][0]:+.2f}, {mean['interval'][1]:+.2f}]"
        )  # fmt: skip
        low = "" if worst is None else f"{worst[0]} {worst[1]:+.2f}"
        before = "" if s["before"] is None else f"{s['before']:.1f}"
        cells = [_cell(s["sets"].get(n)) for n in names]
        seeds = "–".join(str(n) for n in (s["seeds"][0], s["seeds"][-1])[: len(s["seeds"])])
        lines.append(f"| {name} | {seeds} | {before} | {told} | {low} | "
                     + " | ".join(cells) + " |")  # fmt: skip
    return "\n".join(lines) + "\n"


def _cell(one: Mapping[str, Any] | None) -> str:
    return "" if one is None else f"{one['change']:+.2f}"
