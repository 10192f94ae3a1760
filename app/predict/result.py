"""The first thing seen after predicting: the label, who said so, and on what.

Also the states before and instead of it: empty, waiting, failed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from app.page import say
from app.page.html import Html, bar, card, esc, notes
from app.page.saving import Saved, drawn
from app.page.say import family_name
from app.predict import words
from lfdrt.languages import resolve

if TYPE_CHECKING:
    from lfdrt.output import Prediction, Scores

CLOSE = 0.1
"""Difference of mean probabilities below which the second class is mentioned."""


def empty() -> Html:
    steps = "".join(f"<li>{esc(step)}</li>" for step in words.EMPTY_STEPS)
    body = f"<h2>{esc(words.EMPTY_TITLE)}</h2><p>{esc(words.EMPTY_BODY)}</p><ol>{steps}</ol>"
    return card(Html(f'<div class="invite">{body}</div>'), kind="empty")


def waiting(phase: str, seconds: float, model: str = "") -> Html:
    """`model`: the name of another one than the base."""
    body = (
        '<div class="spinner" aria-hidden="true"></div>'
        f"<h2>{esc(say.phase(phase, seconds, model))}</h2><p>{esc(words.WAITING)}</p>"
    )
    return card(Html(f'<div class="invite" role="status">{body}</div>'), kind="empty waiting")


def failure(sentence: str, next_step: str = "") -> Html:
    body = f'<h2>{esc(words.FAILURE_TITLE)}</h2><p dir="auto">{esc(sentence)}</p>'
    body += f"<p><code>{esc(next_step)}</code></p>" if next_step else ""
    return card(Html(f'<div role="alert">{body}</div>'), kind="failure")


def result(p: Prediction, source: str, remark: str = "", model: str = "") -> Html:
    """Label, sentence, what was used, what to know, both classifiers' numbers. `remark`: a
    sentence about a bundled example; `model`: the name of another one than the base."""
    label_index = p.labels.index(p.scores.label)
    sure = float(p.scores.mean[label_index])
    body = (
        f'<div class="verdict" data-class="{esc(p.scores.label)}">'
        f'<p class="kicker">{esc(words.KICKER)}</p>'
        f'<h2 class="label">{esc(p.scores.label)}</h2>'
        f'<p class="sure"><b>{esc(say.percent(sure))}</b>{bar(sure)}'
        f"<small>{esc(words.MEAN)}</small></p>"
        f'<p class="sentence">{esc(_sentence(p))}</p></div>'
        f"{_chips(p, model)}{notes([*filter(None, [remark]), *p.notes])}"
        f"{_both(p.labels, p.scores, source)}"
    )
    return card(Html(body), kind="result", attributes='aria-live="polite"')


def pair(p: Prediction, scores: Scores) -> tuple[float, float]:
    """Both classifiers' probabilities of the decided label."""
    c = p.labels.index(scores.label)
    return float(scores.probabilities_1[c]), float(scores.probabilities_2[c])


def _sentence(p: Prediction) -> str:
    s = p.scores
    if not s.agree:
        return words.disagreement(
            s.label_1,
            float(s.probabilities_1.max()),
            s.label_2,
            float(s.probabilities_2.max()),
            s.decided_by,
        )
    sentence = words.agreement(s.label, *pair(p, s))
    order = np.argsort(-s.mean)
    if s.mean[order[0]] - s.mean[order[1]] < CLOSE:
        sentence += " " + words.close_call(p.labels[order[1]], float(s.mean[order[1]]))
    return sentence


def _chips(p: Prediction, model: str) -> Html:
    chips = [f"{words.MODEL_LABEL}: {model}"] if model else []
    chips.append(words.USED[(p.text is not None, p.has_image)])
    if p.language is not None:
        language = resolve(p.language)
        chips.append(f"{language.name} · {language.family.name}")
    if p.text is not None:
        chips.append(f"{words.FAMILY_LABEL}: {family_name(p.family)}")
    return Html('<ul class="chips">' + "".join(f"<li>{esc(c)}</li>" for c in chips) + "</ul>")


def _both(labels: tuple[str, ...], scores: Scores, source: str) -> Html:
    """Both classifiers side by side, the likeliest class first."""
    first, second = scores.probabilities_1, scores.probabilities_2
    rows = "".join(
        f'<tr data-class="{esc(labels[c])}"><th scope="row">'
        f'<i class="dot" aria-hidden="true"></i>{esc(labels[c])}</th>'
        f"{_cell(first, c)}{_cell(second, c)}</tr>"
        for c in np.argsort(-scores.mean)
    )
    head = "".join(f'<th scope="col">{esc(name)}</th>' for name in words.CLASSIFIERS)
    shown = (
        f'<table class="both"><caption>{esc(words.BOTH_CLASSIFIERS)}</caption>'
        f"<thead><tr><td></td>{head}</tr></thead><tbody>{rows}</tbody></table>"
    )
    numbers = zip(labels, *(np.round(v, 6).tolist() for v in (first, second)), strict=True)
    saved = Saved(name="classifiers", title=words.BOTH_CLASSIFIERS, source=source)
    return drawn(saved, Html(shown), [(words.COLUMN_LABEL, *words.CLASSIFIERS), *numbers])


def _cell(p: np.ndarray, c: int) -> Html:
    top = c == int(p.argmax())
    mark = f' <span class="top">{esc(words.TOP)}</span>' if top else ""
    kind = "most" if top else ""
    return Html(
        f'<td class="{kind}"><span class="number">{esc(say.percent(float(p[c])))}</span>'
        f"{bar(float(p[c]))}{mark}</td>"
    )
