"""How long a visitor who types waits: from the pause that asks to the new bars on the screen.

python -m tests.benchmarks.pause [--texts 20]

Each text is another one, as a visitor would have gone on; the pause itself (350 ms) is not counted.
Aim: 120 ms on two idle cores. What the server spends on a whole answer, what is shown after the
bars too, is told in seconds of a core, which hold where other programs run.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from pathlib import Path

import psutil

from app.places import DEFAULT_CHECKPOINT
from tests.app.visiting import open_browser, running_app, visiting
from tests.benchmarks.memory import server_of
from tests.benchmarks.texts import short_texts

WARM = 3
TYPED = """text => new Promise(done => {
  const box = document.querySelector("#text textarea"), result = document.getElementById("result");
  const asks = document.getElementById("typing-paused");
  const shown = () => result.querySelector(".verdict")?.closest(".card").textContent;
  const before = shown();
  asks.addEventListener("click", () => {
    const from = performance.now();
    const seen = new MutationObserver(() => { // Gradio's signs of progress, too
      if (!shown() || shown() === before) return;
      seen.disconnect();
      requestAnimationFrame(() => setTimeout(() => done(performance.now() - from)));
    });
    seen.observe(result, { childList: true, subtree: true, characterData: true });
  }, { once: true });
  box.value = text;
  box.dispatchEvent(new Event("input", { bubbles: true }));
})"""
WHOLE = "() => document.querySelector('#sharpness .card')"
"""What comes last of an answer."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--texts", type=int, default=20)
    count = WARM + parser.parse_args().texts
    with tempfile.TemporaryDirectory() as folder:
        with running_app(DEFAULT_CHECKPOINT, Path(folder)) as app, open_browser() as browser:
            server = server_of(app.folder)
            with visiting(browser, app.address) as page:
                waited, spent = [], []
                for text in short_texts(count):
                    before = used(server)
                    waited.append(page.evaluate(TYPED, text))
                    page.wait_for_function(WHOLE)
                    spent.append(used(server) - before)
    late = sorted(waited[WARM:])
    print(
        f"from a pause to new bars: median {statistics.median(late):.0f} ms, fastest {late[0]:.0f},"
        f" slowest {late[-1]:.0f}; the server {statistics.median(spent[WARM:]):.3f} s of a core "
        "for the whole answer"
    )


def used(server: psutil.Process) -> float:
    times = server.cpu_times()
    return float(times.user + times.system)


if __name__ == "__main__":
    main()
