"""The first thing seen after predicting: the label, who said so, and on what; the states before and
instead of it; and the whole answer as files, made in the browser, so that nothing of a visitor
stays on the server.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from app.page import say
from app.page.html import Html, bar, card, esc, notes
from app.page.saving import Cell, Rows, Saved, csv_text, drawn, files
from app.page.say import family_name
from app.page.tables import class_row, table
from app.predict import words as text
from lfdrt.languages import SPACELESS, resolve
from lfdrt.words import Word, summed

if TYPE_CHECKING:
    from lfdrt.output import Prediction, Scores


CLOSE = 0.1
"""Difference of mean probabilities below which the second class is mentioned."""


def empty(missing: str = "") -> Html:
    """missing: what has to be given first."""
    steps = "".join(f"<li>{esc(step)}</li>" for step in text.EMPTY_STEPS)
    body = f'<p class="missing" role="alert">{esc(missing)}</p>' if missing else ""
    body += f"<h2>{esc(text.EMPTY_TITLE)}</h2><p>{esc(text.EMPTY_BODY)}</p><ol>{steps}</ol>"
    return card(Html(f'<div class="invite">{body}</div>'), kind="empty")


def waiting(phase: str, seconds: float, model: str = "") -> Html:
    """`model`: the name of another one than the base."""
    body = (
        '<div class="spinner" aria-hidden="true"></div>'
        f"<h2>{esc(say.phase(phase, seconds, model))}</h2><p>{esc(text.WAITING)}</p>"
    )
    return card(Html(f'<div class="invite">{body}</div>'), kind="empty waiting")


def failure(sentence: str, next_step: str = "") -> Html:
    body = f'<h2>{esc(text.FAILURE_TITLE)}</h2><p dir="auto">{esc(sentence)}</p>'
    body += f"<p><code>{esc(next_step)}</code></p>" if next_step else ""
    return card(Html(f'<div role="alert">{body}</div>'), kind="failure")


MIX_ON_LOAD = """element.addEventListener('click', event => {
  if (event.target.closest('[data-other-mix]')) trigger('click', {});
});"""
"""gr.HTML's hook."""


def mixed(shares: Mapping[str, float], *, used: bool) -> Html:
    """That the class mix was expected, or was not, and the button that has it otherwise."""
    said, other = (text.WITH_MIX, text.READ_WITHOUT) if used else (text.NO_MIX, text.READ_WITH)
    return Html(
        f'<p class="with-mix" title="{esc(text.mix_told(shares))}"><b>{esc(said)}</b> '
        f'<button type="button" data-other-mix>{esc(other)}</button></p>'
    )


def result(
    p: Prediction,
    words: Sequence[Word],
    source: str,
    remark: str = "",
    model: str = "",
    mix: Html = Html(""),
) -> Html:
    """Label, sentence, what was used, what to know, both classifiers' numbers. words: of the text;
    `remark`: a sentence about a bundled example; `model`: the name of another one than the base;
    `mix`: of `mixed`."""
    label_index = p.labels.index(p.scores.label)
    sure = float(p.scores.mean[label_index])
    body = (
        f'<div class="verdict" data-class="{esc(p.scores.label)}" data-aloud="each">'
        f'<p class="kicker">{esc(text.KICKER)}</p>'
        f'<h2 class="label">{esc(say.class_name(p.scores.label))}</h2>'
        f'<p class="sure"><b>{esc(say.percent(sure))}</b>{bar(sure)}'
        f"<small>{esc(text.MEAN)}</small></p>"
        f'<p class="sentence">{esc(_sentence(p))}</p>{_duel(p.scores)}{mix}</div>'
        f"{_chips(p, words, model)}{notes([*filter(None, [remark]), *p.notes])}"
        f"{_both(p.labels, p.scores, source)}"
    )
    return card(Html(body), kind="result")


def pair(p: Prediction, scores: Scores) -> tuple[float, float]:
    """Both classifiers' probabilities of the decided label."""
    c = p.labels.index(scores.label)
    return float(scores.probabilities_1[c]), float(scores.probabilities_2[c])


def _sentence(p: Prediction) -> str:
    s = p.scores
    if not s.agree:
        return text.disagreement(
            s.label_1,
            float(s.probabilities_1.max()),
            s.label_2,
            float(s.probabilities_2.max()),
            s.decided_by,
        )
    sentence = text.agreement(s.label, *pair(p, s))
    order = np.argsort(-s.mean)
    if s.mean[order[0]] - s.mean[order[1]] < CLOSE:
        sentence += " " + text.close_call(p.labels[order[1]], float(s.mean[order[1]]))
    return sentence


def _duel(s: Scores) -> Html:
    """Two classifiers that disagree, the surer of which pushes the other back: drawn, since the
    sentence above says the same. Empty where they agree."""
    if s.agree:
        return Html("")
    sides = (s.label_1, s.probabilities_1), (s.label_2, s.probabilities_2)
    drawn = [
        f'<div class="{"won" if s.decided_by == k else "lost"}" data-class="{esc(label)}">'
        f"<small>{esc(text.CLASSIFIERS[k - 1])}</small><b>{esc(say.class_name(label))}</b>"
        f"{bar(float(p.max()))}<small>{esc(say.percent(float(p.max()), 1))}</small></div>"
        for k, (label, p) in enumerate(sides, start=1)
    ]
    share = float(sides[0][1].max()) / float(sides[0][1].max() + sides[1][1].max())
    drawn.insert(1, '<i class="clash"></i>')
    return Html(
        f'<div class="duel" style="--first:{share:.3f}" aria-hidden="true">{"".join(drawn)}</div>'
    )


def _chips(p: Prediction, words: Sequence[Word], model: str) -> Html:
    chips = [f"{text.MODEL_LABEL}: {model}"] if model else []
    chips.append(text.USED[(p.text is not None, p.has_image)])
    if p.language is not None:
        language = resolve(p.language)
        chips.append(f"{say.language_name(language)} · {say.family_of(language.family)}")
    if p.text is not None:
        chips.append(f"{text.FAMILY_LABEL}: {family_name(p.family)}")
        spaced = not SPACELESS.search(p.text)
        merged = len(words) if spaced else 0
        chips += [text.pieces(len(p.tokens), merged, p.unknown_share)] if p.tokens else []
    return Html('<ul class="chips">' + "".join(f"<li>{esc(c)}</li>" for c in chips) + "</ul>")


def _both(labels: tuple[str, ...], scores: Scores, source: str) -> Html:
    """Both classifiers side by side, the likeliest class first."""
    first, second = scores.probabilities_1, scores.probabilities_2
    order = np.argsort(-scores.mean)
    rows = (class_row(labels[c], _cell(first, c) + _cell(second, c)) for c in order)
    shown = table("both", ["", *text.CLASSIFIERS], rows, caption=text.BOTH_CLASSIFIERS)
    numbers = zip(labels, *(np.round(v, 6).tolist() for v in (first, second)), strict=True)
    saved = Saved(name="classifiers", title=text.BOTH_CLASSIFIERS, source=source)
    return drawn(saved, shown, [(text.COLUMN_LABEL, *text.CLASSIFIERS), *numbers])


def _cell(p: np.ndarray, c: int) -> Html:
    top = c == int(p.argmax())
    mark = f' <span class="top">{esc(text.TOP)}</span>' if top else ""
    kind = "most" if top else ""
    return Html(
        f'<td class="{kind}"><span class="number">{esc(say.percent(float(p[c])))}</span>'
        f"{bar(float(p[c]))}{mark}</td>"
    )


def guesses(likely: Mapping[str, str]) -> Html:
    """Languages by code, each to be chosen by a click."""
    chips = " ".join(
        f'<button type="button" class="guess" data-guess="{esc(code)}">{esc(name)}</button>'
        for code, name in likely.items()
    )
    return Html(f' <span class="guesses">{esc(text.PERHAPS)} {chips}</span>')


def table_rows(p: Prediction, words: Sequence[Word], model: str) -> Rows:
    """One row a reading: the one used first, then every family; the head before them. words: of the
    text."""
    head = ["reading", "model", "text", "language", "label", "agree", "label_1", "label_2"]
    head += [f"p1_{c}" for c in p.labels] + [f"p2_{c}" for c in p.labels]
    head += [f"attention {i + 1}: {w.text}" for i, w in enumerate(words)]
    rows: list[list[Cell]] = [[*head]]
    for name, scores, attention in _readings(p, words):
        row: list[Cell] = [name, model, p.text or "", p.language or "", scores.label]
        row += [str(scores.agree).lower(), scores.label_1, scores.label_2]
        row += [*_numbers(scores.probabilities_1), *_numbers(scores.probabilities_2), *attention]
        rows.append(row)
    return rows


def json_text(p: Prediction, model: str, source: str) -> str:
    """Everything that the page shows, tokens and all, as JSON."""
    families = [r.family for r in p.families or () if r.family]
    data = {
        "model": model,
        "source": source,
        "language_name": resolve(p.language).name if p.language else None,
        **p.as_dict(families),
    }
    return json.dumps(_rounded(data), ensure_ascii=False, indent=1)


def export(p: Prediction, words: Sequence[Word], model: str, source: str) -> Html:
    """The files of the whole answer; figures are saved where they stand."""
    saved = Saved(name="prediction", title=text.EXPORT_TITLE, source=source)
    contents = {
        "csv": csv_text(table_rows(p, words, model), source),
        "json": json_text(p, model, source),
        "html": "",
    }
    return card(
        files(saved, contents),
        kind="export",
        title=text.EXPORT_TITLE,
        lead=text.EXPORT_LEAD,
    )


def _readings(p: Prediction, words: Sequence[Word]) -> Iterator[tuple[str, Scores, list[float]]]:
    yield "used: " + family_name(p.family), p.scores, []
    for r in p.families or ():
        yield family_name(r.family), r.scores, _numbers(summed(r.attention, words))


def _rounded(value: Any) -> Any:
    """What digits beyond the sixth say is noise, and a heat map of all families has many."""
    if isinstance(value, dict):
        return {key: _rounded(v) for key, v in value.items()}
    if isinstance(value, list):
        return [_rounded(v) for v in value]
    return round(value, 6) if isinstance(value, float) else value


def _numbers(values: np.ndarray) -> list[float]:
    return [round(float(v), 6) for v in values]
