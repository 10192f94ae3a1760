"""The words of saved tables and figures: buttons, and the line that says where they come from.

Knows no components and no HTML.
"""

from __future__ import annotations

BUTTONS = {
    "csv": "CSV",
    "json": "JSON",
    "svg": "Figure as SVG",
    "png": "Figure as PNG",
    "html": "Page as HTML",
    "txt": "Source as text",
}
TRUE_BY_SAID = "true label, by what was said"
GROUP = "Save: {title}"

PROGRAM = "LFD-RT {version}"
CHECKPOINT = "checkpoint {name}"
HASH = "SHA-256 {digits}"
SEED = "training seed {seed}"
SELECTED = "selected by: {rule}"
DATA = "data: {data}"
READ = "read: {inputs}"
SAMPLE = "of one sample: {used}, read through {family}"
SHOWN = "shown: {choice}"
RECORDING = "recording {name}"
RECORDED = "recorded {date} by version {version} on {device}"
MADE = "made {date}"
UNKNOWN = "not stated"
SETS = {
    "afrisenti": "AfriSenti",
    "brighter": "BRIGHTER",
    "ch_sims": "CH-SIMS",
    "goemotions": "GoEmotions",
    "meld": "MELD",
    "mmeld": "M-MELD",
    "mvsa": "MVSA-Single",
    "nusax": "NusaX",
    "sample": "LFD-RT sample set",
    "xed": "XED",
    "xlmt": "XLM-T",
}
"""Data sets as they are written; one that is not here keeps the name it has in the data folder."""

CONSTRUCTED = (
    "Constructed pairs: faces and sentences were put together by this project, not found together."
)
PAIRED = ("mvsa",)
"""Data sets whose pictures came with their texts."""

PAPER = (
    "Chen et al., “Cross-lingual Multimodal Sentiment Analysis for Low-Resource Languages via "
    "Language Family Disentanglement and Rethinking Transfer”, Table {number} ({setting})"
)
PAPER_PRINTED = "{paper}; figures of the paper, copied by LFD-RT {version}, not measured by it"
PAPER_COMPUTED = "computed by LFD-RT {version} from the figures of {paper}; not in the paper"

# Trainings
TRAINING = "rethinking “{name}” of {base}, preset {preset}, begun {date}, step {step} of {steps}"
UNLABELLED = "{rows} without labels ({language})"
EACH_RUN = " — "
LABEL = "Label"
ALL_CHANGED = "The table has the rows that are shown; the download has all."
LENGTH_COLUMNS = ("Tokens", "Sentences")
DISTRIBUTION_COLUMNS = ("Label", "Before", "After")
DISPUTE_COLUMNS = ("Sentence", "First says", "Probability", "Second says", "Probability")
RUN_COLUMNS = ("Name", "State", "Language", "Rows", "Preset", "From", "Begun")
