"""The words of the player in the Benchmark tab. Knows no components and no HTML."""

from __future__ import annotations

TAB = "Recorded runs"
TITLE = "Watch a recorded evaluation"
LEAD = (
    "Every answer of a checkpoint on every sample of a test set, as it was recorded. Play goes "
    "through them, and the scores build up. Keys: space plays and pauses, arrows step, Home and "
    "End jump."
)
FIRST_LABEL = "Recording"
SECOND_LABEL = "Beside it"
ALONE = "(nothing)"
SOURCES, LANGUAGES, FAMILIES, CLASSES = "Data sets", "Languages", "Families", "True class"
EVERY = "All, where none is chosen."
ONLY_LABEL = "Show"
ONLY = {
    "all": "All",
    "errors": "Errors",
    "disagreements": "Disagreements",
    "differences": "Differences",
}
ONLY_INFO = "What is left out still counts. Differences: between two recordings."
MIXED = "In random order"
FILTERS = "Choose samples"
BUTTONS = {
    "first": "First",
    "back": "Back",
    "play": "Play",
    "pause": "Pause",
    "next": "Next",
    "last": "Last",
}
SPEED = "Samples a second"
SEEK = "Position"
SPEEDS = (1, 5, 25, 100, 500)

ABOUT = "{checkpoint}, {inputs}, {rows} samples, {date}, {device}"
SELECTED = "Selected by: {rule}."
DEMONSTRATION = (
    "Sentences and faces of this set were made for this project: a demonstration, not evidence."
)
YOURS = "Yours: {name}"
NO_SUCH_RECORDING = (
    "There is no recording to play here: choose another one, or make one under “Record a new one”."
)
DAMAGED = "The recording “{name}” cannot be played: its files are damaged or incomplete."
COPY_AGAIN = "Choose another one, or copy assets/benchmarks/recordings from the program again."
RECORD_AGAIN = "Delete it under “Record a new one”, and record it again."
NOTHING = "No sample fits this choice. Choose less."
POSITION = "{n} of {total}"
GOLD, SAYS, FIRST, SECOND = "True label", "Model says", "First classifier", "Second classifier"
RIGHT, WRONG = "right", "wrong"
ONLY_CLASSIFIER = "Its one classifier"
ONE_CLASSIFIER = "One classifier: there is no agreement to show."
AGREE, DISAGREE = "both classifiers agree", "the classifiers disagree"
READ_THROUGH = "read through {family}"
EXCLUDED = "{labels} is never predicted here: the set has no such label."
AGAINST = "The face contradicts the sentence on purpose."
NO_TEXT = "(no text was read)"
SCORES = {
    "accuracy": "Accuracy",
    "macro_f1": "Macro-F1",
    "weighted_f1": "Weighted F1",
    "agreement": "Agreement",
}
SCORES_TITLE, SCORE, VALUE = "Scores", "Score", "Value"
COUNTED = "after {n} samples"
CONFUSION = "What was taken for what"
CURVES = "Scores as they build up"
CURVES_AXIS = "samples"
PAIR = {
    "both_right": "both right",
    "only_first": "only {first} right",
    "only_second": "only {second} right",
    "both_wrong": "both wrong",
}
PAIR_TITLE = "Compared"
PAIR_ALONE = "{first} has {a} samples and {second} {b} that the other lacks; these are left out."
COMPARED, SAMPLES = "Answers", "Samples"
DIFFERENCES = "Samples with different answers"
DIFFERENCE_COLUMNS = ("Position", "Data set", "Split", "Language", "Sample", "True label")
ALL_DIFFERENCES = "All {n} of this choice, as a table:"
TOO_MANY_DIFFERENCES = "They are too many to be saved as a table: choose fewer samples."
NO_DIFFERENCE = "No sample has different answers."
PER_CLASS = "Class by class"
CLASS_COLUMNS = ("Class", "True", "Said", "F1")


def position(n: int, total: int) -> str:
    return POSITION.format(n=f"{n:,}", total=f"{total:,}")
