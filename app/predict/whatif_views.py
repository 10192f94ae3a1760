"""“What if” on the page: the choices, and what a change does, before and after side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from app.page import say
from app.page.html import Html, bar, card, esc, foreign, later, notes
from app.page.saving import Rows, Saved, drawn
from app.page.say import family_name
from app.page.tables import class_row, table
from app.predict import whatif_words, words
from app.predict.readings import is_rtl
from lfdrt.words import Word

if TYPE_CHECKING:
    from lfdrt.output import Prediction, Scores

HARDLY = 0.01
"""Change of every probability below which the sentence says that hardly anything changes."""
MOST_TEXT = 100_000
"""Characters that a visitor may send; the model itself reads far fewer and says so."""

ON_LOAD = """element.addEventListener('click', event => {
  const hit = event.target.closest('[data-whatif]');
  if (!hit || hit.disabled) return;
  const all = [...element.querySelectorAll('[data-whatif]')], kind = hit.dataset.whatif;
  const words = all.filter(b => b.dataset.whatif === 'words');
  const on = b => b.getAttribute('aria-pressed') === 'true';
  const press = (b, is) => b.setAttribute('aria-pressed', String(is));
  if (kind === 'words') press(hit, !on(hit));
  all.filter(b => kind !== 'words' || !words.includes(b)).forEach(b => press(b, b === hit));
  const left = words.filter(on).map(b => Number(b.dataset.value));
  const value = kind === 'words' ? left : kind === 'rewrite'
    ? element.querySelector('textarea').value : hit.dataset.value;
  trigger('click', {kind, value});
});"""
"""gr.HTML's hook. Words are left out together; every other choice stands alone."""


def choices(p: Prediction, words: Sequence[Word]) -> Html:
    """Everything that can be changed about a sample; what cannot says why. words: of its text."""
    body = _group(whatif_words.LEAVE_OUT, _parts(p)) + _group(
        whatif_words.READ_THROUGH, _families(p)
    )
    if p.text is not None:
        body += _group(whatif_words.WORDS, _words(p, words), whatif_words.WORDS_HINT)
        body += _group(whatif_words.REWRITE, _rewrite(p), whatif_words.REWRITE_HINT)
    return card(Html(f'<div class="changes">{body}</div>'), kind="whatif", title=whatif_words.TITLE,
                lead=whatif_words.LEAD)  # fmt: skip


def _group(name: str, body: Html, hint: str = "") -> Html:
    said = f"<small>{esc(hint)}</small>" if hint else ""
    return Html(
        f'<div class="change" role="group" aria-label="{esc(name)}"><h4>{esc(name)}</h4>'
        f"<div>{body}{said}</div></div>"
    )


def _choice(
    kind: str, said: str, value: str = "", *, off: bool = False, mark: Html = Html("")
) -> Html:
    rest = "disabled" if off else 'aria-pressed="false"'
    return Html(
        f'<button type="button" data-whatif="{kind}" data-value="{esc(value)}" {rest}>'
        f"{esc(said)}{mark}</button>"
    )


def _parts(p: Prediction) -> Html:
    """Picture and text, with the reason why one of them cannot be left out."""
    reasons: list[str] = []
    if not p.has_image:
        reasons = [f"{whatif_words.NO_PICTURE} {whatif_words.TEXT_ALONE}"]
    elif p.text is None:
        reasons = [f"{whatif_words.NO_TEXT} {whatif_words.PICTURE_ALONE}"]
    off = bool(reasons)
    buttons = _choice("picture", whatif_words.PICTURE, off=off) + _choice(
        "text", whatif_words.TEXT, off=off
    )
    return Html(f'<div class="picks">{buttons}</div>{_reasons(reasons)}')


def _reasons(sentences: Sequence[str]) -> Html:
    return Html("".join(f"<small>{esc(one)}</small>" for one in sentences))


def _families(p: Prediction) -> Html:
    mark = f' <span class="own">{esc(whatif_words.USED)}</span>'
    buttons = ""
    for reading in p.families or ():
        used = reading.family == p.family and p.text is not None
        buttons += _choice(
            "family",
            family_name(reading.family),
            reading.family or "",
            off=used or p.text is None,
            mark=Html(mark if used else ""),
        )
    reasons = [whatif_words.NOTHING_TO_READ] if p.text is None else []
    return Html(f'<div class="picks">{buttons}</div>{_reasons(reasons)}')


def _words(p: Prediction, words: Sequence[Word]) -> Html:
    buttons = "".join(
        f'<button type="button" data-whatif="words" data-value="{i}" aria-pressed="false" '
        f'dir="auto"{later(i)}>{esc(unit.text)}</button>'
        for i, unit in enumerate(words)
    )
    side, lang = "rtl" if is_rtl(p) else "ltr", esc(p.language or "")
    return Html(f'<p class="sentence-words" data-arrows dir="{side}" lang="{lang}">{buttons}</p>')


def _rewrite(p: Prediction) -> Html:
    return Html(
        f'<div class="rewrite"><textarea dir="auto" lang="{esc(p.language or "")}" rows="2" '
        f'maxlength="{MOST_TEXT}" aria-label="{esc(whatif_words.REWRITE)}">'
        f"{esc(p.text or '')}</textarea>"
        f"{_choice('rewrite', whatif_words.COMPARE)}</div>"
    )


def refused(sentence: str) -> Html:
    return card(Html(f'<p role="alert" dir="auto">{esc(sentence)}</p>'), kind="failure changed")


def comparison(before: Prediction, after: Prediction, change: str, source: str) -> Html:
    """Both predictions side by side. change: what was changed, as a sentence begins."""
    sides = _side(before, whatif_words.BEFORE) + _side(after, change)
    tables = "".join(
        f"<div>{_shifts(before.labels, name, b, a, _order(before, after))}</div>"
        for name, b, a in _pairs(before, after)
    )
    figure = f'<div class="sides">{sides}</div><div class="shifts">{tables}</div>'
    saved = Saved(name="what-if", title=f"{whatif_words.COMPARED}: {change}", source=source)
    truth = f'<p class="truth" data-aloud="each">{esc(sentence(before, after, change))}</p>'
    new = [note for note in after.notes if note not in before.notes]
    return card(
        Html(truth + drawn(saved, Html(figure), _rows(before, after)) + notes(new)),
        kind="changed",
        title=whatif_words.COMPARED,
    )


def sentence(before: Prediction, after: Prediction, change: str) -> str:
    """What happened, with the numbers that tell it best."""
    b, a = before.scores, after.scores
    old = before.labels.index(b.label)
    most = max(float(np.abs(y - x).max()) for _, x, y in _pairs(before, after))
    p_before, p_after = float(b.mean[old]), float(a.mean[old])
    if a.label != b.label:
        said = whatif_words.new_label(change, a.label, b.label, p_before, p_after)
    elif most < HARDLY:
        said = whatif_words.same_at_all(change, b.label, most)
    else:
        said = whatif_words.same_label(change, b.label, p_before, p_after)
    return " ".join([said, whatif_words.agreement(b.agree, a.agree, a.label_1, a.label_2)]).rstrip()


def _pairs(before: Prediction, after: Prediction) -> list[tuple[str, np.ndarray, np.ndarray]]:
    """Each classifier's name and probabilities. Shape: (C,), (C,)."""
    b, a = before.scores, after.scores
    first, second = words.CLASSIFIERS
    return [
        (first, b.probabilities_1, a.probabilities_1),
        (second, b.probabilities_2, a.probabilities_2),
    ]


def _order(before: Prediction, after: Prediction) -> list[int]:
    """Classes, the likeliest first, whichever side makes them so."""
    return np.argsort(-np.maximum(before.scores.mean, after.scores.mean), kind="stable").tolist()


def _side(p: Prediction, said: str) -> Html:
    scores = p.scores
    sure = float(scores.mean[p.labels.index(scores.label)])
    read = [words.USED[(p.text is not None, p.has_image)]]
    if p.text is not None:
        read.append(family_name(p.family))
    shown = f'<p class="read">{foreign(p.text, p.language or "")}</p>' if p.text else ""
    return Html(
        f'<div class="side" data-class="{esc(scores.label)}"><p class="kicker" dir="auto">'
        f'{esc(said)}</p><p class="label">{esc(say.class_name(scores.label))}</p>'
        f'<p class="sure"><b>{esc(say.percent(sure))}</b>{bar(sure)}'
        f"<small>{esc(words.MEAN)}</small></p>"
        f'<p class="agree">{esc(_agreement(scores))}</p>'
        f'<p class="fine">{esc(" · ".join(read))}</p>{shown}</div>'
    )


def _agreement(s: Scores) -> str:
    return (
        whatif_words.AGREE
        if s.agree
        else whatif_words.DISAGREE.format(
            first=say.class_name(s.label_1), second=say.class_name(s.label_2)
        )
    )


def _shifts(
    labels: Sequence[str], name: str, before: np.ndarray, after: np.ndarray, order: Sequence[int]
) -> Html:
    """One classifier's probabilities as pairs of bars. Shape: before, after (C,)."""
    bars = Html(f"<small>{esc(whatif_words.COLUMN_BARS)}</small>")
    head = ["", bars, whatif_words.COLUMN_BEFORE, whatif_words.COLUMN_AFTER,
            whatif_words.COLUMN_CHANGE]  # fmt: skip
    rows = (
        class_row(
            labels[c],
            f'<td class="two">{bar(b, "was")}{bar(a)}</td><td>{esc(say.percent(b))}</td>'
            f"<td>{esc(say.percent(a))}</td><td><b>{esc(say.points(a - b))}</b></td>",
        )
        for c, b, a in ((c, float(before[c]), float(after[c])) for c in order)
    )
    return table("shift", head, rows, caption=name)


def _rows(before: Prediction, after: Prediction) -> Rows:
    """Shares of both classifiers, before, after and their difference; the head first."""
    columns = [whatif_words.COLUMN_LABEL]
    values: list[np.ndarray] = []
    for name, b, a in _pairs(before, after):
        what = (whatif_words.COLUMN_BEFORE, whatif_words.COLUMN_AFTER, words.COLUMN_DIFFERENCE)
        columns += [whatif_words.SAVED_COLUMN.format(classifier=name, what=w.lower()) for w in what]
        values += [b, a, a - b]
    rows = zip(before.labels, *(np.round(v.astype(float), 6).tolist() for v in values), strict=True)
    return [columns, *rows]
