"""Many languages side by side on the page: one table that a visitor sorts, saved as one figure and
as one table.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.page import say
from app.page.html import Html, bar, card, esc, fine, foreign, label_mark, notes, scroll
from app.page.saving import Cell as Saveable
from app.page.saving import Rows, Saved, drawn
from app.page.say import family_name
from app.page.tables import Cell, Column, sortable
from app.predict import side_words as said
from app.predict.side import Side
from lfdrt.languages import resolve

if TYPE_CHECKING:
    from lfdrt.output import Prediction


def empty() -> Html:
    return card(Html(f"<p>{esc(said.EMPTY)}</p>"), kind="empty")


def waiting() -> Html:
    return card(Html(f'<p data-aloud="each">{esc(said.WAIT)}</p>'), kind="empty")


def comparison(found: Sequence[Side], source: str) -> Html:
    """found: the English side first."""
    english, others = found[0], found[1:]
    words = [w.text for w in english.units]
    top = max(float(one.attention.max()) for one in found) or 1.0
    head = [Column(html=esc(name), down=i > 2) for i, name in enumerate(said.COLUMNS)]
    head += [Column(html=Html(f'<span lang="en">{esc(word)}</span>')) for word in words]
    rows = [_row(one, one is english, words, top) for one in found]
    table = sortable(head, rows, kind="many", caption=said.TITLE)
    legend = said.LEGEND.format(top=say.percent(top))
    title = said.SAVED.format(n=len(found))
    saved = Saved(name=said.FILE, title=f"{title}: {_text(english)}", source=source)
    label = english.parallel.prediction.scores.label
    same = sum(one.parallel.prediction.scores.label == label for one in others)
    least = min(others, key=lambda one: one.agreement)
    truth = said.truth(label, same, len(others), _name(least), least.agreement)
    body = f'<p class="truth" data-aloud="each">{esc(truth)}</p>'
    figure = scroll(table, said.TITLE) + Html(f'<p class="legend">{esc(legend)}</p>')
    body += drawn(saved, figure, _rows(found, words)) + fine(said.ATTENTION_IS)
    body += notes(
        f"{_name(one)}: {note}" for one in found for note in one.parallel.prediction.notes
    )
    return card(Html(body), kind="many", title=title)


def _text(one: Side) -> str:
    return one.parallel.prediction.text or ""


def _name(one: Side) -> str:
    language = one.parallel.prediction.language
    return say.language_name(resolve(language)) if language else say.UNKNOWN


def _family(p: Prediction) -> str:
    """Of the language, whatever it is read through."""
    return say.family_of(resolve(p.language).family) if p.language else say.UNKNOWN


def _share(p: Prediction) -> float:
    return float(p.scores.mean[p.labels.index(p.scores.label)])


def _row(one: Side, english: bool, words: Sequence[str], top: float) -> list[Cell]:
    p = one.parallel.prediction
    mark = f' <span class="own">{esc(said.ENGLISH_SIDE)}</span>' if english else ""
    name = f"{esc(_name(one))}{mark}<small>{foreign(_text(one), p.language or '')}</small>"
    unknown = ""
    if p.unknown_share:
        told = said.UNKNOWN.format(share=say.percent(p.unknown_share))
        unknown = f"<small>{esc(told)}</small>"
    through = f"<small>{esc(family_name(p.family))}</small>" if p.family is None else ""
    return [
        Cell(html=Html(name), key=_name(one)),
        Cell(html=Html(f"{esc(_family(p))}{through}"), key=_family(p)),
        Cell(
            html=Html(f"{label_mark(p.scores.label)} {esc(say.percent(_share(p)))}"),
            key=p.scores.label,
        ),
        Cell(
            html=Html(f"{esc(say.percent(one.agreement))} {bar(one.agreement)}"),
            key=one.agreement,
        ),
        Cell(html=Html(f"{say.number(one.pieces)}{unknown}"), key=one.pieces),
        *(_word(one, a, words[a], top) for a in range(len(words))),
    ]


def _word(one: Side, a: int, english: str, top: float) -> Cell:
    word, share = one.units[int(one.aligned[a])].text, float(one.attention[a])
    lang = one.parallel.prediction.language or ""
    told = said.cell(word, english, share)
    return Cell(
        html=Html(
            f'<span class="pair" style="--v:{share / top:.2f}" title="{esc(told)}">'
            f"{foreign(word, lang)}<small>{esc(say.percent(share))}</small></span>"
        ),
        key=share,
    )


def _rows(found: Sequence[Side], words: Sequence[str]) -> Rows:
    """Everything that is shown, and every class's share; the head first."""
    english = found[0].parallel.prediction
    head = [*said.CSV, *(said.CSV_CLASS.format(label=label) for label in english.labels)]
    for n, word in enumerate(words, start=1):
        numbered = f"{n} {word}"
        head += [said.CSV_WORD.format(word=numbered), said.CSV_SHARE.format(word=numbered)]
    rows: list[list[Saveable]] = [[*head]]
    for one in found:
        p = one.parallel.prediction
        row: list[Saveable] = [_name(one), p.language or "", _family(p), family_name(p.family)]
        row += [_text(one), p.scores.label, round(_share(p), 6)]
        row += [p.scores.label == english.scores.label, round(one.agreement, 6), p.scores.agree]
        row += [one.parallel.pieces, len(one.units), round(one.pieces, 3)]
        row += [round(p.unknown_share, 6), *(round(float(v), 6) for v in p.scores.mean)]
        for a in range(len(words)):
            row += [one.units[int(one.aligned[a])].text, round(float(one.attention[a]), 6)]
        rows.append(row)
    return rows
