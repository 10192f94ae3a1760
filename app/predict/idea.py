"""The idea of the paper as a picture that plays once it is asked to: sentence, thirteen lenses, the
picture's question, two classifiers, a word, each with the numbers of this answer. Its steps are a
list, so that it says the same to who cannot see it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.page.html import Html, bar, card, esc, picture_data
from app.page.say import class_name, family_name, percent
from app.predict import idea_words as said
from app.predict.readings import own_index
from lfdrt.words import Word, summed

if TYPE_CHECKING:
    from PIL import Image

    from lfdrt.output import FamilyReading, Prediction

THUMB = 72  # px
FIRST = 14
"""Words that are drawn; the sentence counts all."""


def idea(p: Prediction, words: Sequence[Word], image: Image.Image | None) -> Html:
    """The section; empty where the families' readings were not asked for. words: of the text."""
    if not p.families:
        return Html("")
    own = p.families[own_index(p)]
    steps = (
        (said.TEXT, _text(p, words, own)),
        (said.LENSES, _lenses(p, own)),
        (said.PICTURE, _asks(p, words, own, image)),
        (said.CLASSIFIERS, _both(p)),
        (said.ANSWER, _answer(p)),
    )
    items = "".join(f"<li><b>{esc(name)}</b>{body}</li>" for name, body in steps)
    body = (
        f'<button type="button" class="on-map" data-replay>{esc(said.PLAY)}</button>'
        f'<ol class="steps">{items}</ol>'
    )
    return card(Html(body), kind="idea", title=said.TITLE, lead=said.LEAD)


def _line(sentence: str) -> Html:
    return Html(f"<p>{esc(sentence)}</p>")


def _text(p: Prediction, words: Sequence[Word], own: FamilyReading) -> Html:
    if not p.tokens:
        return _line(said.NO_TEXT)
    weights = summed(own.attention, words)
    top = float(weights.max(initial=0.0)) or 1.0
    drawn = " ".join(
        f'<span data-w="{i}" style="--v:{float(weights[i]) / top:.2f}">{esc(w.text)}</span>'
        for i, w in enumerate(words[:FIRST])
    )
    more = " …" if len(words) > FIRST else ""
    strip = f'<p class="strip" dir="auto" lang="{esc(p.language or "")}">{drawn}{more}</p>'
    return Html(strip) + _line(said.PIECES.format(tokens=len(p.tokens)))


def _lenses(p: Prediction, own: FamilyReading) -> Html:
    """One for each family, as high as it is sure of what it says."""
    lenses = [r for r in p.families or () if r.family is not None]
    drawn = "".join(_lens(p, r, used=r is own) for r in lenses)
    same = sum(r.scores.label == p.scores.label for r in lenses)
    told = said.LENSES_ALL if same == len(lenses) else said.LENSES_SOME
    used = said.USED_NONE if own.family is None else said.USED
    return (
        Html(f'<div class="lenses" aria-hidden="true">{drawn}</div>')
        + _line(told.format(count=len(lenses), some=same, label=class_name(p.scores.label)))
        + _line(used.format(family=family_name(own.family)))
    )


def _lens(p: Prediction, r: FamilyReading, *, used: bool) -> Html:
    share = float(r.scores.mean[p.labels.index(r.scores.label)])
    told = said.LENS.format(
        family=family_name(r.family), label=class_name(r.scores.label), share=percent(share)
    )
    return Html(
        f'<i class="{"used" if used else ""}" data-class="{esc(r.scores.label)}" '
        f'style="--v:{share:.3f}" title="{esc(told)}"></i>'
    )


def _asks(
    p: Prediction, words: Sequence[Word], own: FamilyReading, image: Image.Image | None
) -> Html:  # fmt: skip
    drawn = Html("")
    if image is not None:
        from lfdrt.data.images import shrink

        drawn = Html(f'<img alt="" src="{picture_data(shrink(image, THUMB))}">')
    if not p.tokens:
        return drawn + _line(said.ASKS_ALONE)
    word = words[int(summed(own.attention, words).argmax())].text
    told = said.ASKS if p.has_image else said.ASKS_NONE
    return drawn + _line(told.format(share=percent(own.mass), word=word))


def _both(p: Prediction) -> Html:
    s = p.scores
    sides = (s.label_1, float(s.probabilities_1.max())), (s.label_2, float(s.probabilities_2.max()))
    drawn = "".join(f'<div data-class="{esc(label)}">{bar(share)}</div>' for label, share in sides)
    (first, p_first), (second, p_second) = sides
    told = said.BOTH.format(
        first=class_name(first),
        p_first=percent(p_first),
        second=class_name(second),
        p_second=percent(p_second),
    )
    return Html(f'<div class="pair-of-bars" aria-hidden="true">{drawn}</div>') + _line(told)


def _answer(p: Prediction) -> Html:
    share = percent(float(p.scores.mean[p.labels.index(p.scores.label)]))
    return Html(
        f'<p class="word" data-class="{esc(p.scores.label)}">'
        f"{esc(said.SURE.format(label=class_name(p.scores.label), share=share))}</p>"
    )
