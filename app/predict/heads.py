"""Which family's head knows a text's words: the text coloured by it, and all heads in one table.
Every word was hidden and guessed by each head.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from app.page import say
from app.page.html import Html, bar, card, esc, fine, folded, foreign, scroll, switch
from app.page.saving import Rows, Saved, drawn
from app.page.say import family_name
from app.page.tables import HeatMap, heat_table, rows_of, wide_table
from app.predict import words as text
from app.predict.readings import is_rtl, named, strip
from lfdrt.languages import resolve
from lfdrt.words import Word, summed

if TYPE_CHECKING:
    from lfdrt.output import HeadGuesses, Prediction

TWICE = math.log(2)
"""A word is coloured where its best head gives it at least twice the next one's probability."""
APART = 0.5
"""Nats by which the sharpest head is above the middle one, below which no head stands out. Heads
that have not learned lie within 0.2; where they have, 1.3 and more."""
OTHERS = ("#d17a22", "#7c5cc4", "#c2487f", "#3f7fd0", "#8a8f1c", "#8a6a4f")
"""Colours of families that are not the text's own, the one with most words first. 13 hues could not
be told apart; more than six families at once hardly happen, and the rest are grey."""

ON_LOAD = """element.addEventListener('click', event => {
  const hit = event.target.closest('[data-count]');
  if (!hit || hit.disabled) return;
  hit.disabled = true;
  hit.textContent = hit.dataset.count;
  trigger('click', {});
});"""
"""gr.HTML's hook."""


@dataclass(frozen=True, kw_only=True)
class Guessed:
    """What is shown: the words whose tokens were all guessed, and the heads, the sharpest first.

    Shape: sharpness (K,), nats; gain (K, W), nats by which a head finds a word likelier than
    chance; best (W,), the head of each word's colour, -1 for none. Heads by their place in `codes`.
    """

    codes: Sequence[str]
    own: int
    words: Sequence[Word]
    sharpness: np.ndarray
    gain: np.ndarray
    best: np.ndarray
    chance: float

    @property
    def order(self) -> list[int]:
        order: list[int] = np.argsort(-self.sharpness, kind="stable").tolist()
        return order

    @property
    def counts(self) -> dict[int, int]:
        """Words of each head, the one with most first; -1 are those of none."""
        return dict(Counter(self.best.tolist()).most_common())

    def hue(self, k: int) -> str:
        """Its colour in this text, as a style."""
        if k == self.own:
            return "--hue:var(--accent)"
        place = [other for other in self.counts if other not in (-1, self.own)].index(k)
        return f"--hue:{OTHERS[place] if place < len(OTHERS) else 'var(--soft)'}"

    @property
    def apart(self) -> bool:
        return float(self.sharpness.max() - np.median(self.sharpness)) >= APART


def guessed(
    g: HeadGuesses, words: Sequence[Word], codes: Sequence[str], own: str | None
) -> Guessed:
    """words: of the text. A word of several tokens has the sum of its tokens' logarithms."""
    chance = math.log(g.words)
    seen = [w for w in words if max(w.tokens) < g.sharpness.shape[1]]
    gain = summed(g.log_probability + chance, seen)  # (K, W)
    first, second = np.sort(gain, axis=0)[::-1][:2]
    clear = (first - second >= TWICE) & (first > 0)
    return Guessed(
        codes=codes,
        own=codes.index(own) if own in codes else -1,
        words=seen,
        sharpness=g.sharpness.mean(axis=1),
        gain=gain,
        best=np.where(clear, gain.argmax(axis=0), -1),
        chance=chance,
    )


def heads(
    g: HeadGuesses | None,
    p: Prediction,
    words: Sequence[Word],
    codes: Sequence[str],
    *,
    english: bool,
    source: str,
) -> Html:
    """The section; "" without text. english: the heads could ask a translation."""
    if not p.tokens:
        return Html("")
    if g is None:
        return Html(f'<p class="hint">{esc(text.NO_HEADS)}</p>')
    own = resolve(p.language).family.code if p.language else None  # whatever it is read through
    found = guessed(g, words, codes, own)
    saved = Saved(name="heads", title=text.HEADS_TITLE, source=source)
    asked = text.ASKED_ENGLISH if english else text.ASKED_ITSELF
    figure = f"{_coloured(p, found)}{_key(found)}{_rows_of_heads(p, found)}"
    body = f'<p class="truth">{esc(truth(found))}</p>'
    body += switch("numbers", {"on": text.NUMBERS}, "off", text.NUMBERS)
    body += drawn(saved, Html(figure), _saved(found)) + _word_by_word(p, found) + _count(g, p)
    return card(
        Html(body),
        kind="sharpness",
        title=text.HEADS_TITLE,
        lead=text.HEADS_LEAD.format(words=say.count(g.words), asked=asked),
        attributes='data-numbers="off"',
    )


def truth(found: Guessed) -> str:
    """What the numbers say of this text, whatever the checkpoint is called."""
    names = [family_name(found.codes[k]) for k in found.order]
    values = found.sharpness[found.order].tolist()
    if not found.apart:
        return text.NO_HEAD_APART.format(heads=len(names), low=values[-1], high=values[0])
    if found.own < 0:
        return text.OTHER_FIRST.format(
            first=names[0], value=values[0], second=names[1], next=values[1]
        )
    own, place = family_name(found.codes[found.own]), found.order.index(found.own)
    if place == 0:
        return text.OWN_FIRST.format(own=own, value=values[0], second=names[1], next=values[1])
    return text.OWN_LATER.format(
        first=names[0], value=values[0], own=own, place=place + 1, heads=len(names),
        own_value=values[place],
    )  # fmt: skip


def _coloured(p: Prediction, found: Guessed) -> Html:
    """The whole text; words beyond those that were guessed stay pale."""
    marks = []
    for w, k in enumerate(found.best.tolist()):
        said = _said(found, w)
        if k < 0:
            marks.append(Html(f' title="{esc(said)}"'))
            continue
        kind = "by ours" if k == found.own else "by"
        marks.append(Html(f' class="{kind}" style="{found.hue(k)}" title="{esc(said)}"'))
    line = strip(p.text or "", found.words, marks)
    return Html(f'<p class="strip heads" dir="auto" lang="{esc(p.language or "")}">{line}</p>')


def _said(found: Guessed, w: int) -> str:
    """One word in words."""
    order = np.argsort(-found.gain[:, w], kind="stable")[:2]
    first, second = (family_name(found.codes[k]) for k in order)
    best, then = found.gain[order, w].tolist()
    if best <= 0:
        return text.NO_BETTER
    if found.best[w] < 0:
        return text.ABOUT_ALIKE.format(first=first, second=second)
    return text.FOUND_BY.format(first=first, times=text.times(best - then), second=second)


def _key(found: Guessed) -> Html:
    """Which colour is which family, with the words that each has."""
    counts = found.counts
    none = counts.pop(-1, 0)
    items = ""
    for k, n in counts.items():
        items += (
            f'<li style="{found.hue(k)}"><i class="dot" aria-hidden="true"></i>'
            f"{named(found.codes[k], k == found.own)} "
            f"<small>{esc(text.words_count(n))}</small></li>"
        )
    if none:
        items += f"<li>{esc(text.NO_COLOUR)} <small>{esc(text.words_count(none))}</small></li>"
    return Html(f'<ul class="key">{items}</ul><p class="legend">{esc(text.COLOUR_RULE)}</p>')


def _rows_of_heads(p: Prediction, found: Guessed) -> Html:
    """All heads, the sharpest first: how sharp, and how well each finds every word."""
    heat = HeatMap(
        values=_shares(found)[found.order],
        columns=[w.text for w in found.words],
        rows=[family_name(found.codes[k]) for k in found.order],
        marked=found.order.index(found.own) if found.own >= 0 else None,
        rtl=is_rtl(p),
        lang=p.language or "",
    )
    top = float(found.sharpness.max()) or 1.0
    body = heat_table(
        heat,
        corner=text.COLUMN_FAMILY,
        heads=[named(found.codes[k], k == found.own) for k in found.order],
        beside=[
            Html(f"{bar(found.sharpness[k] / top)} {say.number(found.sharpness[k])}")
            for k in found.order
        ],
        beside_head=text.SHARPNESS_HEAD,
    )
    legend = text.HEADS_LEGEND.format(top=say.percent(heat.top))
    return Html(f'{scroll(body, text.HEADS_TITLE)}<p class="legend">{esc(legend)}</p>')


def _shares(found: Guessed) -> np.ndarray:
    """Of the way from chance (0) to being sure (1), on the scale of logarithms; below chance is 0.

    Shape: (K, W).
    """
    tokens = np.array([len(w.tokens) for w in found.words])
    return np.clip(found.gain / (found.chance * np.maximum(tokens, 1)), 0, 1)


def _saved(found: Guessed) -> Rows:
    """Logarithms of each word's probability, natural, heads as shown; the head first."""
    tokens = np.array([len(w.tokens) for w in found.words])
    log_p = np.round((found.gain - found.chance * tokens).astype(float), 4).tolist()
    head = [text.COLUMN_FAMILY, text.SHARPNESS_COLUMN]
    head += [text.LOG_COLUMN.format(word=w.text) for w in found.words]
    return [
        head,
        *([family_name(found.codes[k]), round(float(found.sharpness[k]), 4), *log_p[k]]
          for k in found.order),
    ]  # fmt: skip


def _word_by_word(p: Prediction, found: Guessed) -> Html:
    """The colours as words, for who does not see them."""
    rows = rows_of(
        (foreign(w.text, p.language or ""), _name(found, int(found.best[i])), _said(found, i))
        for i, w in enumerate(found.words)
    )
    columns = (text.WORD_COLUMN, text.BEST_HEAD, text.HOW_CLEAR)
    return folded(text.WORD_BY_WORD, wide_table("numbers", columns, rows, text.WORD_BY_WORD))


def _name(found: Guessed, k: int) -> str:
    return text.NO_COLOUR if k < 0 else family_name(found.codes[k])


def _count(g: HeadGuesses, p: Prediction) -> Html:
    """How the numbers were had, and the way to the exact ones."""
    if g.exact:
        return fine(text.COUNTED.format(words=say.count(g.words)))
    seen, whole = g.sharpness.shape[1], len(p.tokens)
    said = text.ESTIMATED.format(words=say.count(g.words))
    if seen < whole:
        said = f"{text.BEGINNING.format(seen=seen, whole=whole)} {said}"
    return fine(said) + Html(
        f'<div class="downloads"><button type="button" data-count="{esc(text.COUNTING)}">'
        f"{esc(text.COUNT.format(words=say.count(g.words)))}</button></div>"
    )
