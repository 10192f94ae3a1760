"""How a played recording stands: scores, confusion, classes, and where two recordings differ; each
with what saves it.

A file says which samples its numbers are of: a part's scores must not pass for the whole's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from app.page import saving, say
from app.page.html import Html, bar, card, esc, fine, label_mark, tiles
from app.page.saving import Rows, Saved, confusion, confusion_rows, drawn, plot_files, table_file
from app.page.tables import class_row, wide_table
from app.recordings import words

if TYPE_CHECKING:
    from lfdrt.evaluation.recordings.pair import Difference, PairState
    from lfdrt.evaluation.recordings.playback import PlayedSample, PlayState
    from lfdrt.evaluation.recordings.recording import RecordedRun

DIGITS = 6  # of a share in a saved table
JUMPS_ON_LOAD = """element.addEventListener('click', event => {
  const button = event.target.closest('[data-jump]');
  if (button) trigger('click', {n: Number(button.dataset.jump)});
});"""


@dataclass(frozen=True, kw_only=True)
class Part:
    """What is played of one or two recordings. chosen: the filters that are on, in words.
    counted: samples that have counted so far, None for all of the choice."""

    runs: tuple[RecordedRun, ...]
    chosen: tuple[str, ...]
    counted: int | None

    def saved(self, name: str, title: str, *runs: RecordedRun) -> Saved:
        """Of these recordings, or of all that are played."""
        of = runs or self.runs
        file = "-".join(["lfdrt", *(run.name for run in of), name])
        whose = ", ".join(run.name for run in of)
        cited = "; ".join(self._cite(run) for run in of)
        return Saved(name=file, title=f"{title}: {whose}", source=cited)

    def _cite(self, run: RecordedRun) -> str:
        n = self.counted
        so_far = [] if n is None else [words.COUNTED.format(n=say.count(n))]
        return saving.cite_recording(
            run,
            words.RECORDING.format(name=run.name),
            saving.data_of((one.source, one.language, one.split) for one in run.sets),
            words.READ.format(inputs=run.inputs),
            saving.constructed(run).rstrip("."),
            saving.chosen([*self.chosen, *so_far]),
        )


def standing(part: Part, states: Sequence[PlayState]) -> Html:
    """Scores, confusion and classes of one recording, or of two side by side."""
    shown = "".join(_standing(part, run, s) for run, s in zip(part.runs, states, strict=True))
    return Html(f'<div class="pairs">{shown}</div>')


def _standing(part: Part, run: RecordedRun, state: PlayState) -> Html:
    counts = state.confusion.tolist()
    matrix = drawn(
        part.saved("confusion", words.CONFUSION, run),
        confusion(words.CONFUSION, run.labels, counts),
        confusion_rows(run.labels, counts),
    )
    body = f"{_scores(state)}{table_file(*_saved_scores(part, run, state))}{matrix}"
    return card(Html(body + _classes(part, run, state)), kind="standing", title=run.name)


def _scores(state: PlayState) -> Html:
    """Tiles of the running scores."""
    told = _told(state)
    shown = ((_share(getattr(state, key)), said) for key, said in told.items())
    counted = fine(words.COUNTED.format(n=say.count(state.counted)))
    return counted + tiles(shown, (f"play-{key}" for key in told))


def _saved_scores(part: Part, run: RecordedRun, state: PlayState) -> tuple[Saved, Rows]:
    rows = [(said, _rounded(getattr(state, key))) for key, said in _told(state).items()]
    head = (words.SCORE, words.VALUE)
    return part.saved("scores", words.SCORES_TITLE, run), [head, *rows]


def _told(state: PlayState) -> dict[str, str]:
    """The scores with their words; one classifier alone agrees with nobody."""
    return {
        key: said
        for key, said in words.SCORES.items()
        if key != "agreement" or state.classifiers == 2
    }


def _share(value: float | None) -> str:
    return "–" if value is None else say.percent(value, 1)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, DIGITS)


def _classes(part: Part, run: RecordedRun, state: PlayState) -> Html:
    numbers = list(
        zip(run.labels, state.gold.tolist(), state.predicted.tolist(), state.f1, strict=True)
    )
    rows = (
        class_row(
            label,
            f"<td>{say.count(gold)}</td><td>{say.count(said)}</td>"
            f"<td>{esc(_share(f1))} {bar(f1 or 0.0)}</td>",
        )
        for label, gold, said, f1 in numbers
    )
    shown = wide_table("numbers classes", words.CLASS_COLUMNS, rows, words.PER_CLASS)
    saved = part.saved("classes", words.PER_CLASS, run)
    full = [words.CLASS_COLUMNS, *((*row[:3], _rounded(row[3])) for row in numbers)]
    body = drawn(saved, shown, full)
    return Html(f"<details><summary>{esc(words.PER_CLASS)}</summary>{body}</details>")


def compared(part: Part, state: PairState, alone: tuple[int, int]) -> Html:
    first, second = (run.name for run in part.runs)
    counts = [
        (said.format(first=first, second=second), getattr(state, key))
        for key, said in words.PAIR.items()
    ]
    left = ""
    if any(alone):
        a, b = (say.count(n) for n in alone)
        left = words.PAIR_ALONE.format(first=first, a=a, second=second, b=b)
    saved = part.saved("compared", words.PAIR_TITLE)
    files = table_file(saved, [(words.COMPARED, words.SAMPLES), *counts])
    body = tiles((say.count(n), said) for said, n in counts) + fine(left) + files
    return card(body, kind="compared", title=words.PAIR_TITLE)


def differing(
    part: Part,
    rows: Sequence[tuple[int, PlayedSample, PlayedSample]],
    every: tuple[Difference, ...] | None,
) -> Html:
    """Positions to jump to, with what both say there. `every`: what is saved, wherever one stands;
    empty while playing, None where they are too many."""
    body = fine(words.NO_DIFFERENCE)
    if rows:
        items = "".join(
            f'<li><button type="button" data-jump="{n}">{say.count(n)}</button> '
            f"{label_mark(a.predicted)} {label_mark(b.predicted)} "
            f"<small>{esc(words.GOLD)}: {esc(say.class_name(a.gold))}</small></li>"
            for n, a, b in rows
        )
        body = Html(f'<ol class="differing">{items}</ol>')
    if every is None:
        body += fine(words.TOO_MANY_DIFFERENCES)
    elif every:
        saved = replace(part, counted=None).saved("differences", words.DIFFERENCES)
        body += _differences_file(saved, tuple(run.name for run in part.runs), every)
    return card(body, kind="differing", title=words.DIFFERENCES)


@lru_cache(maxsize=4)
def _differences_file(saved: Saved, names: tuple[str, ...], every: tuple[Difference, ...]) -> Html:
    """The same at every position, and 30 ms for 3,000."""
    note = fine(words.ALL_DIFFERENCES.format(n=say.count(len(every))))
    return note + table_file(saved, [(*words.DIFFERENCE_COLUMNS, *names), *every])


def downloads(part: Part) -> Html:
    """The curves, saved as they are drawn."""
    return plot_files(part.saved("curves", words.CURVES), "play-curves")
