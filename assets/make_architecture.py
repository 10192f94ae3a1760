"""Draws `assets/architecture.svg`, the picture of the house, from the imports there are.

    python -m assets.make_architecture

A box is a package or a file beside packages, a floor what may import the floors below it, a line an
import between boxes of different floors; one that a way over others implies is left out. Run it
again when the house has changed (a test tells).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PICTURE = ROOT / "assets" / "architecture.svg"

FLOORS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("the app starts", ("app.py",)),
    ("all features", ("app.ui", "app.kiosk", "app.kinds")),
    (
        "features, each for itself",
        (
            "app.predict",
            "app.table",
            "app.finetune",
            "app.recordings",
            "app.paper",
            "app.atlas",
            "app.families",
            "app.about",
            "app.api",
        ),
    ),
    ("shared by features", ("app.page", "app.models", "app.jobs", "app.intake", "app.places")),
    ("command line", ("lfdrt.__main__", "lfdrt.commands")),
    ("beside the model", ("lfdrt.baselines", "lfdrt.kit", "lfdrt.corpora", "lfdrt.programs")),
    ("learning", ("lfdrt.training",)),
    ("using, measuring", ("lfdrt.inference", "lfdrt.evaluation")),
    ("a model in a folder", ("lfdrt.checkpoint",)),
    ("parts", ("lfdrt.model", "lfdrt.encoders", "lfdrt.data")),
    (
        "tensors and numbers",
        (
            "lfdrt.losses",
            "lfdrt.batch",
            "lfdrt.output",
            "lfdrt.runtime",
            "lfdrt.weights",
            "lfdrt.words",
            "lfdrt.affinity",
        ),
    ),
    ("words, without torch", ("lfdrt.runs", "lfdrt")),
)
"""From the roof to the ground. `lfdrt` alone stands for its torch-free files."""

WIDTH, LEFT, FLOOR, BOX, GAP = 980, 190, 58, 30, 10
INK, LINE, PAPER = "#1f2937", "#94a3b8", "#ffffff"
COLOURS = {"app": "#e0ecff", "lfdrt": "#e6f4ea"}


@dataclass(frozen=True)
class Place:
    """A box. x, y: its upper left corner; floor: counted from the roof."""

    name: str
    x: float
    y: float
    width: float
    floor: int


def sources() -> Iterator[tuple[str, ast.Module]]:
    """Every module by its full name, with what it says."""
    files = [ROOT / "app.py", *(ROOT / "app").rglob("*.py"), *(ROOT / "lfdrt").rglob("*.py")]
    for path in sorted(files):
        parts = path.relative_to(ROOT).with_suffix("").parts
        name = "app.py" if path.parent == ROOT else ".".join(p for p in parts if p != "__init__")
        yield name, ast.parse(path.read_text(encoding="utf-8"))


def box_of(module: str, boxes: tuple[str, ...]) -> str | None:
    """The box that a module lies in: the longest that its name begins with."""
    fits = [b for b in boxes if module == b or module.startswith(f"{b}.")]
    return max(fits, key=len, default=None)


def imports(boxes: tuple[str, ...]) -> set[tuple[str, str]]:
    """From which box to which; an import inside a function counts too."""
    found = set()
    for name, tree in sources():
        for node in ast.walk(tree):
            named = []
            if isinstance(node, ast.Import):
                named = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                named = [f"{node.module}.{alias.name}" for alias in node.names]
            for other in named:
                if other.split(".")[0] in ("app", "lfdrt"):
                    pair = box_of(name, boxes), box_of(other, boxes)
                    if None not in pair and pair[0] != pair[1]:
                        found.add(pair)
    return found


def needed(pairs: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Without what a longer way implies: from predict to batch, say, by way of models."""
    below: dict[str, set[str]] = {}
    for a, b in pairs:
        below.setdefault(a, set()).add(b)

    def reaches(a: str, b: str, seen: set[str]) -> bool:
        for other in below.get(a, set()) - seen:
            seen.add(other)
            if other == b or reaches(other, b, seen):
                return True
        return False

    return {(a, b) for a, b in pairs if not any(reaches(other, b, {a}) for other in below[a] - {b})}


def places() -> list[Place]:
    found = []
    for floor, (_, names) in enumerate(FLOORS):
        width = min(150.0, (WIDTH - LEFT - 20 - GAP * (len(names) - 1)) / len(names))
        for i, name in enumerate(names):
            x = LEFT + i * (width + GAP)
            found.append(Place(name=name, x=x, y=24 + floor * FLOOR, width=width, floor=floor))
    return found


def picture() -> str:
    """The SVG. A line leaves below a box and ends above another; one that climbs is red."""
    boxes = tuple(name for _, names in FLOORS for name in names)
    at = {place.name: place for place in places()}
    height = 24 + len(FLOORS) * FLOOR
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'font-family="system-ui, sans-serif" font-size="13" fill="{INK}">',
        "<title>Packages of LFD-RT and their imports, which point down</title>",
        f'<rect width="{WIDTH}" height="{height}" fill="{PAPER}"/>',
    ]
    # Neighbours on a floor: the order among them is the test's to keep.
    between = {(a, b) for a, b in imports(boxes) if at[a].floor != at[b].floor}
    for a, b in sorted(needed(between)):
        one, other = at[a], at[b]
        x1, x2 = one.x + one.width / 2, other.x + other.width / 2
        y1, y2 = one.y + BOX, other.y
        colour = LINE if one.floor < other.floor else "#dc2626"
        lines.append(
            f'<path d="M{x1:.0f} {y1:.0f}C{x1:.0f} {y1 + 24:.0f} {x2:.0f} {y2 - 24:.0f} '
            f'{x2:.0f} {y2:.0f}" fill="none" stroke="{colour}" stroke-opacity=".55"/>'
        )
    for floor, (about, _) in enumerate(FLOORS):
        y = 24 + floor * FLOOR + BOX / 2 + 4
        lines.append(f'<text x="14" y="{y:.0f}" fill="#475569">{about}</text>')
    for place in at.values():
        house = place.name.split(".")[0]
        told = "labels, languages, events, config" if place.name == "lfdrt" else place.name
        told = told if place.name in ("app.py", "lfdrt") else told.split(".", 1)[1]
        size = ' font-size="9"' if place.name == "lfdrt" else ""
        lines.append(
            f'<rect x="{place.x:.0f}" y="{place.y:.0f}" width="{place.width:.0f}" height="{BOX}" '
            f'rx="6" fill="{COLOURS[house]}" stroke="{LINE}"/>'
            f'<text x="{place.x + place.width / 2:.0f}" y="{place.y + BOX / 2 + 4:.0f}" '
            f'text-anchor="middle"{size}>{told}</text>'
        )
    return "\n".join([*lines, "</svg>"]) + "\n"


if __name__ == "__main__":
    PICTURE.write_text(picture(), encoding="utf-8")
