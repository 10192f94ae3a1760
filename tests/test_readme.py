"""README.md and docs/ say what was measured, point to what is there, and are short."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.pages import PAGES, ROOT, anchors, links

README, RESULTS = ROOT / "README.md", ROOT / "docs" / "results.md"
MOST_LINES, MOST_BYTES = 120, 1_500_000


def test_the_readme_is_short():
    assert len(README.read_text("utf-8").splitlines()) <= MOST_LINES


def test_every_page_is_linked_from_the_readme():
    linked = {(ROOT / link).resolve() for link in links(README)}
    assert set(PAGES[1:]) <= linked


@pytest.mark.parametrize(
    ("page", "link"),
    [(page, link) for page in (*PAGES, ROOT / "CONTRIBUTING.md") for link in links(page)],
    ids=lambda one: getattr(one, "name", one),
)
def test_a_link_leads_somewhere(page: Path, link: str):
    path, _, anchor = link.partition("#")
    target = (page.parent / path).resolve() if path else page
    assert target.exists()
    assert not anchor or anchor in anchors(target)


def _read(path: str) -> Any:
    return json.loads((ROOT / path).read_text("utf-8"))


def _scored(score: dict[str, Any]) -> str:
    low, high = score["interval"]
    return f"{score['macro_f1']:.3f} [{low:.3f}, {high:.3f}]"


def _points(interval: list[float]) -> str:
    return "[" + ", ".join(f"{100 * end:.1f}" for end in interval).replace("-", "−") + "]"


def _of_the_card() -> list[str]:
    """The first screen's table: the average of a collection, its lowest and highest language."""
    scores = _read("checkpoints/compact/card.json")["scores"]
    told = [_scored(one) for one in scores["sets"] if one["set"] == "meld en test"]
    told.append(f"{100 * scores['retrieval']['before_disentanglers']:.0f} %")
    for name in ("brighter", "xed"):
        average = next(v for k, v in scores["averages"].items() if k.startswith(name))
        ranked = sorted(
            (one for one in scores["sets"] if one["set"].startswith(name)),
            key=lambda one: one["macro_f1"],
        )
        told += [f"{average:.3f}, from {_scored(ranked[0])}", _scored(ranked[-1])]
    return told


def _of_the_families() -> list[str]:
    read = _read("assets/benchmarks/recordings/families-compact/families.json")
    gain = read["summary"]
    return [
        f"+{100 * gain['own_minus_none']:.1f} points",
        _points(gain["own_minus_none_interval"]),
        f"{100 * read['words']['held out']['mean']['sharpest']:.0f} %",
    ]


def _of_fine_tuning() -> list[str]:
    taught = _read("assets/benchmarks/teaching/summary.json")
    table = (ROOT / "assets/benchmarks/rethinking/rethinking.md").read_text("utf-8")
    rows = [row.split(" | ") for row in table.splitlines() if row.startswith("| ")]
    changes = {row[0]: row[3] for row in rows}
    told = [f"{taught['labels']['100']['right']:.1f}"]
    for setting in ("| quick", "| Eq. 18, classifiers (paper)"):
        told.append(f"{float(changes[setting].split()[0]):.1f}".replace("-", "−"))
    return told


def _of_the_mark() -> list[str]:
    sets = _read("checkpoints/compact/card.json")["scores"]["punctuation"]["sets"]
    score = next(one for one in sets if one["set"] == "meld en test")["weighted_f1"]
    return [f"from {score['as_written']:.3f} to {score['without']:.3f}"]


@pytest.mark.parametrize(
    "told",
    [_of_the_card, _of_the_families, _of_fine_tuning, _of_the_mark],
    ids=lambda f: f.__name__,
)
def test_the_readme_says_what_was_measured(told):
    """If it does not, the model or a measurement has changed, and the page has to follow."""
    text = README.read_text("utf-8")
    assert not [one for one in told() if one not in text]


def test_the_results_say_what_was_measured():
    scores = _read("checkpoints/compact/card.json")["scores"]
    gain = _read("assets/benchmarks/recordings/families-compact/families.json")["summary"]
    taught = _read("assets/benchmarks/teaching/summary.json")
    told = [f"{scores['retrieval']['before_disentanglers']:.3f}", *_of_the_families()[1:]]
    told += [_scored(one) for one in scores["sets"]]
    told += [f"{value:.3f}" for value in scores["averages"].values()]
    told += [f"{gain[reading]:.3f}" for reading in ("own", "none", "others")]
    for part in (taught, taught["left_out"]):
        told.append(f"+{part['mix']['weighted_f1']:.1f}")
        gains = [part["labels"][n][aim] for n in ("20", "100") for aim in ("right", "alike")]
        told += [f"+{value - 1e-6:.1f}" for value in gains]  # 3.448 stands there as 3.45
    text = RESULTS.read_text("utf-8")
    assert not [one for one in told if one not in text]


def test_the_picture_moves_and_is_light():
    picture = next(ROOT / link for link in links(README) if link.endswith((".webp", ".gif")))
    with Image.open(picture) as moving:
        assert getattr(moving, "n_frames", 1) >= 12
    assert picture.stat().st_size <= MOST_BYTES
