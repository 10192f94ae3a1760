"""Attention and what counts: two strips of the text, where the model looked and which words the
answer hangs on, and the words on which the two agree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from app.models.requests import Answer
from app.page import say
from app.page.html import Html, card, esc, fine, folded, foreign
from app.page.saving import Rows, Saved, drawn
from app.page.tables import LEAST_DIFFERENCE, rows_of, wide_table
from app.predict import occlusion_words as said
from app.predict.readings import own_index, strip
from lfdrt.words import Word, spans, summed

if TYPE_CHECKING:
    from lfdrt.output import Prediction, Scores

MOST = 40
"""Words that are left out, from the beginning: twice 20, which take 0.17 s of one core."""
NAMED = 5
"""Words that a sentence names."""


@dataclass(frozen=True, kw_only=True)
class Counted:
    """What both say of the same words. `whole`: words that the text has.

    Shape: attention (W,), shares; support (W,), as `lfdrt.inference.occlusion` has it; labels (W,),
    the answer without each word.
    """

    words: Sequence[Word]
    whole: int
    attention: np.ndarray
    support: np.ndarray
    labels: Sequence[str]

    @property
    def most(self) -> float:
        return float(np.abs(self.support).max())

    @property
    def k(self) -> int:
        """A third of the words, at most `NAMED`."""
        return min(NAMED, max(1, round(len(self.words) / 3)))

    @property
    def agreed(self) -> list[int]:
        """Words among the k of most attention and the k of most change, as the text has them;
        words that change next to nothing are not among the latter."""
        looked = np.argsort(-self.attention, kind="stable")[: self.k].tolist()
        changed = np.argsort(-np.abs(self.support), kind="stable")[: self.k].tolist()
        counts = [w for w in changed if abs(self.support[w]) >= said.HARDLY]
        return sorted(set(looked) & set(counts))


def section(found: Answer, source: str) -> Html:
    """Asks the model once more; "" for texts of fewer than two words, without which nothing of
    them would be left."""
    from lfdrt.inference.occlusion import each_left_out

    p = found.prediction
    words = found.words
    if len(words) < 2 or not p.families:
        return Html("")
    text = p.text or ""
    return shown(p, words, each_left_out(text, spans(text, words[:MOST]), found.others), source)


def shown(p: Prediction, words: Sequence[Word], without: Sequence[Scores], source: str) -> Html:
    """words: of the text; without: scores without each of the first ones."""
    c = counted(p, words, without)
    strips = _strip(p, c, said.ATTENTION, _looked(c))
    strips += fine(said.LEGEND_ATTENTION.format(top=say.percent(float(c.attention.max()), 1)))
    strips += _strip(p, c, said.OCCLUSION, _changed(p, c))
    top = say.number(100 * max(c.most, LEAST_DIFFERENCE))
    strips += fine(said.LEGEND_OCCLUSION.format(top=top, label=say.class_name(p.scores.label)))
    saved = Saved(name="attention-and-occlusion", title=said.TITLE, source=source)
    body = f'<p class="truth" dir="auto">{esc(truth(p, c))}</p>'
    body += drawn(saved, strips, _rows(p, c)) + _table(p, c)
    if len(c.words) < c.whole:
        body += fine(said.BEGINNING.format(seen=len(c.words), whole=c.whole))
    return card(Html(body), kind="occlusion", title=said.TITLE, lead=said.LEAD)


def counted(p: Prediction, words: Sequence[Word], without: Sequence[Scores]) -> Counted:
    from lfdrt.inference.occlusion import support

    attention = summed((p.families or ())[own_index(p)].attention, words)
    seen = len(without)
    return Counted(
        words=words[:seen],
        whole=len(words),
        attention=attention[:seen],
        support=support(p.scores, without, p.labels),
        labels=[one.label for one in without],
    )


def truth(p: Prediction, c: Counted) -> str:
    """What the two strips say together."""
    if c.most < said.HARDLY:
        return said.hardly(p.scores.label, c.most)
    quoted = [said.QUOTED.format(word=w.text) for w in c.words]
    agreed = said.agreed([quoted[w] for w in c.agreed], c.k, c.k**2 / len(c.words))
    order = np.argsort(-c.support, kind="stable").tolist()
    other = [quoted[w] for w in order if c.labels[w] != p.scores.label][:NAMED]
    return f"{agreed} {said.decisive(other)}".strip()


def _strip(p: Prediction, c: Counted, name: str, marks: Sequence[Html]) -> Html:
    line = strip(p.text or "", c.words, marks)
    return Html(
        f'<h4>{esc(name)}</h4><p class="strip" dir="auto" lang="{esc(p.language or "")}">{line}</p>'
    )


def _looked(c: Counted) -> list[Html]:
    top = float(c.attention.max()) or 1.0
    return [
        Html(f' style="--v:{a / top:.2f}" title="{esc(say.percent(a, 1))}"')
        for a in c.attention.tolist()
    ]


def _changed(p: Prediction, c: Counted) -> list[Html]:
    top = max(c.most, LEAST_DIFFERENCE)
    marks = []
    for a, s, label in zip(c.attention.tolist(), c.support.tolist(), c.labels, strict=True):
        other = label if label != p.scores.label else ""
        kind = f"{'for' if s >= 0 else 'against'}{' turns' if other else ''}"
        words = said.title(a, s, p.scores.label, other)
        marks.append(Html(f' class="{kind}" style="--v:{abs(s) / top:.2f}" title="{esc(words)}"'))
    return marks


def _table(p: Prediction, c: Counted) -> Html:
    """The strips in numbers, for who does not see colours."""
    both = set(c.agreed)
    rows = rows_of(
        (
            foreign(w.text, p.language or ""),
            Html(f"<b>{esc(say.percent(a, 1))}</b>") if i in both else say.percent(a, 1),
            Html(f"<b>{esc(say.points(s))}</b>") if i in both else say.points(s),
            say.class_name(label),
        )
        for i, (w, a, s, label) in enumerate(
            zip(c.words, c.attention.tolist(), c.support.tolist(), c.labels, strict=True)
        )
    )
    return folded(
        said.TABLE, wide_table("numbers", said.COLUMNS, rows, f"{said.TITLE}: {said.TABLE}")
    )


def _rows(p: Prediction, c: Counted) -> Rows:
    head = [one.format(label=p.scores.label) for one in said.SAVED]
    numbers = (np.round(v, 6).tolist() for v in (c.attention.astype(float), c.support))
    return [head, *zip((w.text for w in c.words), *numbers, c.labels, strict=True)]
