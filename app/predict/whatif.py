"""“What if”: from a visitor's change to both predictions side by side."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.models.requests import NONE, Original, Refused, Request
from app.models.service import Service
from app.page import say
from app.page.html import Html
from app.page.saving import cite
from app.page.say import family_name
from app.predict import whatif_views as views
from app.predict import whatif_words as words
from lfdrt.words import merge, spans

log = logging.getLogger(__name__)

NAMED = 3  # words that a change names


@dataclass(frozen=True, kw_only=True)
class Change:
    """said: what is changed, as a sentence begins."""

    request: Request
    said: str


def compare(service: Service, original: Original | None, kind: object, value: object) -> Html:
    """What a change does; "" where words are all back. kind, value: what the browser sent."""
    try:
        if original is None:
            raise Refused(words.ASK_ANEW)
        if kind == "words" and not value:
            return Html("")
        change = changed(original, kind, value)
        after = service.open(change.request.checkpoint).scores(change.request)
        told = words.SAVED.format(change=change.said[:1].lower() + change.said[1:])
        source = cite(original.weights, *original.about, told)
        return views.comparison(original.prediction, after, change.said, source)
    except Refused as refused:
        return views.refused(str(refused))
    except Exception:
        log.exception("a comparison failed")
        return views.refused(say.UNEXPECTED)


def changed(original: Original, kind: object, value: object) -> Change:
    """Raises Refused for what is no change, or not one of this sample."""
    request = original.request
    if kind == "picture":
        return Change(request=replace(request, picture=None), said=words.WITHOUT_PICTURE)
    if kind == "text":
        return Change(request=replace(request, text=""), said=words.WITHOUT_TEXT)
    if kind == "family":
        return _through(request, str(value))
    if kind == "words" and isinstance(value, list):
        return _without(original, value)
    if kind == "rewrite":
        return _rewritten(request, str(value))
    raise Refused(say.UNEXPECTED)


def _through(request: Request, family: str) -> Change:
    said = words.THROUGH.format(family=family_name(family)) if family else words.THROUGH_NONE
    return Change(request=replace(request, family=family or NONE), said=said)


def _without(original: Original, places: Sequence[object]) -> Change:
    """places: of words, as `merge` counts them."""
    from lfdrt.inference.occlusion import left_out

    whole = original.prediction.text or ""
    units = merge(whole, original.prediction.tokens)
    chosen = sorted({i for i in places if isinstance(i, int) and 0 <= i < len(units)})
    if not chosen:
        raise Refused(say.UNEXPECTED)
    left = left_out(whole, spans(whole, [units[i] for i in chosen]))
    quoted = [words.QUOTED.format(word=units[i].text) for i in chosen[:NAMED]]
    named = ", ".join(quoted)
    if more := len(chosen) - len(quoted):
        named = words.MORE_WORDS.format(words=named, count=more)
    request = replace(original.request, text=left)
    return Change(request=request, said=words.WITHOUT_WORDS.format(words=named))


def _rewritten(request: Request, written: str) -> Change:
    if written.strip() == request.text.strip():
        raise Refused(words.SAME_TEXT)
    if len(written) > views.MOST_TEXT:
        raise Refused(words.TOO_LONG.format(most=views.MOST_TEXT))
    return Change(request=replace(request, text=written), said=words.REWRITTEN)
