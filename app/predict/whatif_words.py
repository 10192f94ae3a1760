"""The words of “What if”: one thing about a sample changed, before and after side by side."""

from __future__ import annotations

from collections.abc import Mapping

from app.page import speech
from app.page.say import NBSP, class_name, number, percent
from app.page.speech import t

TITLE = "What if …"
LEAD = (
    "Change one thing and see what the model makes of it. Everything else stays as it was: the "
    "language, the family, the picture. Your result above is not touched."
)
LEAVE_OUT = "Leave out"
PICTURE, TEXT = "The picture", "The text"
READ_THROUGH = "Read through"
WORDS = "Leave out words"
WORDS_HINT = "Click a word to leave it out, again to bring it back."
REWRITE = "Change the words"
REWRITE_HINT = "It is read in the same language and through the same family as before."
COMPARE = "Compare"
USED = "used"

NO_PICTURE = "No picture was given."
NO_TEXT = "No text was given."
PICTURE_ALONE = "The picture is all there is: nothing would be left."
TEXT_ALONE = "The text is all there is: nothing would be left."
NOTHING_TO_READ = "Families read text, and there is none."

WITHOUT_PICTURE = "Without the picture"
WITHOUT_TEXT = "Without the text"
THROUGH = "Read through {family}"
THROUGH_NONE = "Read through no disentangler"
WITHOUT_WORDS = "Without {words}"
QUOTED = "“{word}”"
MORE_WORDS = "{words} and {count} more"
REWRITTEN = "With other words"
SAVED = "what if: {change}"

BEFORE = "As it was"
COMPARED = "Before and after"
AGREE = "Both classifiers agree"
DISAGREE = "They disagree: {first} and {second}"
COLUMN_LABEL = "Label"
COLUMN_BARS = "Before above, after below"
COLUMN_BEFORE, COLUMN_AFTER, COLUMN_CHANGE = "Before", "After", "Points"
SAVED_COLUMN = "{classifier}, {what}"

SAME_TEXT = "Nothing was changed: the text is the same."
TOO_LONG = f"The text is longer than {{most:,}}{NBSP}characters. Shorten it."
ASK_ANEW = "Press Predict first: the result that would be compared is not here any more."


NEW_LABEL = {
    "stays": "{change}: {after} instead of {before}. {Label} stays at {p_after}.",
    "falls": "{change}: {after} instead of {before}. {Label} falls from {p_before} to {p_after}.",
    "rises": "{change}: {after} instead of {before}. {Label} rises from {p_before} to {p_after}.",
}
SAME_LABEL = {
    "stays": "{change}: still {before}. {Label} stays at {p_after}.",
    "falls": "{change}: still {before}. {Label} falls from {p_before} to {p_after}.",
    "rises": "{change}: still {before}. {Label} rises from {p_before} to {p_after}.",
}
SAME_AT_ALL = "{change}: still {label}, and hardly anything changes (at most {most} points)."
SAME_WHOLLY = "{change}: still {label}, and hardly anything changes (less than 0.1 points)."
AGREE_NOW = "The classifiers agree now."
DISAGREE_NOW = "The classifiers no longer agree: the first says {first}, the second {second}."


def new_label(change: str, after: str, before: str, p_before: float, p_after: float) -> str:
    """Probabilities are of the label before, as means of both classifiers."""
    return _moved(NEW_LABEL, change, before, p_before, p_after, after)


def same_label(change: str, label: str, p_before: float, p_after: float) -> str:
    return _moved(SAME_LABEL, change, label, p_before, p_after)


def same_at_all(change: str, label: str, most: float) -> str:
    """most: the largest change of any probability of either classifier, 0 to 1."""
    said = SAME_AT_ALL if most >= 0.001 else SAME_WHOLLY
    return t(said).format(change=change, label=class_name(label), most=number(100 * most))


def agreement(before: bool, after: bool, first: str, second: str) -> str:
    """What is new about it; "" where nothing is. first, second: what each says afterwards."""
    if before == after:
        return ""
    said = AGREE_NOW if after else DISAGREE_NOW
    return t(said).format(first=class_name(first), second=class_name(second))


def _moved(
    ways: Mapping[str, str],
    change: str,
    label: str,
    before: float,
    after: float,
    new: str = "",
) -> str:
    way = "stays" if abs(after - before) < 0.005 else "falls" if after < before else "rises"
    named = class_name(label)
    return t(ways[way]).format(
        change=change,
        after=class_name(new),
        before=named,
        Label=named[:1].upper() + named[1:],
        p_before=percent(before),
        p_after=percent(after),
    )


speech.spoken(__name__)
