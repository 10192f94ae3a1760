"""Step 3 of the Fine-tune tab while a training runs: how far it is, disagreements, curves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from app.finetune import words
from app.finetune.kind import Progress, Training
from app.jobs import words as job_words
from app.jobs.history import box
from app.page import plots, say
from app.page.html import Html, bar, card, esc, fine, foreign, label_mark
from app.page.saving import Provenance, Rows, drawn, plot_files, table_file
from app.page.tables import class_row, rows_of, table, wide_table

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from lfdrt.events import EpochDone


def nothing() -> Html:
    body = f"<h2>{esc(words.NO_RUN_TITLE)}</h2><p>{esc(words.NO_RUN)}</p>"
    return card(Html(f'<div class="invite">{body}</div>'), kind="empty quiet")


def head(live: Training) -> Html:
    """State, progress, and this pass in four numbers; a failure's sentence and the next step."""
    sums = live.sums
    body = _tiles(sums) if sums.points else ""
    items = "".join(f'<li dir="auto">{esc(w)}</li>' for w in sums.warnings)
    body += Html(f'<ul class="warnings">{items}</ul>' if items else "")
    return box(
        live, words.JOB, *(_how_far(sums) if live.active else _how_far_it_came(sums)), Html(body)
    )


def _how_far_it_came(p: Progress) -> tuple[float, list[str]]:
    said = [words.STEP.format(step=p.step, steps=p.steps)] if p.steps else []
    said += [say.duration(p.seconds)] if p.seconds else []
    return p.step / max(1, p.steps), said


def _how_far(p: Progress) -> tuple[float, list[str]]:
    if p.stage != "training":
        counted = f": {say.count(p.done)} / {say.count(p.total)}" if p.total else ""
        share = p.done / p.total if p.total else 0.0
        return share, [f"{words.RUN_STAGES[p.stage]}{counted}"]
    said = [
        words.EPOCH.format(epoch=p.epoch + 1, epochs=p.epochs),
        words.STEP.format(step=p.step, steps=p.steps),
        job_words.ELAPSED.format(time=say.duration(p.seconds)),
    ]
    if not p.epochs_done and p.epochs > 1:
        said.append(words.REMAINING_LATER)
    elif p.remaining is not None:
        said.append(job_words.REMAINING.format(time=say.duration(p.remaining)))
    if p.rows_per_second is not None:
        said.append(words.SPEED.format(rows=f"{p.rows_per_second:,.0f}"))
    return p.step / max(1, p.steps), said


def this_pass(sums: Progress) -> dict[str, int]:
    """Sums over the steps of the newest pass."""
    first = sums.epochs_done[-1].step if sums.epochs_done else 0
    if sums.points and sums.points[-1].step <= first:  # the pass is over: show it
        first = sums.epochs_done[-2].step if len(sums.epochs_done) > 1 else 0
    points = [p for p in sums.points if p.step > first]
    return {name: sum(getattr(p, name) for p in points) for name in words.TILES}


def _tiles(progress: Progress) -> Html:
    sums = this_pass(progress)
    total = max(1, sums["agree"] + sums["disagree"])
    tiles = "".join(
        f'<div class="tile {name}" id="ft-{name}"><b>{say.count(sums[name])}</b>'
        f"<small>{esc(say.percent(sums[name] / total))}</small><span>{esc(said)}</span></div>"
        for name, said in words.TILES.items()
    )
    return Html(
        f'<h4>{esc(words.PASS_SO_FAR)}</h4><div class="tiles">{tiles}</div>'
        f'<div class="split" aria-hidden="true"><i class="agree" '
        f'style="width:{100 * sums["agree"] / total:.1f}%"></i></div>'
    )


def below(sums: Progress, p: Provenance) -> Html:
    """Below the curves: what saves them, pseudo-labels, disagreements, and pass by pass."""
    if not sums.points:
        return Html("")
    curves = "".join(
        f"<div>{fine(title)}{plot_files(p.saved(name, title), f'ft-{name}')}</div>"
        for name, title in (("agreement", words.AGREEMENT_PLOT), ("losses", words.LOSS_PLOT))
    )
    return Html(
        f'{card(Html(f"""<div class="pairs">{curves}</div>"""), kind="curve-files")}'
        f'<div class="pairs">{_pseudo(sums.labels, p)}{_passes(sums.epochs_done, p)}</div>'
        f"{_disputes(sums.disputes, p)}"
    )


def _pseudo(labels: Mapping[str, int], p: Provenance) -> Html:
    saved = p.saved("pseudo-labels", words.PSEUDO)
    rows: Rows = [(words.LABEL, words.PASS_SO_FAR), *labels.items()]
    body = drawn(saved, distribution({words.PASS_SO_FAR: labels}), rows)
    return card(body, kind="pseudo", title=words.PSEUDO, lead=words.PSEUDO_LEAD)


def distribution(columns: Mapping[str, Mapping[str, int]]) -> Html:
    """Counts of labels side by side, with bars and shares; the columns are named."""
    names = list(dict.fromkeys(name for counts in columns.values() for name in counts))
    totals = [max(1, sum(counts.values())) for counts in columns.values()]
    rows = (
        class_row(
            name,
            "".join(
                f'<td><span class="number">{say.count(counts.get(name, 0))} '
                f"<small>{esc(say.percent(counts.get(name, 0) / total))}</small></span>"
                f"{bar(counts.get(name, 0) / total)}</td>"
                for counts, total in zip(columns.values(), totals, strict=True)
            ),
        )
        for name in names
    )
    return table("counts", ["", *columns] if len(columns) > 1 else [], rows)


def _passes(epochs: Sequence[EpochDone], p: Provenance) -> Html:
    if not epochs:
        return Html("")
    full = [(e.epoch + 1, e.agree, e.disagree, e.used, e.flips, e.seconds) for e in epochs]
    rows = rows_of([*(say.count(n) for n in line), say.number(seconds)] for *line, seconds in full)
    shown = wide_table("numbers", words.PASS_COLUMNS, rows, words.PASSES)
    files = table_file(p.saved("passes", words.PASSES), [words.PASS_COLUMNS, *full])
    return card(shown + files, kind="passes", title=words.PASSES)


def _disputes(disputes: Sequence[Mapping[str, Any]], p: Provenance) -> Html:
    if not disputes:
        return card(fine(words.NO_DISPUTES), kind="disputes", title=words.DISPUTES,
                    lead=words.DISPUTES_LEAD)  # fmt: skip
    by_row = {d["row"]: d for d in reversed(disputes)}  # a row may be disputed in every pass
    newest = list(reversed(by_row.values()))
    rows = (
        Html(
            f'<tr><td class="sentence">{sentence(str(d["text"]))}</td>'
            f"{_said(d, 'first')}{_said(d, 'second')}</tr>"
        )
        for d in newest
    )
    shown = wide_table("said", words.DISPUTE_COLUMNS, rows, words.DISPUTES)
    full = [[d[key] for key in ("text", "first", "p_first", "second", "p_second")] for d in newest]
    files = table_file(
        p.saved("disagreements", words.DISPUTES), [words.DISPUTE_FILE_COLUMNS, *full]
    )
    return card(shown + files, kind="disputes", title=words.DISPUTES, lead=words.DISPUTES_LEAD)


def _said(dispute: Mapping[str, Any], who: str) -> Html:
    label = str(dispute[who])
    counts = " class=counts-now" if label == dispute["decided"] else ""
    return Html(
        f"<td{counts}>{label_mark(label)} {esc(say.percent(float(dispute[f'p_{who}'])))}</td>"
    )


def sentence(said: str) -> Html:
    return Html(foreign(said, "") if said else f"<em>{esc(words.PICTURE_ONLY)}</em>")


def curves(live: Training) -> tuple[go.Figure, go.Figure]:
    """Agreement and losses by step; there is one at least."""
    points = live.sums.points
    x = [p.step for p in points]
    losses = {name: [p.losses[name] for p in points] for name in points[0].losses}
    lines = [
        plots.Curve(name=words.LOSSES.get(name, name), x=x, y=y)
        for name, y in losses.items()
        if any(y)  # a term that is switched off is 0 throughout
    ]
    axis, key = words.STEPS_AXIS, live.info.id
    return (
        _agreements([_agreement(live, 1)], axis, key),
        plots.curves(lines, title=words.LOSS_PLOT, x_title=axis, key=key),
    )


def _agreement(live: Training, steps: int) -> plots.Curve:
    """steps: that are one on the axis."""
    points = live.sums.points
    return plots.Curve(
        name=live.info.name,
        x=[p.step / steps for p in points],
        y=[p.agree / max(1, p.agree + p.disagree) for p in points],
    )


def _agreements(lines: Sequence[plots.Curve], axis: str, key: str) -> go.Figure:
    return plots.curves(lines, title=words.AGREEMENT_PLOT, x_title=axis, share=True, key=key)


def compare(lives: Sequence[Training]) -> go.Figure:
    """Agreement over each one's own length, since they differ in steps."""
    lines = [_agreement(live, max(1, live.sums.steps)) for live in lives]
    return _agreements(lines, words.COMPARE_AXIS, "compare")
