"""Every sentence of the Predict tab but those of “What if”."""

from __future__ import annotations

import math
from collections.abc import Mapping

from app.page import speech
from app.page.say import NBSP, class_name, number, percent, points
from app.page.speech import t, tn
from lfdrt.languages import FAMILIES

TAB, ONE = "Predict", "One text or picture"

# Loading
WAITING = "Your prediction starts by itself when the model is ready."

# Inputs
EXAMPLES_TITLE = "Start with one of these"
EXAMPLES_HINT = "Faces and sentences were put together by this project."
EXAMPLE_NO_TEXT = "A face, no words"
EXAMPLE_PICTURE_ONLY = "Picture only"
TEXT_LABEL = "Text"
TEXT_PLACEHOLDER = "A sentence in any language and script …"
IMAGE_LABEL = "Picture (optional)"
IMAGE_HINT = f"PNG, JPEG, WebP, GIF, BMP or TIFF, up to 20{NBSP}MB and 40 million pixels."
LANGUAGE_LABEL = "Language"
DETECT = "Detect from the text"
FAMILY_LABEL = "Read through"
MODEL_LABEL = "Model"
SPEAKS, SPEAKS_MIX = "{name} answers here", ", with your mix of classes"
SPEAKS_BACK = "Back to {name}"
TRANSLATION_LABEL = "English translation (optional)"
TRANSLATION_INFO = "Adds the view of which words of the two texts look at each other (Eq. 6)."
PREDICT = "Predict"
CLEAR = "Clear"
NO_LANGUAGE_YET = "Answered as you type. Enter predicts, Shift+Enter breaks the line."
NOTHING_GIVEN = "Write a text or add a picture first."
TOO_SHORT_THROUGH_NONE = (
    "Too short to tell the language: read through no disentangler, unless you choose it."
)
MIXED_THROUGH_NONE = (
    "Mixed or romanised, or in a language that is not known: read through no disentangler, unless "
    "you choose it."
)
PERHAPS = "Perhaps:"

# Result
EMPTY_TITLE = "What does it feel like?"
EMPTY_BODY = (
    f"Write a sentence, add a picture, or take an example: two classifiers answer, and "
    f"{len(FAMILIES)} language families read along."
)
EMPTY_STEPS = (
    "One word for the feeling, and how sure each classifier is",
    f"The same text read through {len(FAMILIES)} language families, side by side",
    "Which words the picture looks at, and everything as a file",
)
FAILURE_TITLE = "That did not work"
KICKER = "The model says"
MEAN = "mean of both classifiers"
USED = {
    (True, True): "Text and picture used",
    (True, False): "Text only, no picture",
    (False, True): "Picture only, no text",
}
WITH_MIX, NO_MIX = "With your mix", "Without your mix"
READ_WITHOUT, READ_WITH = "Read it without", "Read it with your mix"
CLASSIFIERS = ("First classifier", "Second classifier")
BOTH_CLASSIFIERS = "What the two classifiers say"
TOP = "highest"
NO_END_MARK = (
    "The text has no end mark. The model reads feelings from “!” too: as it was said, with its "
    "marks, it may be read otherwise."
)
ATTENTION_IS = "Attention shows where the model looked, not why it decided:"
ABOUT_POINTER = "see About."

# Faces in a photograph
FACES_TITLE = "Faces in the picture"
FACES_LEAD = "The marked face was read. Choose another one to read that instead."
FACE_LEAD = "The marked face was read, and nothing of the picture around it."

# Families
FAMILIES_TITLE = "How each family reads it"
FAMILIES_LEAD = (
    "Each row is the same text through one family's disentangler; the stronger a colour, the more "
    "of the picture's attention (Eq. 11) lies there. Choose a family to look closer."
)
FAMILIES_LEAD_IMAGE = "There is no text to attend to: only the predictions can be compared."
COLUMN_FAMILY = "Family"
COLUMN_LABEL = "Label"
COLUMN_SAYS = "Says"
OWN_MARK = "own"
UNIT_LABEL, MODE_LABEL = "Unit", "Shown"
UNIT = {"words": "Words", "tokens": "Tokens"}
MODE = {"attention": "Attention", "difference": "Difference from own"}
NUMBERS = "Numbers"
TABLE_ONE = "Every probability, beside the reading used"
TABLE_TITLE = "All predictions, family by family"
COLUMN_DIFFERENCE = "Difference"
USED_READING = "This is the reading used."
COLUMN_LARGEST = "Largest difference"
COLUMN_FIRST = "First says"
COLUMN_SECOND = "Second says"
COLUMN_ON_TEXT = "Attention on the text"
LEGEND = "Colour from 0 to {top} of the attention."
LEGEND_DIFFERENCE = "Difference of up to ±{top} points; + and − are written in the cells."

# Heads
HEADS_TITLE = "Which family knows these words"
HEADS_LEAD = (
    "Each word is hidden in turn, and every family's head guesses it among {words} words, asking "
    "{asked} (Eq. 6, 7). Who knows the language guesses sharply: KL from uniform in nats, 0 is "
    "knowing nothing."
)
ASKED_ENGLISH, ASKED_ITSELF = "the English translation", "the rest of the text"
HEADS_WAIT = "Every family's head is guessing the words …"
NO_HEADS = "This model has no heads of several families to compare on words."
OWN_FIRST = (
    "{own}, the text's own family, guesses the words most sharply: {value:.1f} nats. Next is "
    "{second} with {next:.1f}."
)
OWN_LATER = (
    "{first} guesses the words most sharply ({value:.1f} nats); {own}, the text's own family, is "
    "number {place} of {heads} with {own_value:.1f}."
)
OTHER_FIRST = (
    "{first} guesses the words most sharply: {value:.1f} nats. Next is {second} with {next:.1f}."
)
NO_HEAD_APART = (
    "No head stands out: all {heads} guess about equally sharply ({low:.1f} to {high:.1f} nats), "
    "so on this text they tell no family from another."
)
COLOUR_RULE = (
    "A word has the colour of the head that finds it likeliest, with a solid line under it for the "
    "own family and a dotted one for another. None where that is less than twice as likely as by "
    "the next head, or no likelier than by chance."
)
NO_COLOUR = "No head clearly"
FOUND_BY = "{first} finds it {times} as likely as the next, {second}"
ABOUT_ALIKE = "{first} and {second} find it about equally likely"
NO_BETTER = "no head finds it likelier than chance"
SHARPNESS_HEAD = "Sharpness"
HEADS_LEGEND = (
    "Sharpest first. Cells: how well a head finds the hidden word, from 0 (chance) to 100 % "
    "(sure) on a scale of logarithms; full colour is {top}, the same in all rows."
)
LOG_COLUMN = "log p: {word}"
WORD_BY_WORD = "Word by word"
BEST_HEAD, HOW_CLEAR = "Found best by", "How clearly"
BEGINNING = "The first {seen} of {whole} tokens were looked at."
ESTIMATED = (
    "Estimated: the sharpest sixth of the guesses is counted over all {words} words, the others "
    "over a thousand frequent ones and every 16th of the rest. In our tests within 0.2 nats of "
    "the full count."
)
COUNT = "Every word, counted over all {words}"
COUNTING = "Counting …"
COUNTED = "Every word of the text, counted over all {words} words."

# Picture and words
REGIONS_TITLE = "Picture and words"
REGIONS_LEAD = "Choose a word to see which parts of the picture look at it, or a part to see words."
REGIONS_START = "Nothing is chosen yet."
WORD_CHOSEN = "“{word}” gets {low} to {high} of a part's attention; clearer parts give more."
REGION_CHOSEN = "{part} looks most at: {words}."
REGION = "Part {row}, {column} of the picture"

# Translation
TRANSLATION_TITLE = "Your text and its translation"
TRANSLATION_LEAD = (
    "Eq. 6: how much each word of the text (rows) looks at each English word (columns), in "
    "percent; read through "
)

# Export
EXPORT_TITLE = "Take it with you"
EXPORT_LEAD = (
    "Everything as one table, as JSON, or as a page that needs no program; figures are saved where "
    "they stand. Made in your browser; nothing is stored."
)
ATTENTION_TITLE = "Attention over the text, by language family"
SHARPNESS_COLUMN = "KL from uniform, nats"
PICTURE_COLUMNS = ("Row", "Column")
WORD_COLUMN = "Word"


FACE_NAME = "Face {number} of {count}, from the largest"
AGREEMENT = "Both classifiers say {label}: {first} and {second}."
DISAGREEMENTS = (
    "The classifiers disagree: the first says {label_1} ({p_1}), the second {label_2} ({p_2}). The "
    "first is surer, so its word counts.",
    "The classifiers disagree: the first says {label_1} ({p_1}), the second {label_2} ({p_2}). The "
    "second is surer, so its word counts.",
)
CLOSE_CALL = "A close call: {label} follows with {p}."
DETECTED = "Detected: {name}, {family} family."
UNTRAINED = "No disentangler was trained for it."
PIECES = "{pieces} pieces a word, {unknown} unknown to the vocabulary"
PIECES_SPACELESS = "{unknown} unknown to the vocabulary"
REMARK = "An example, written to express {meant}. {note}"
CHOSEN = "{name}, {family} family."
CHOSEN_UNTRAINED = "{name}, {family} family: no disentangler was trained for it."
SPREAD_LEAST = (
    "The families' readings hardly differ here: between any two, probabilities change by less than "
    "0.1 percentage points."
)
SPREAD_LITTLE = (
    "The families' readings hardly differ here: between any two, probabilities change by at most "
    "{most} percentage points."
)
SPREAD_LABELS = (
    "The families do not all give the same label; probabilities differ by up to {most} percentage "
    "points."
)
SPREAD = "All families give the same label; probabilities differ by up to {most} percentage points."
TIMES, TIMES_OVER = "{ratio} times", "over 1,000 times"
FAMILY_VERDICT = "Read through {name}: {label} ({p_1} and {p_2})."
NO_DISENTANGLER_VERDICT = "Read through no disentangler: {label} ({p_1} and {p_2})."
COMPARED_SAME = (
    "The same label as the reading used; the largest change is {class_name}, {difference}."
)
COMPARED_OTHER = (
    "Another label than ({own}) the reading used; the largest change is {class_name}, {difference}."
)
MODEL_FAILED = "{name} did not load: {why} Choose another one under Model, or try again."
SAMPLE = "of one sample: {used}, read through {family}"
MIX_USED = "with the model's own class mix"
MIX_NOT_USED = "without the model's own class mix"


def faces_alt(count: int) -> str:
    return tn("The picture, with {n} face marked", "The picture, with {n} faces marked", count)


def face_name(number: int, count: int) -> str:
    return t(FACE_NAME).format(number=number, count=count)


def agreement(label: str, first: float, second: float) -> str:
    return t(AGREEMENT).format(
        label=class_name(label), first=percent(first), second=percent(second)
    )


def disagreement(label_1: str, p_1: float, label_2: str, p_2: float, decided_by: int) -> str:
    """§3.5 in words."""
    return t(DISAGREEMENTS[decided_by - 1]).format(
        label_1=class_name(label_1),
        p_1=percent(p_1),
        label_2=class_name(label_2),
        p_2=percent(p_2),
    )


def close_call(label: str, p: float) -> str:
    return t(CLOSE_CALL).format(label=class_name(label), p=percent(p))


def detected(name: str, family: str) -> str:
    return t(DETECTED).format(name=name, family=family)


def undecided(mixed: bool) -> str:
    return t(MIXED_THROUGH_NONE if mixed else TOO_SHORT_THROUGH_NONE)


def pieces(tokens: int, words: int, unknown: float) -> str:
    """How the vocabulary covers a text. words: 0 where its script has no spaces."""
    said, each = (PIECES, number(tokens / words)) if words else (PIECES_SPACELESS, "")
    return t(said).format(pieces=each, unknown=percent(unknown))


def remark(meant: str, note: str) -> str:
    """About a bundled example. note: in English, in its own direction (Unicode's isolates) where
    the sentence runs from the right."""
    apart = f"\u2068{note}\u2069" if note else ""
    return t(REMARK).format(meant=class_name(meant), note=apart)


def chosen(name: str, family: str, trained: bool) -> str:
    return t(CHOSEN if trained else CHOSEN_UNTRAINED).format(name=name, family=family)


def spread(most: float, labels_differ: bool) -> str:
    """What is true about the families' readings of this sample, computed from them."""
    if labels_differ:
        return t(SPREAD_LABELS).format(most=number(100 * most, 0))
    little = SPREAD_LEAST if most < 0.001 else SPREAD_LITTLE if most < 0.01 else SPREAD
    return t(little).format(most=number(100 * most))


def times(nats: float) -> str:
    """A ratio of probabilities, no more exact than it is worth."""
    ratio = math.exp(min(nats, 20))
    if ratio >= 1000:
        return t(TIMES_OVER)
    return t(TIMES).format(ratio=number(ratio, 1 if ratio < 10 else 0))


def words_count(n: int) -> str:
    return tn("{n} word", "{n} words", n)


def family_verdict(name: str, label: str, p_1: float, p_2: float) -> str:
    return t(FAMILY_VERDICT).format(
        name=name, label=class_name(label), p_1=percent(p_1), p_2=percent(p_2)
    )


def no_disentangler_verdict(label: str, p_1: float, p_2: float) -> str:
    return t(NO_DISENTANGLER_VERDICT).format(
        label=class_name(label), p_1=percent(p_1), p_2=percent(p_2)
    )


def compared(label: str, own_label: str, most: str, difference: float) -> str:
    """most: the class whose probability changes most."""
    return t(COMPARED_SAME if label == own_label else COMPARED_OTHER).format(
        own=class_name(own_label), class_name=class_name(most), difference=points(difference)
    )


def model_failed(name: str, why: str) -> str:
    return t(MODEL_FAILED).format(name=name, why=why)


def mix_used(used: bool) -> str:
    """For the citation."""
    return t(MIX_USED if used else MIX_NOT_USED)


def mix_told(shares: Mapping[str, float]) -> str:
    return ", ".join(f"{class_name(name)} {percent(share)}" for name, share in shares.items())


speech.spoken(__name__)
