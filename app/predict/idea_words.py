"""Every sentence of “How the answer comes about”."""

from __future__ import annotations

from app.page import speech

TITLE = "How the answer comes about"
LEAD = "The idea of the paper from left to right, with the numbers of this answer."
PLAY = "Play it"
TEXT, LENSES, PICTURE, CLASSIFIERS, ANSWER = (
    "The text", "The families", "The picture asks", "Two classifiers", "One word",
)  # fmt: skip
PIECES = "It is read in {tokens} pieces."
NO_TEXT = "There is none: a learned stand-in takes its place."
LENSES_ALL = "{count} lenses re-read it, one for each family. Through each of them it says {label}."
LENSES_SOME = (
    "{count} lenses re-read it, one for each family. Through {some} of them it says {label}."
)
LENS = "{family}: {label} {share}"
USED = "The lens of {family} is used."
USED_NONE = "None of them is used here."
ASKS = "{share} of its attention goes to the text, most of it to “{word}”."
ASKS_NONE = (
    "There is no picture: a learned stand-in asks. {share} of its attention goes to the text."
)
ASKS_ALONE = "It has no words to look at, and speaks for itself."
BOTH = "The first says {first} ({p_first}), the second {second} ({p_second})."
SURE = "{label}, {share}"


speech.spoken(__name__)
