"""The words of “Attention and what counts”."""

from __future__ import annotations

from app.page.say import percent, points

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


def title(weight: float, carried: float, label: str, other: str) -> str:
    """Of one word. other: the answer without it, "" where it stays."""
    said = f"attention {percent(weight, 1)}; without it {label} {points(-carried)} points"
    return f"{said}, the answer is {other}" if other else said


def hardly(label: str, most: float) -> str:
    """most: the largest change, 0 to 1."""
    return (
        f"No single word decides here: without any one of them {label} changes by at most "
        f"{100 * most:.1f} percentage points. Attention marks words all the same."
    )


def agreed(words: list[str], k: int, chance: float) -> str:
    """words: that are among the k of most attention and the k whose absence changes most."""
    k_words = "word" if k == 1 else f"{k} words"
    start = f"Of the {k_words} with most attention and the {k_words} that change the answer most, "
    by_chance = f"by chance about {chance:.1f}"
    if not words:
        return f"{start}none is the same ({by_chance})."
    are = "one is the same" if len(words) == 1 else f"{len(words)} are the same"
    return f"{start}{are} ({by_chance}): {', '.join(words)}."


def decisive(words: list[str]) -> str:
    """Words whose absence alone makes another answer; "" for none."""
    return f"Without {' or '.join(words)} the answer is another." if words else ""
