"""What more than one tab says: numbers in words, the names of things, and the words of saved files.
What comes from here is escaped where it is put into a page.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from lfdrt.languages import FAMILY_NAMES

BUTTONS = {
    "csv": "CSV",
    "json": "JSON",
    "svg": "Figure as SVG",
    "png": "Figure as PNG",
    "html": "Page as HTML",
    "txt": "Source as text",
}
FACES_LABEL = "Read the face in a photograph"
FACES_INFO = "The largest one; off: pictures are read as a whole."
TRUE_BY_SAID = "true label, by what was said"
GROUP = "Save: {title}"

PROGRAM = "LFD-RT {version}"
CHECKPOINT = "checkpoint {name}"
HASH = "SHA-256 {digits}"
SEED = "training seed {seed}"
SELECTED = "selected by: {rule}"
DATA = "data: {data}"
SHOWN = "shown: {choice}"
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

LANGUAGE_INFO = "Choose, or type any code or name."
FAMILY_INFO = "The family whose disentangler is used."
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
NBSP = "\u00a0"
TAB_ABOUT = "About"
PHASES = {
    "waiting": "Starting",
    "importing": "Loading the libraries",
    "reading": "Reading the weights",
    "ready": "Ready",
    "failed": "The model did not load",
}
FAILED_NEXT = "Start the app again with another folder: python app.py --checkpoint FOLDER"
MODEL_GONE = "This model is not here any more: choose another one under Model."
UNEXPECTED = (
    "Something went wrong inside the program; the details are in the window it was started from. "
    "Your text and picture are still here: change something, or try again."
)
OWN = "The language's own family"
NONE = "No disentangler"


def percent(p: float, digits: int = 0) -> str:
    """0.123 as "12 %"."""
    return f"{100 * p:.{digits}f}{NBSP}%"


def points(p: float) -> str:
    """A difference of probabilities in percentage points, always signed: "+1.2", "−0.3"."""
    return number(100 * p, signed=True)


def number(value: float, digits: int = 1, signed: bool = False) -> str:
    """With a true minus, and a 0 without a sign, whatever it was rounded from."""
    shown = f"{value:z.{digits}f}"
    return f"+{shown}" if signed and float(shown) > 0 else shown.replace("-", "−")


def phase(name: str, seconds: float, model: str = "") -> str:
    """`model`: its name where it is not the one that the app was started with."""
    start = f"{model}: " if model else ""
    return f"{start}{PHASES[name]} … {seconds:.0f}{NBSP}s"


def model_choice(name: str, labels: Sequence[str], tuned: bool) -> str:
    """A model in the list: its classes where they are few, else how many."""
    classes = ", ".join(labels) if len(labels) <= 3 else f"{len(labels)} classes"
    notes = [*(["tuned"] if tuned else []), *([classes] if labels else [])]
    return f"{name} ({'; '.join(notes)})" if notes else name


SOURCE = "Source"
NOT_READY = "This cannot be used yet"


def rows(count: int) -> str:
    return f"{count:,} row" if count == 1 else f"{count:,} rows"


def duration(seconds: float) -> str:
    """In the unit that a person would use; never more exact than it is known."""
    if seconds < 90:
        return f"{max(1, round(seconds))}{NBSP}s"
    if seconds < 5400:
        return f"{round(seconds / 60)}{NBSP}min"
    return f"{seconds / 3600:.1f}{NBSP}h"


def span(seconds: float) -> str:
    """A guess at so many seconds, from a little less to twice as long: other programs want the
    machine too."""
    low, high = duration(0.8 * seconds), duration(2 * seconds)
    (short, unit), (_, other) = low.split(NBSP), high.split(NBSP)
    return f"{short} to {high}" if unit == other else f"{low} to {high}"


def family_name(code: str | None) -> str:
    return NONE if code is None else FAMILY_NAMES.get(code, code)


def family_named(sentence: str) -> str:
    """One that was recorded with the codes of families, as earlier versions wrote them."""
    codes = "|".join(map(re.escape, FAMILY_NAMES))
    return re.sub(rf"\b(?:{codes})\b", lambda found: FAMILY_NAMES[found[0]], sentence)


SHARE = {
    "share": "Share",
    "about": "A link to what this tab shows. What stands after its # is sent to no server. "
    "Pictures, and your own trainings and recordings, are not part of it.",
    "text": "With my text in it",
    "copy": "Copy link",
    "link": "Link to this view",
    "copied": "Copied.",
    "not_copied": "Not copied: take it from the box above.",
    "too_long": "The text is too long for a link, so it is not in it.",
    "shown": "This is the view of the link.",
    "with_text": "This is the view of the link, with its text; nothing is predicted until you ask.",
    "unknown": "The link asks for something that is not here, so nothing was changed.",
}
"""Links to a view: share.js."""
TAB_LANGUAGES = "Languages"
MAP_TITLE = "Languages of the world"
LINEAGE = " › "
"""Between the levels of a lineage."""
TREE_TITLE = "Families of languages"
ATLAS_SOURCE = (
    "languages: Glottolog 5.1 (CC BY 4.0), scripts: GlotScript (CC BY-SA 4.0), "
    "coastline: Natural Earth"
)
MAP = {
    "find": "Find a language or a family",
    "hint": "A name, ISO 639 code or glottocode",
    "show": "Colour by",
    "family": "Family",
    "map": "World map of languages",
    "keys": "Arrow keys move, plus and minus zoom, 0 shows the whole world, Enter chooses the "
    "language in the middle.",
    "in": "Zoom in",
    "out": "Zoom out",
    "whole": "The whole world",
    "pacific": "Pacific in the middle",
    "legend": "Families on the map",
    "others": "{count} other families",
    "isolates": "Isolates",
    "unrelated": "Filed together, unrelated",
    "constructed": "Constructed languages",
    "list": "The map as a list",
    "count": "{shown} of {count} languages in view",
    "language": "Language",
    "lineage": "Family",
    "place": "Place",
    "measured": "Measured",
    "isolate": "isolate",
    "nowhere": "without a place",
    "none": "No such name or code in Glottolog; Enter looks among other names.",
    "failed": "The languages of the world could not be loaded. Reload the page; if that does not "
    "help, start the app again.",
    "languages": "{count} languages",
    "one": "1 language",
    "numbers": "numbers: {source}",
}
TREE = {
    "tree": "Family tree",
    "only": "Measured languages alone",
    "more": "{count} more",
    "text": "The tree as text",
    "languages": "{count} languages",
    "alone": "{name} is an isolate: nothing is known to be related to it.",
    "nothing": "Choose a language on the map, or show the measured ones.",
    "keys": "Arrow keys move, right opens, left closes, Enter chooses.",
    "show": "Numbers",
    "family": "None",
    "one": MAP["one"],
    "failed": MAP["failed"],
    "language": MAP["language"],
    "lineage": MAP["lineage"],
    "numbers": MAP["numbers"],
}
