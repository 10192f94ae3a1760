"""The words of “Attention and what counts”."""

from __future__ import annotations

from app.page import speech
from app.page.say import class_name, number, percent, points
from app.page.speech import t, tn

TITLE = "Attention and what counts"
LEAD = (
    "Attention is where it looked, occlusion is what changed the answer: each word is left out in "
    "turn, and everything else stays as it was."
)
ATTENTION, OCCLUSION = "Where it looked", "What changed the answer"
LEGEND_ATTENTION = "Full colour is {top} of the attention."
LEGEND_OCCLUSION = (
    "Full colour is a change of {top} points. Underlined with dots: without the word {label} is "
    "likelier. Framed: without it the answer is another."
)
TABLE = "Word by word"
COLUMNS = ("Word", "Attention", "Points it carries", "Answer without it")
SAVED = ("Word", "Attention", "Probability of {label} lost without it", "Answer without it")
QUOTED = "“{word}”"
BEGINNING = "The first {seen} of {whole} words were left out."
HARDLY = 0.01
"""Change of probability below which a word is said to change nothing."""


OF_WORD = "attention {weight}; without it {label} {points} points"
OF_DECISIVE_WORD = "attention {weight}; without it {label} {points} points, the answer is {other}"
DECIDES_NOT = (
    "No single word decides here: without any one of them {label} changes by at most {most} "
    "percentage points. Attention marks words all the same."
)
OTHER_ANSWER = "Without {words} the answer is another."
EITHER = "{first} or {second}"


def title(weight: float, carried: float, label: str, other: str) -> str:
    """Of one word. other: the answer without it, "" where it stays."""
    return t(OF_DECISIVE_WORD if other else OF_WORD).format(
        weight=percent(weight, 1),
        label=class_name(label),
        points=points(-carried),
        other=class_name(other),
    )


def hardly(label: str, most: float) -> str:
    """most: the largest change, 0 to 1."""
    return t(DECIDES_NOT).format(label=class_name(label), most=number(100 * most))


def agreed(words: list[str], k: int, chance: float) -> str:
    """words: that are among the k of most attention and the k whose absence changes most."""
    by_chance = number(chance)
    if not words:
        return tn(
            "Of the word with most attention and the word that change the answer most, none is the "
            "same (by chance about {chance}).",
            "Of the {n} words with most attention and the {n} words that change the answer most, "
            "none is the same (by chance about {chance}).",
            k,
            chance=by_chance,
        )
    start = tn(
        "Of the word with most attention and the word that change the answer most",
        "Of the {n} words with most attention and the {n} words that change the answer most",
        k,
    )
    return tn(
        "{of}, one is the same (by chance about {chance}): {words}.",
        "{of}, {n} are the same (by chance about {chance}): {words}.",
        len(words),
        of=start,
        chance=by_chance,
        words=", ".join(words),
    )


def decisive(words: list[str]) -> str:
    """Words whose absence alone makes another answer; "" for none."""
    if not words:
        return ""
    first, *rest = words
    for other in rest:
        first = t(EITHER).format(first=first, second=other)
    return t(OTHER_ANSWER).format(words=first)


speech.spoken(__name__, "SAVED")
