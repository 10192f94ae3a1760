"""The words of many languages side by side."""

from __future__ import annotations

from app.page import speech
from app.page.say import class_name, percent
from app.page.speech import t

TAB = "Many languages"
TITLE = "One sentence in many languages"
LEAD = (
    "The same sentence in each language, read through its own family: what is said of it, how much "
    "that agrees with the English side, and which of its words look at which English ones (Eq. 6)."
)
SENTENCE = "Sentence"
OWN_LINES = "My own lines"
LANGUAGES = "Languages"
LANGUAGES_INFO = "All, where none is chosen."
LINES = "Lines"
LINES_INFO = (
    "One a line, the English first. A code before a colon names the language (fi: …); without one "
    "it is detected."
)
BUNDLED = (
    "These sentences were written for this project and have not been checked by native speakers: "
    "change any of them."
)
SOURCE = "sentences written for this project, not checked by native speakers"
SOURCE_OWN = "sentences given by the user"
COMPARE = "Compare"
MODEL_LABEL = "Model"
EMPTY = "Choose a sentence, or write lines of your own, and press Compare."
WAIT = "The model is being read: the comparison starts by itself."

NO_ENGLISH = "Begin with the English side: the first line must be English, such as “en: I am glad.”"
ONE_LINE = "Give at least two lines: the English side, and the same in another language."
MANY_LINES = "These are {n} lines; at most {most} are compared at once. Leave some out."
NO_TEXT = "Line {n} names a language and says nothing: write its sentence behind the colon."

FILE, SAVED = "side-by-side", "One sentence in {n} languages"
COLUMNS = ("Language", "Family", "Says", "Agreement", "Pieces a word")
ENGLISH_SIDE = "English side"
CSV = ("language", "code", "family", "read through", "text", "label", "share of label",
       "same label as English", "agreement with English", "classifiers agree", "pieces", "words",
       "pieces a word", "share unknown")  # fmt: skip
CSV_CLASS = "p {label}"
CSV_WORD, CSV_SHARE = "word for {word}", "attention at {word}"
UNKNOWN = "{share} of the pieces unknown"
LEGEND = (
    "Agreement: what the two distributions over the classes have in common, 0 to 100 %. Under each "
    "English word stands the word of the language that looks at it most (Eq. 6); the colour is the "
    "share of the text's attention that Eq. 6 brings to that English word, full at {top}. Sort by "
    "any column: family, agreement, an English word."
)
ATTENTION_IS = "Attention shows where the model looked, not why it decided."
NO_PAIRS = "–"


TRUTH = (
    "{same} of {others} other languages give the label of the English side, {label}. {lowest} "
    "agrees least: {agreement}."
)
CELL = "“{word}” looks at “{english}” most; attention {share}"


def truth(label: str, same: int, others: int, lowest: str, agreement: float) -> str:
    """lowest: the language that agrees least."""
    return t(TRUTH).format(
        same=same,
        others=others,
        label=class_name(label),
        lowest=lowest,
        agreement=percent(agreement),
    )


def cell(word: str, english: str, share: float) -> str:
    return t(CELL).format(word=word, english=english, share=percent(share, 1))


speech.spoken(__name__, "FILE", "CSV", "CSV_CLASS", "CSV_WORD", "CSV_SHARE")
