"""The words of step 2 of the Fine-tune tab: presets and every setting of a training.

Knows no components and no HTML. A test holds FIELDS and CHOICES to the settings that there are.
"""

from __future__ import annotations

TITLE = "2. How to learn"
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
FAMILY_INFO = "The family whose disentangler is used."
ESTIMATE = "About {time} on this machine for {rows}."
ESTIMATE_NONE = "Choose data to see how long it takes."
COMMAND = "The same on the command line"

FIELDS: dict[str, tuple[str, str]] = {
    "epochs": ("Passes", "How often every row is seen."),
    "batch_rows": ("Rows of a step", "Fewer: more, noisier steps."),
    "through": ("What learns", "Beside the new projection of Eq. 18."),
    "rate": ("Learning rate", "At its peak."),
    "decay": ("Let the learning rate fall to 0", ""),
    "lambda_1": ("λ₁", "Weight of the first classifier's loss on agreed rows."),
    "lambda_2": ("λ₂", "Weight of the second classifier's loss on agreed rows."),
    "masked_weight": ("Weight of hidden words", "0: learn from agreement alone."),
    "mask_rate": ("Share of hidden words", ""),
    "confidence": ("Least confidence", "Agreed rows teach only from here on; 0: all do."),
    "class_balance": ("Class balance", "Rare pseudo-labels weigh more; 0: all weigh the same."),
    "adapter_width": ("Width of the adapter", "Used where the encoder learns."),
    "words": ("Hidden words are sought among", "Eq. 14 seeks among all; that is far slower."),
    "alignment": ("Alignment of classes", "0: as trained; 1: no class is preferred at the start."),
    "labels": ("Pseudo-labels", ""),
    "teacher": ("Given by the classifiers", ""),
    "masked_view": ("Weight of the view with hidden words", "Both views get the same label."),
    "text_view": ("Weight of the text alone", "For rows with a picture."),
    "information": ("Weight of information maximisation", "Sure rows, diverse classes."),
    "seed": ("Seed", "The same seed and data give the same run."),
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
