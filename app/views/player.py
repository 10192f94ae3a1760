"""The player of recordings as HTML: what was recorded, the current sample, how things stand."""

from __future__ import annotations

import base64
import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app import text
from app import text_player as words
from app.views.confusion import confusion
from app.views.html import Html, bar, card, esc, foreign, label_mark, scroll, table
from app.views.result import family_name
from lfdrt.languages import resolve

if TYPE_CHECKING:
    from lfdrt.evaluation.playback import PlayedSample, PlayState
    from lfdrt.evaluation.playback_pair import PairState
    from lfdrt.evaluation.recording import RecordedRun

HASH = 12  # digits of a checkpoint's hash that are shown
JUMPS_ON_LOAD = """element.addEventListener('click', event => {
  const button = event.target.closest('[data-jump]');
  if (button) trigger('click', {n: Number(button.dataset.jump)});
});"""


def about(runs: Sequence[RecordedRun]) -> Html:
    """Where the answers come from, and how the checkpoint was selected."""
    lines = ""
    for run in runs:
        said = words.ABOUT.format(
            checkpoint=run.checkpoint,
            hash=run.weights_sha256[:HASH],
            inputs=run.inputs,
            rows=f"{run.rows:,}",
            date=run.date[:10],
            device=run.device,
        )
        rule = words.SELECTED.format(rule=run.selection)
        demo = f" {words.DEMONSTRATION}" if run.carries else ""
        lines += (
            f"<li><b>{esc(run.name)}</b> {esc(said)}<br><small>{esc(run.note)} {esc(rule)}"
            f"{esc(demo)}</small></li>"
        )
    return f'<ul class="recorded">{lines}</ul>'


def cite(run: RecordedRun) -> str:
    return words.CITE.format(
        version=run.versions.get("lfdrt", "–"),
        name=run.name,
        checkpoint=run.checkpoint,
        hash=run.weights_sha256[:HASH],
        date=run.date[:10],
    )


def nothing() -> Html:
    return card(f'<p role="status">{esc(words.NOTHING)}</p>', kind="empty quiet")


@dataclass(frozen=True, kw_only=True)
class Content:
    """What was read of a sample. said: its text, or "" with the sentence `missing` that says why.
    picture, english, against: of our own set alone; against: face and sentence contradict."""

    said: str = ""
    missing: str = ""
    picture: bytes | None = None
    english: str = ""
    against: bool = False


def sample(ones: Sequence[PlayedSample], names: Sequence[str], content: Content) -> Html:
    """The newest sample, as one recording answered it or as several did."""
    body = _text(ones[0], content)
    body += f'<p class="fine" lang="en">{esc(content.english)}</p>' if content.english else ""
    body += f'<p class="fine">{esc(words.AGAINST)}</p>' if content.against else ""
    if content.picture is not None:
        data = base64.b64encode(content.picture).decode("ascii")
        body = f'<img class="face" alt="" src="data:image/png;base64,{data}"><div>{body}</div>'
    return f'<div class="sample-now">{body}</div>{_answers(ones, names)}{_where(ones[0])}'


def _text(one: PlayedSample, content: Content) -> Html:
    if content.missing:
        return (
            f'<p class="said-now"><code>{esc(one.id)}</code></p>'
            f'<p class="fine">{esc(content.missing)}</p>'
        )
    shown = foreign(content.said, one.language) if content.said else esc(words.NO_TEXT)
    return f'<p class="said-now">{shown}</p>'


def _where(one: PlayedSample) -> Html:
    parts = [
        one.source,
        one.split,
        resolve(one.language).name,
        words.READ_THROUGH.format(family=family_name(one.read_through)),
        one.id,
    ]
    line = f'<p class="fine">{esc(" · ".join(parts))}</p>'
    if one.excluded:
        line += f'<p class="fine">{esc(words.EXCLUDED.format(labels=", ".join(one.excluded)))}</p>'
    return line


def _answers(ones: Sequence[PlayedSample], names: Sequence[str]) -> Html:
    """A column of answers for each recording; one alone needs no name."""
    columns = "".join(
        f"<div>{f'<h4>{esc(name)}</h4>' if len(ones) > 1 else ''}{_answer(one)}</div>"
        for one, name in zip(ones, names, strict=True)
    )
    return f'<div class="answer-columns">{columns}</div>'


def _answer(one: PlayedSample) -> Html:
    verdict = words.RIGHT if one.correct else words.WRONG
    agreed = words.AGREE if one.agree else words.DISAGREE
    first, second = (
        f"{label_mark(label)} {esc(text.percent(float(p.max())))}"
        for label, p in ((one.first, one.p_1), (one.second, one.p_2))
    )
    rows = [
        f"<tr><th>{esc(words.GOLD)}</th><td>{label_mark(one.gold)}</td></tr>",
        f"<tr><th>{esc(words.SAYS)}</th><td>{label_mark(one.predicted)} "
        f'<b class="{"right" if one.correct else "wrong"}-mark">{"✓" if one.correct else "✗"} '
        f"{esc(verdict)}</b></td></tr>",
        f"<tr><th>{esc(words.FIRST)}</th><td>{first}</td></tr>",
        f"<tr><th>{esc(words.SECOND)}</th><td>{second} <small>{esc(agreed)}</small></td></tr>",
    ]
    return table("answers", [], rows)


def now(body: Html, n: int, total: int) -> Html:
    return card(
        f'<p class="fine">{esc(words.position(n, total))}</p>{body}', kind="now",
        attributes='aria-live="off"',
    )  # fmt: skip


def scores(state: PlayState) -> Html:
    """Tiles of the running scores."""
    counted = words.COUNTED.format(n=f"{state.counted:,}")
    tiles = "".join(
        f'<div class="tile"><b id="play-{key}">{esc(_share(getattr(state, key)))}</b>'
        f"<span>{esc(said)}</span></div>"
        for key, said in words.SCORES.items()
    )
    return f'<p class="fine">{esc(counted)}</p><div class="tiles">{tiles}</div>'


def _share(value: float | None) -> str:
    return "–" if value is None else text.percent(value, 1)


def standing(labels: Sequence[str], states: Sequence[PlayState], names: Sequence[str]) -> Html:
    """Scores and confusion of one recording, or of two side by side."""
    parts = "".join(
        card(
            f"{scores(state)}{confusion(words.CONFUSION, labels, state.confusion.tolist())}"
            f"{_classes(labels, state)}",
            kind="standing",
            title=name,
        )
        for state, name in zip(states, names, strict=True)
    )
    return f'<div class="pairs">{parts}</div>'


def _classes(labels: Sequence[str], state: PlayState) -> Html:
    rows = (
        f'<tr data-class="{esc(label)}"><th scope="row"><i class="dot" aria-hidden="true"></i>'
        f"{esc(label)}</th><td>{gold:,}</td><td>{said:,}</td>"
        f"<td>{esc(_share(f1))} {bar(f1 or 0.0)}</td></tr>"
        for label, gold, said, f1 in zip(
            labels, state.gold.tolist(), state.predicted.tolist(), state.f1, strict=True
        )
    )
    shown = scroll(
        table("numbers classes", [*map(esc, words.CLASS_COLUMNS)], rows), words.PER_CLASS
    )
    return f"<details><summary>{esc(words.PER_CLASS)}</summary>{shown}</details>"


def compared(state: PairState, names: tuple[str, str], alone: tuple[int, int]) -> Html:
    tiles = "".join(
        f'<div class="tile"><b>{getattr(state, key):,}</b>'
        f"<span>{esc(said.format(first=names[0], second=names[1]))}</span></div>"
        for key, said in words.PAIR.items()
    )
    left = ""
    if any(alone):
        sentence = words.PAIR_ALONE.format(first=names[0], a=f"{alone[0]:,}", second=names[1],
                                           b=f"{alone[1]:,}")  # fmt: skip
        left = f'<p class="fine">{esc(sentence)}</p>'
    return card(f'<div class="tiles">{tiles}</div>{left}', kind="compared", title=words.PAIR_TITLE)


def differing(rows: Sequence[tuple[int, PlayedSample, PlayedSample]]) -> Html:
    """Positions to jump to, with what both say there."""
    if not rows:
        return card(f'<p class="fine">{esc(words.NO_DIFFERENCE)}</p>', kind="differing",
                    title=words.DIFFERING)  # fmt: skip
    items = "".join(
        f'<li><button type="button" data-jump="{n}">{n:,}</button> {label_mark(a.predicted)} '
        f"{label_mark(b.predicted)} <small>{esc(words.GOLD)}: {esc(a.gold)}</small></li>"
        for n, a, b in rows
    )
    return card(f'<ol class="differing">{items}</ol>', kind="differing", title=words.DIFFERING)


def downloads(
    runs: Sequence[RecordedRun], states: Sequence[PlayState], chosen: Sequence[tuple[str, str]]
) -> Html:
    """Scores, classes and confusions as one CSV, with what was chosen: a part's scores must not
    pass for the whole's. The curves are saved by the browser."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    for run, state in zip(runs, states, strict=True):
        writer.writerow([cite(run)])
        writer.writerows(chosen)
        writer.writerow(["samples", state.counted])
        writer.writerows([key, getattr(state, key)] for key in words.SCORES)
        writer.writerow(["f1", *run.labels])
        writer.writerow(["", *state.f1])
        writer.writerow(["true \\ said", *run.labels])
        for label, row in zip(run.labels, state.confusion.tolist(), strict=True):
            writer.writerow([label, *row])
    name = "lfdrt-" + "-".join(run.name for run in runs)
    return (
        '<div class="downloads">'
        f'<button type="button" data-download="csv" data-name="{esc(name)}.csv" '
        f'data-content="{esc(chr(0xFEFF) + stream.getvalue())}">{esc(words.SAVE_TABLE)}</button>'
        + "".join(
            f'<button type="button" data-download="{kind}" data-plot="play-curves" '
            f'data-name="{esc(name)}.{kind}">{esc(said)}</button>'
            for kind, said in (("svg", words.SAVE_SVG), ("png", words.SAVE_PNG))
        )
        + "</div>"
    )
