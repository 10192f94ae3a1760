"""How soon the map and the tree of languages are there, and how fast the map moves. Not a test.

python -m tests.benchmarks.atlas

Of the app with the bundled checkpoint in a Chromium without a graphics card: milliseconds from the
click on the tab to the first picture of map and tree (the goal is 300), the first time and again,
and pictures a second while all 8,000 points are moved in each of them (the goal is 30).
"""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path

from app.places import DEFAULT_CHECKPOINT
from tests.app.visiting import TELEPHONE, WIDE, open_browser, running_app, visiting

TIMES = 5
OPENED = """() => new Promise(done => {
  const from = performance.now(), button = [...document.querySelectorAll('#tabs button')]
    .filter(b => b.textContent.trim() === 'Languages').at(-1);
  const look = () => {
    const map = document.querySelector('world-map'), tree = document.querySelector('family-tree');
    if (!map?.canvas?.width || !tree?.place) return requestAnimationFrame(look);
    requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - from)));
  };
  button.click();
  look();
})"""
MOVED = """zoom => new Promise(done => {
  const map = document.querySelector('world-map'), from = performance.now();
  let pictures = 0;
  map.move(0, 0, zoom);
  const next = () => {
    const spent = performance.now() - from;
    if (spent > 3000) return done(1000 * pictures / spent);
    pictures++;
    map.move(.4 * Math.sin(spent / 300), .2 * Math.cos(spent / 300), zoom);
    requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
})"""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        with running_app(DEFAULT_CHECKPOINT, Path(folder)) as app, open_browser() as browser:
            for width in (TELEPHONE, WIDE, 3840):
                opened, moved = [], []
                for _ in range(TIMES):
                    with visiting(browser, app.address, width=width) as page:
                        opened.append(page.evaluate(OPENED))
                        moved.append([page.evaluate(MOVED, zoom) for zoom in (1.2, 4)])
                speeds = [round(statistics.median(row)) for row in zip(*moved, strict=True)]
                print(
                    f"{width} px: opened in {statistics.median(opened):.0f} ms (at most "
                    f"{max(opened):.0f}); moved {speeds[0]} pictures/s with all points in view, "
                    f"{speeds[1]} zoomed in"
                )


if __name__ == "__main__":
    main()
