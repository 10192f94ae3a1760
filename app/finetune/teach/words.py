"""Every sentence of teaching, the first way in the Fine-tune tab."""

from __future__ import annotations

from app.jobs.words import JobWords
from app.page import speech

TAB = "Teach it"
WAY = "Say how often each feeling is in your texts, and label a few."
LEAD = (
    "Tell it what you know. How often is each feeling in your texts? And what are a few of them? "
    "It asks where its two classifiers disagree, so that a few minutes go a long way."
)
GAINS = {
    "mix": "your mix alone {gain}",
    "20": "20 labels {gain}",
    "100": "100 labels {gain}",
}
GAINED = "In our tests, in points of weighted F1: {gains}."
GAINED_RETHINKING = "In our tests, on average: {gain} points of macro-F1."
BEGIN = "Begin with these texts"
BEGIN_HINT = "First it reads them once. Then it asks."
NO_TEXTS = "Choose a table first, or one of the samples."

JOB = JobWords(
    noun="teaching",
    busy="A teaching is at work on this machine already. Wait until it ends, or stop it if it is"
    " yours.",
    busy_own="“{name}” is still being taught. Wait until it ends, or stop it.",
    not_started="The teaching could not be started: {why}.",
    none="There is no such teaching. It may have been deleted.",
    no_name="Give the teaching a name.",
    name_taken="There is a teaching called “{name}” already: choose another name.",
    damaged="A teaching that cannot be read",
    not_resumable="“{name}” is complete: there is nothing to go on with.",
    lost="The process ended without a word. Your labels are safe.",
    running="At work",
    ends={
        "read": "Ready for your answers",
        "done": "Learned",
        "unchanged": "Nothing changed",
        "imported": "Brought in",
    },
    mine="Your teachings",
    stopped="Your labels are safe. Go on labelling, or let it learn again.",
    failed_next="Your labels are safe. Change what the sentence names, then try again.",
    lost_next="“Try again” takes it up.",
    buttons={"stop": "Stop", "resume": "Try again"},
    save_file="Save the ZIP",
)
STAGES = {
    "pictures": "Looking at the pictures",
    "encoding": "Reading the texts once",
    "saving": "Saving the model",
}
TRYING = "Trying what helps most: {done} of {total}"
STARTING = "Starting"

# The question
ASK = "What does this one feel like?"
ANSWERED = "What you said is kept at once: close the page whenever you like."
BECAUSE = {
    "disagree": "Asked because the two classifiers disagree here.",
    "margin": "Asked because the model is unsure here.",
    "random": "Drawn by chance, to measure honestly.",
}
NONE_OF_THESE = "None of these"
SKIP = "Skip"
UNDO = "Undo"
KEYS = "Keys: 1–{last}, 0 none of these, → skip, ← undo"
GOALS = (
    (20, "{left} more for a first try"),
    (100, "learn now, or {left} more: 100 is better"),
)
ENOUGH = "plenty: let it learn"
FIRST_TRY, BETTER = "20: a first try", "100: better"
ALL_ASKED = "You have answered for every text there is."
PICTURE = "The picture that belongs to the text"
PICTURE_ONLY = "(a picture without words)"

# Labels that are there already
OWN = "Your table has labels: {column}"
OWN_LEAD = "Check what each of them means, then learn from all of them at once."
OWN_VALUE, OWN_ROWS, OWN_MEANS = "In your table", "Rows", "means"
OWN_NOTHING = "(leave out)"
OWN_TAKE = "Take these labels"
SAVE_LABELS = "Save my labels (CSV)"
BRING_LABELS = "Bring in labels (CSV)"
BROUGHT = "{rows} with a label were brought in."
NONE_BROUGHT = "{name}: none of its labelled rows is in this table."
NO_LABELS = "There are no labels yet."

# The mix
MIX = "Your mix"
MIX_LEAD = "Of a hundred of your texts, about how many are …"
MIX_UNKNOWN = "I don't know"
MIX_ESTIMATE = "Use the model's guess"
MIX_GUESS = "guess {share}"
MIX_GUESS_NOTE = (
    "The guess is the model's own, from what it reads in your texts; it may be far off."
)
MIX_LEFT = "{left} left: shared by the feelings at 0"
MIX_FULL = "all 100 given"
MIX_NOT_SET = "Not told: every feeling counts as equally likely."
NOW = "What it says of your texts"
AS_IT_IS, WITH_MIX = "Now", "With your mix"

# Learning
LEARN_TITLE = "Let it learn"
AIM = "What matters most?"
AIMS = {"right": "Most texts right", "alike": "Every feeling alike"}
AIM_INFO = (
    "The first gets frequent feelings right more often; the second cares for the rare ones as much."
)
REST = "Learn from the other texts, too"
REST_INFO = (
    "Those that both classifiers read alike once they know your labels; as far as your labels are "
    "read better for it. {gained}"
)
REST_GAINED = "In our tests it changed {gain} points of weighted F1 (100 labels)."
LEARN = "Learn"
LEARN_HINT = "It takes from seconds to a few minutes. If it would not help, nothing is changed."
NOTHING_TOLD = "Label a few texts first, or tell it your mix."

# What it gained
TITLES = {
    "helped": "It helped",
    "likely": "It probably helped",
    "told": "It knows your mix now",
    "unchanged": "It would not have helped, so nothing was changed",
}
MEASURES = {"right": "Weighted F1", "alike": "Macro-F1"}
SCORE = "{measure} on your {rows} labels: {before} before, {after} after."
INTERVAL = "That is {gain} points; with other labels of yours it might be {low} to {high}."
HONEST = "On the {rows} that were drawn by chance alone: {before} before, {after} after."
MEASURED = (
    "Measured by cross-validation: no text was scored by a model that had learned from its label, "
    "and each counts as often as texts that are read like it are in your table."
)
PER_CLASS = "Feeling by feeling"
CLASS_COLUMNS = ("Feeling", "Labels", "Before", "After")
BAD_RESULT = "The result of this learning cannot be read: result.json was changed or cut off."
BROUGHT_IN = (
    "This one was brought in: its model and its labels are here, but not the table that it came "
    "from. To go on labelling, choose that table above, or predictions.csv of the ZIP, which holds "
    "its texts; begin, and bring in labels.csv of the ZIP."
)
HISTORY_ROW = "{language} · {rows} · {labels} · {date}"
USE = "Use in Predict"
SOURCE = "teaching “{name}” of {base}, {labels}, aim: {aim}, begun {date}"


def labelled(n: int) -> str:
    return speech.tn("{n:,} labelled", "{n:,} labelled", n)


speech.spoken(__name__)
