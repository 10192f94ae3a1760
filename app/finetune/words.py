"""Every sentence of the Fine-tune tab. A test holds FIELDS, GROUPS and CHOICES to
RethinkSettings."""

from __future__ import annotations

from app.jobs.words import JobWords
from app.page import speech
from app.page.say import NBSP, percent, rows
from app.page.speech import t

TAB = "Fine-tune"
INTRO_TITLE = "Make it better in your language"
INTRO = (
    "Give it sentences in your language, and pictures if you have them. Nothing leaves this "
    "machine, and the model you start from is never changed."
)
RETHINK_TAB = "Without labels"
RETHINK_WAY = "Its two classifiers teach each other where they agree."
RETHINK_LEAD = (
    "Where its two classifiers agree, they teach each other; where they disagree, it learns from "
    "the words themselves (“rethinking”). It does not always help: with a few labelled rows you "
    "will see whether it did; without them you will see what changed, which is not the same."
)

# Step 1
DATA_TITLE = "1. Your sentences"
DATA_LEAD = "A table with one sentence in each row. Or try it with one of these first:"
SAMPLE_PICTURES = "with faces (constructed pairs)"
TABLE_LABEL = "Table of sentences"
IMAGES_LABEL = "Pictures (optional)"
LABELLED_LABEL = "A few labelled rows (optional)"
TABLE_HINT = (
    f"Up to {{rows:,}} rows and {{size}}{NBSP}MB. Pictures: one ZIP; the table names its files. "
    "Labelled rows: a table of their own, or a label column in yours. Labels "
    "are for before and after alone; nothing learns from them."
)
LANGUAGE_LABEL = "Language of the sentences"
DETECT = "Detect for every sentence"

EMPTY_REPORT = (
    "What was found in your table appears here: columns, languages, empty and double rows, "
    "pictures that cannot be read, a preview."
)
READY = "Ready: {rows} to learn from"
READY_LABELLED = "Ready: {rows} to learn from, {labelled} with a label to report on"
LABELLED_REPORT = "{rows} from {name}"
LABELLED_NONE = (
    "{name}: no row has a label that the model knows ({labels}). Choose another table, or leave it "
    "out."
)

# Step 3
RUN_TITLE = "3. Watch it learn"
START = "Start"
NO_RUN_TITLE = "Nothing is being learned yet"
NO_RUN = (
    "Press Start. You can close this page: the training goes on by itself, and is here when you "
    "come back."
)
JOB = JobWords(
    noun="training",
    busy="A training is running on this machine already. Wait until it ends, or stop it if it is"
    " yours.",
    busy_own="“{name}” is still being trained. Wait until it ends, or stop it.",
    not_started="The training could not be started: {why}.",
    none="There is no such training. It may have been deleted.",
    no_name="Give the training a name.",
    name_taken="There is a training called “{name}” already: choose another name.",
    damaged="A training that cannot be read",
    not_resumable="“{name}” has ended: there is nothing to go on with. Start a new training.",
    lost="The training process ended without a word.",
    running="Learning",
    ends={
        "paused": "Paused",
        "done": "Finished",
        "kept": "Stopped, kept",
        "discarded": "Stopped, discarded",
        "collapsed": "Stopped: collapse",
        "imported": "Brought in",
    },
    mine="Earlier trainings",
    failed_next="Change what the sentence names, then go on with it, or start again; your data are "
    "untouched.",
    lost_next="Everything until the last pass is saved: “Go on with it” takes it up from there.",
    buttons={
        "pause": "Pause",
        "go": "Continue",
        "keep": "Stop and keep",
        "discard": "Stop and discard",
        "resume": "Go on with it",
    },
    save_file="Save the ZIP",
)
RUN_STAGES = {
    "pictures": "Looking at the pictures",
    "encoding": "Reading the sentences once",
    "training": "Learning",
    "saving": "Saving the model",
    "": "Starting",
}
EPOCH = "Pass {epoch} of {epochs}"
STEP = "step {step} of {steps}"
REMAINING_LATER = "the time left is known after the first pass, which is the slowest"
SPEED = "{rows} rows a second"
TILES = {
    "agree": "agree: they teach each other",
    "disagree": "disagree: their words are learned",
    "used": "used as pseudo-labels",
    "flips": "changed since the last pass",
}
DOTS = "How they come to agree"
DOTS_LEAD = (
    "Each dot is one of your texts: its ring has the colour of what the first classifier says, its "
    "core that of the second. Once both say the same, it is of one colour, and moves to that word."
)
DOTS_SOME = "{shown} of {rows} are shown, taken evenly."
DOTS_SAID = "Pass {number}: both say the same of {agree} of {texts} texts."
DOTS_MOVED = "Since the pass before, {together} came together and {apart} came apart."
DOTS_BOTH = "{said} {moved}"
DOTS_POOL = "They disagree"
DOTS_PLAY = "Play all passes"
DOTS_PASS = "Pass"
DOTS_NUMBER = "Pass {number}"
DOTS_TABLE = "Text by text"
PASS_SO_FAR = "This pass so far"
PASSES = "Pass by pass"
PASS_COLUMNS = ("Pass", "Agree", "Disagree", "Used", "Changed", "Seconds")
PSEUDO = "What they agree on"
PSEUDO_LEAD = (
    "Pseudo-labels of this pass. One class swallowing the others is a collapse, and stops."
)
DISPUTES = "Where they disagree"
DISPUTES_LEAD = "The newest rows on which the two classifiers say different things."
DISPUTE_COLUMNS = ("Sentence", "First says", "Second says")
NO_DISPUTES = "No disagreement yet."
PICTURE_ONLY = "(a picture without words)"
AGREEMENT_PLOT = "Share of rows on which both classifiers agree"
LOSS_PLOT = "Losses, each before its weight"
LOSSES = {
    "classifier_1": "First classifier",
    "classifier_2": "Second classifier",
    "masked": "Hidden words",
    "masked_view": "View with hidden words",
    "text_view": "Text without its picture",
    "information": "Information maximisation",
}
STEPS_AXIS = "step"

# Outcome
OUTCOME_NOTES = {
    "kept": "Stopped by you: the model as it was at that moment is kept.",
    "collapsed": "Stopped by a collapse: the model as it was before it is kept.",
}
DISCARDED = "The model is as it was before. Nothing of this training is used."
LUCK = 0.05
"""A split that a fair coin makes more often than this counts as luck."""
VERDICT_TITLES = {
    "helped": "It helped",
    "hurt": "It did not help: scores fell",
    "same": "It made no difference you can rely on",
    "unknown": "Nobody can say whether it helped",
    "discarded": "Discarded",
}
SCORES_TITLE = "Before and after"
SCORES_LEAD = (
    "On {rows} with a label. Nothing was learned from them, and nothing was chosen by them."
)
SCORE_NAMES = {
    "accuracy": "Accuracy",
    "macro_f1": "Macro-F1",
    "weighted_f1": "Weighted F1",
    "agreement": "Agreement",
}
BEFORE, AFTER, CHANGE = "Before", "After", "Change"
CONFUSION = "Which label was taken for which"
CONFUSION_LEAD = "Rows: the true label. Columns: what the model said."
DISTRIBUTION = "What it says of your sentences"
AGREED = "Both classifiers agreed on {before} of them before, and agree on {after} now."
CHANGED_TITLE = "Sentences that are read differently now"
CHANGED_LEAD = "{changed} of {rows}"
CHANGED_COLUMNS = ("Sentence", "Before", "After")
NOTHING_CHANGED = "No sentence changed its label."
USE = "Use in Predict"

# History
IMPORT = "Bring one back (ZIP)"
COMPARE_LABEL = "Compare"
COMPARE_INFO = "Choose up to four; their agreement is drawn over each other."
HISTORY_ROW = "{language} · {rows} · {preset} · {date}"
MANY_LANGUAGES = "the language of each row"
COMPARE_AXIS = "share of its steps"
MOST_COMPARED = 4


NONE_MOVED = (
    "Macro-F1 went from {before} to {after}: not one labelled row changed between right and wrong."
)
PERHAPS_LUCK = (
    "Macro-F1 went from {before} to {after}; {righted} with a label became right, {wronged:,} "
    "became wrong. A fair coin would do as much in {chance} of cases, so this may be luck. More "
    "labelled rows would tell."
)
MORE_RIGHTED = (
    "Macro-F1 went from {before} to {after}; {righted} with a label became right, {wronged:,} "
    "became wrong. Chance alone does so in {chance} of cases."
)
MORE_WRONGED = (
    "Macro-F1 went from {before} to {after}; {righted} with a label became right, {wronged:,} "
    "became wrong. Keep the model that you started from."
)
NOT_SCORED = (
    "You gave no labels, so there is no score. {changed:,} of {rows} get another label now; look "
    "at some of them below, and judge for yourself before you use it."
)


def verdict(
    before: float, after: float, righted: int, wronged: int, chance: float
) -> tuple[str, str]:
    """A key of VERDICT_TITLES and a sentence.

    before, after: macro-F1. righted, wronged: labelled rows that are right only now, or were right
    only before. chance: how often a fair coin splits them at least so unevenly (sign test).
    """
    if righted == wronged == 0:
        key, said = "same", NONE_MOVED
    elif chance > LUCK:
        key, said = "same", PERHAPS_LUCK
    else:
        key, said = ("helped", MORE_RIGHTED) if righted > wronged else ("hurt", MORE_WRONGED)
    return key, t(said).format(
        before=percent(before, 1),
        after=percent(after, 1),
        righted=rows(righted),
        wronged=wronged,
        chance=percent(chance, 0 if chance > LUCK else 1),
    )


def verdict_unlabelled(changed: int, total: int) -> tuple[str, str]:
    return "unknown", t(NOT_SCORED).format(changed=changed, rows=rows(total))


NO_DATA = "Choose a table, or a ZIP of pictures, to learn from."
NO_OUTCOME = "“{name}” has no predictions to compare."
BAD_OUTCOME = "{file} cannot be read. It was changed or cut off."
NO_CHECKPOINT = "“{name}” has no model to download."
NO_ZIP = "{name} is no ZIP, or it is damaged. Choose one that was downloaded here."
FOREIGN_ZIP = (
    "{name} is no training that was downloaded here: {member!r} does not belong into one. Choose "
    "the ZIP as it was downloaded, not packed anew."
)
INCOMPLETE_ZIP = "{name} is incomplete: {member} is missing. Download it again."
TOO_LARGE = "{name} unpacks to more than {size}. It is no training of this program."
BAD_ZIP = "{name} cannot be used: {why}"
TRAINING = "rethinking “{name}” of {base}, preset {preset}, begun {date}, step {step} of {steps}"
UNLABELLED = "{rows} without labels ({language})"
EACH_RUN = " — "
LABEL = "Label"
ALL_CHANGED = "The table has the rows that are shown; the download has all."
DISTRIBUTION_COLUMNS = ("Label", "Before", "After")
DISPUTE_FILE_COLUMNS = ("Sentence", "First says", "Probability", "Second says", "Probability")
RUN_COLUMNS = ("Name", "State", "Language", "Rows", "Preset", "From", "Begun")


SETTINGS_TITLE = "2. How to learn"
PRESET_LABEL = "Preset"
PRESETS = {
    "quick": "Quick",
    "thorough": "Thorough",
    "paper": "As in the paper",
}
PRESETS_INFO = {
    "quick": "Three passes, with our additions to the paper. In our measurements it raised scores "
    "in some languages and lowered them in others; on average it changed nothing.",
    "thorough": "Ten passes of the same. No clear difference on average either.",
    "paper": "Eq. 18 to the letter, without our additions. In our measurements it lowered the "
    "scores.",
}
ADVANCED = "Every setting"
FAMILY_LABEL = "Read through"
ESTIMATE = "{time} on this machine for {rows}."
ESTIMATE_NONE = "Choose data to see how long it takes."
COMMAND = "The same on the command line"

FIELDS: dict[str, tuple[str, str]] = {
    "epochs": ("Passes", "How often every row is seen."),
    "batch_rows": ("Rows of a step", "Fewer: more, noisier steps."),
    "through": ("What learns", "Beside the new projection (Eq. 18)."),
    "rate": ("Learning rate", "At its peak."),
    "decay": ("Let the learning rate fall to 0", "Over the whole run."),
    "lambda_1": ("Weight of the first classifier", "λ₁, of its loss on agreed rows."),
    "lambda_2": ("Weight of the second classifier", "λ₂, of its loss on agreed rows."),
    "masked_weight": ("Weight of hidden words", "0: learn from agreement alone."),
    "mask_rate": ("Share of hidden words", "Of the words of a row."),
    "confidence": ("Least confidence", "Agreed rows teach only from here on; 0: all do."),
    "class_balance": ("Class balance", "Rare pseudo-labels weigh more; 0: all weigh the same."),
    "adapter_width": ("Width of the adapter", "Used where the encoder learns."),
    "words": ("Hidden words are sought among", "All, as in Eq. 14, is far slower."),
    "alignment": ("Alignment of classes", "0: as trained; 1: no class is preferred at the start."),
    "labels": ("Pseudo-labels", "What agreed rows teach."),
    "teacher": ("Given by the classifiers", "Whose agreement counts."),
    "masked_view": ("Weight of the view with hidden words", "Both views get the same label."),
    "text_view": ("Weight of the text alone", "For rows with a picture."),
    "information": ("Weight of information maximisation", "Sure rows, diverse classes."),
    "seed": ("Seed", "The same seed and data give the same run."),
}
READING_GROUP = "How your rows are read"
GROUPS: dict[str, tuple[str, ...]] = {
    "run": ("epochs", "batch_rows", "rate", "decay", "seed"),
    "agreed": (
        "labels", "teacher", "confidence", "class_balance", "lambda_1", "lambda_2"
    ),
    "hidden": ("masked_weight", "mask_rate", "words", "masked_view", "text_view"),
    "change": ("through", "adapter_width", "alignment", "information"),
}  # fmt: skip
GROUP_NAMES = {
    "run": "The run",
    "agreed": "What agreed rows teach",
    "hidden": "Hidden words",
    "change": "What may change",
}
CHOICES = {
    "through": {
        "classifiers": "The two classifiers",
        "fusion": "The classifiers and the shared attention",
        "encoder": "The classifiers, the attention and an adapter on the text encoder",
        "projection": "The projection alone (changes no prediction)",
    },
    "words": {"seen": "the words of your data", "all": "all words of the tokenizer"},
    "labels": {"hard": "the decided class", "soft": "the mean of both probabilities"},
    "teacher": {"now": "as they are now", "first": "as they were at the start"},
}


speech.spoken(__name__, "DOTS_BOTH", "EACH_RUN", "GROUPS")
