"""How soon the map and the tree of languages are there, and how fast the map moves. Not a test.

python -m tests.benchmarks.atlas

Of the app with the bundled checkpoint in a Chromium without a graphics card: milliseconds from the
click on the tab to the first picture of map and tree (the goal is 300), the first time and again,
and pictures a second while all 8,000 points are moved in each of them (the goal is 30). Beside them
what a picture costs the page, in milliseconds of its main thread: scripts, layout, all of it. That
hardly hangs on what else the machine does.
"""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import Page

from app.places import DEFAULT_CHECKPOINT
from tests.app.visiting import TELEPHONE, WIDE, open_browser, running_app, visiting

TIMES = 5
OPENED = """() => new Promise(done => {
  const from = performance.now(), button = [...document.querySelectorAll('#tabs button')]
    .filter(b => b.textContent.trim() === 'Languages').at(-1);
  const look = () => {
    const map = document.querySelector('world-map'), tree = document.querySelector('family-tree');
    if (!map?.drawn || !tree?.place) return requestAnimationFrame(look);
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
    if (spent > 3000) return done([pictures, 1000 * pictures / spent]);
    pictures++;
    map.move(.4 * Math.sin(spent / 300), .2 * Math.cos(spent / 300), zoom);
    requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
})"""


VIEWS = ("all in view", "zoomed in")
COSTS = ("ScriptDuration", "LayoutDuration", "TaskDuration")
"""Of Chromium's metrics, seconds."""


def moved(page: Page, zoom: float) -> list[float]:
    """Pictures a second, and what each cost: scripts, layout, all, in ms."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")

    def spent() -> list[float]:
        found = session.send("Performance.getMetrics")["metrics"]
        by_name = {one["name"]: one["value"] for one in found}
        return [by_name[name] for name in COSTS]

    before = spent()
    pictures, speed = page.evaluate(MOVED, zoom)
    after = spent()
    return [speed, *(1000 * (b - a) / pictures for a, b in zip(before, after, strict=True))]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        with running_app(DEFAULT_CHECKPOINT, Path(folder)) as app, open_browser() as browser:
            for width in (TELEPHONE, WIDE, 3840):
                opened, rows = [], []
                for _ in range(TIMES):
                    with visiting(browser, app.address, width=width) as page:
                        opened.append(page.evaluate(OPENED))
                        rows.append([moved(page, zoom) for zoom in (1.2, 4)])
                print(
                    f"{width} px: opened in {statistics.median(opened):.0f} ms (at most "
                    f"{max(opened):.0f})"
                )
                for name, each in zip(VIEWS, zip(*rows, strict=True), strict=True):
                    speed, script, layout, task = map(statistics.median, zip(*each, strict=True))
                    print(
                        f"  {name}: {speed:.0f} pictures/s; {script:.2f} ms of scripts, "
                        f"{layout:.2f} of layout, {task:.2f} in all for each"
                    )


if __name__ == "__main__":
    main()
