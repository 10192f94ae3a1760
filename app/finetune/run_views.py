"""Step 3 of the Fine-tune tab while a training runs: how far it is, agreement, disagreements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from app.finetune import words
from app.finetune.folder import ACTIVE
from app.jobs import views as history
from app.page import say
from app.page.html import Html, bar, card, esc, foreign, label_mark, scroll, table
from app.page.saving import Provenance, drawn, plot_files, table_file

if TYPE_CHECKING:
    from app.finetune.live import Live
    from lfdrt.events import EpochDone


def nothing() -> Html:
    body = f"<h2>{esc(words.NO_RUN_TITLE)}</h2><p>{esc(words.NO_RUN)}</p>"
    return card(f'<div class="invite">{body}</div>', kind="empty quiet")


def head(live: Live) -> Html:
    """State, progress, and this pass in four numbers; a failure's sentence and the next step."""
    info = live.info
    body = history.head(info.name, info.state, words.STATES[info.state]) + _progress(live)
    if live.points:
        body += _tiles(live)
    items = "".join(f'<li dir="auto">{esc(w)}</li>' for w in live.warnings)
    body += f'<ul class="warnings">{items}</ul>' if items else ""
    return card(body, kind="run", attributes=f'data-state="{esc(info.state)}"') + _failed(live)


def _progress(live: Live) -> Html:
    share, said = _how_far(live)
    if live.info.state not in ACTIVE:
        share = live.step / live.steps if live.steps else 0.0
        said = [words.STEP.format(step=live.step, steps=live.steps)] if live.steps else []
        said += [say.duration(live.seconds)] if live.seconds else []
    line = " · ".join(said)
    return f'<p class="fine progress">{esc(line)}</p>{bar(share, "wide")}'


def _how_far(live: Live) -> tuple[float, list[str]]:
    if live.stage != "training":
        said = words.RUN_STAGES[live.stage]
        said += f": {live.done:,} / {live.total:,}" if live.total else ""
        return (live.done / live.total if live.total else 0.0), [said]
    said = [
        words.EPOCH.format(epoch=live.epoch + 1, epochs=live.epochs),
        words.STEP.format(step=live.step, steps=live.steps),
        words.ELAPSED.format(time=say.duration(live.seconds)),
    ]
    if not live.epochs_done and live.epochs > 1:
        said.append(words.REMAINING_LATER)
    elif live.remaining is not None:
        said.append(words.REMAINING.format(time=say.duration(live.remaining)))
    if live.rows_per_second is not None:
        said.append(words.SPEED.format(rows=f"{live.rows_per_second:,.0f}"))
    return live.step / max(1, live.steps), said


def this_pass(live: Live) -> dict[str, int]:
    """Sums over the steps of the newest pass."""
    first = live.epochs_done[-1].step if live.epochs_done else 0
    if live.points and live.points[-1].step <= first:  # the pass is over: show it
        first = live.epochs_done[-2].step if len(live.epochs_done) > 1 else 0
    points = [p for p in live.points if p.step > first]
    return {name: sum(getattr(p, name) for p in points) for name in words.TILES}


def _tiles(live: Live) -> Html:
    sums = this_pass(live)
    total = max(1, sums["agree"] + sums["disagree"])
    tiles = "".join(
        f'<div class="tile {name}" id="ft-{name}"><b>{sums[name]:,}</b>'
        f"<small>{esc(say.percent(sums[name] / total))}</small><span>{esc(said)}</span></div>"
        for name, said in words.TILES.items()
    )
    return (
        f'<h4>{esc(words.PASS_SO_FAR)}</h4><div class="tiles">{tiles}</div>'
        f'<div class="split" aria-hidden="true"><i class="agree" '
        f'style="width:{100 * sums["agree"] / total:.1f}%"></i></div>'
    )


def _failed(live: Live) -> Html:
    state = live.info.state
    if state not in ("failed", "lost"):
        return ""
    step = words.FAILED_NEXT if state == "failed" else words.LOST_NEXT
    said = f'<p dir="auto">{esc(live.failure)}</p>' if live.failure else ""
    return card(f'<div role="alert">{said}<p>{esc(step)}</p></div>', kind="failure")


def below(live: Live, p: Provenance) -> Html:
    """Below the curves: what saves them, pseudo-labels, disagreements, and pass by pass."""
    if not live.points:
        return ""
    curves = "".join(
        f'<div><p class="fine">{esc(title)}</p>{plot_files(p.saved(name, title), f"ft-{name}")}'
        "</div>"
        for name, title in (("agreement", words.AGREEMENT_PLOT), ("losses", words.LOSS_PLOT))
    )
    return (
        f'{card(f"""<div class="pairs">{curves}</div>""", kind="curve-files")}'
        f'<div class="pairs">{_pseudo(live.labels, p)}{_passes(live.epochs_done, p)}</div>'
        f"{_disputes(live.disputes, p)}"
    )


def _pseudo(labels: Mapping[str, int], p: Provenance) -> Html:
    saved = p.saved("pseudo-labels", words.PSEUDO)
    rows = [(words.LABEL, words.PASS_SO_FAR), *labels.items()]
    body = drawn(saved, distribution({words.PASS_SO_FAR: labels}), rows)
    return card(body, kind="pseudo", title=words.PSEUDO, lead=words.PSEUDO_LEAD)


def distribution(columns: Mapping[str, Mapping[str, int]]) -> Html:
    """Counts of labels side by side, with bars and shares; the columns are named."""
    names = list(dict.fromkeys(name for counts in columns.values() for name in counts))
    totals = [max(1, sum(counts.values())) for counts in columns.values()]
    rows = (
        f'<tr data-class="{esc(name)}"><th scope="row"><i class="dot" aria-hidden="true"></i>'
        f"{esc(name)}</th>"
        + "".join(
            f'<td><span class="number">{counts.get(name, 0):,} '
            f"<small>{esc(say.percent(counts.get(name, 0) / total))}</small></span>"
            f"{bar(counts.get(name, 0) / total)}</td>"
            for counts, total in zip(columns.values(), totals, strict=True)
        )
        + "</tr>"
        for name in names
    )
    return table("counts", ["", *map(esc, columns)] if len(columns) > 1 else [], rows)


def _passes(epochs: Sequence[EpochDone], p: Provenance) -> Html:
    if not epochs:
        return ""
    rows = (
        f'<tr><th scope="row">{e.epoch + 1}</th><td>{e.agree:,}</td><td>{e.disagree:,}</td>'
        f"<td>{e.used:,}</td><td>{e.flips:,}</td><td>{e.seconds:.1f}</td></tr>"
        for e in epochs
    )
    shown = scroll(table("numbers", [*map(esc, words.PASS_COLUMNS)], rows), words.PASSES)
    full = [(e.epoch + 1, e.agree, e.disagree, e.used, e.flips, e.seconds) for e in epochs]
    files = table_file(p.saved("passes", words.PASSES), [words.PASS_COLUMNS, *full])
    return card(shown + files, kind="passes", title=words.PASSES)


def _disputes(disputes: Sequence[Mapping[str, Any]], p: Provenance) -> Html:
    if not disputes:
        body = f'<p class="fine">{esc(words.NO_DISPUTES)}</p>'
        return card(body, kind="disputes", title=words.DISPUTES, lead=words.DISPUTES_LEAD)
    by_row = {d["row"]: d for d in reversed(disputes)}  # a row may be disputed in every pass
    newest = list(reversed(by_row.values()))
    rows = (
        f'<tr><td class="sentence">{sentence(str(d["text"]))}</td>'
        f"{_said(d, 'first')}{_said(d, 'second')}</tr>"
        for d in newest
    )
    shown = scroll(table("said", [*map(esc, words.DISPUTE_COLUMNS)], rows), words.DISPUTES)
    full = [[d[key] for key in ("text", "first", "p_first", "second", "p_second")] for d in newest]
    files = table_file(
        p.saved("disagreements", words.DISPUTES), [words.DISPUTE_FILE_COLUMNS, *full]
    )
    return card(shown + files, kind="disputes", title=words.DISPUTES, lead=words.DISPUTES_LEAD)


def _said(dispute: Mapping[str, Any], who: str) -> Html:
    label = str(dispute[who])
    counts = " class=counts-now" if label == dispute["decided"] else ""
    return f"<td{counts}>{label_mark(label)} {esc(say.percent(float(dispute[f'p_{who}'])))}</td>"


def sentence(said: str) -> Html:
    return foreign(said, "") if said else f"<em>{esc(words.PICTURE_ONLY)}</em>"
