"""What more than one tab says: numbers in words, the names of things, and the words of saved files.
What comes from here is escaped where it is put into a page.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from app.page import speech
from app.page.speech import t, tn
from lfdrt.labels import LABEL_SETS
from lfdrt.languages import FAMILY_NAMES, SLIPS

TITLE = "LFD-RT"
TAGLINE = "The sentiment of a text and a picture, read through language families."
THEME_BUTTON = "Light or dark"
PAGE_LANGUAGE = "Language of the page"
PAGE_LANGUAGE_HINT = "Language of the page: what you wrote stays, a picture does not."
SKIP = "Skip to the text"
READY = "{name} is ready on {device}"
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
TAB_BENCHMARK = "Benchmark"
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
NO_ROOM = (
    "There is no room left on this machine's disk, so the file was not taken. Free some space, "
    "then try again."
)
OWN = "The language's own family"
NONE = "No disentangler"


FAMILIES = FAMILY_NAMES
CLASSES = {label: label for labels in LABEL_SETS.values() for label in labels.labels}
PAPER_SLIPS = SLIPS


def percent(p: float, digits: int = 0) -> str:
    """0.123 as "12 %"."""
    if speech.current() == speech.ENGLISH:
        return f"{100 * p:.{digits}f}{NBSP}%"
    return speech.percent(p, digits)


def points(p: float) -> str:
    """A difference of probabilities in percentage points, always signed: "+1.2", "−0.3"."""
    return number(100 * p, signed=True)


def number(value: float, digits: int = 1, signed: bool = False) -> str:
    """With a true minus, and a 0 without a sign, whatever it was rounded from."""
    if speech.current() != speech.ENGLISH:
        return speech.number(value, digits, signed=signed, grouped=False)
    shown = f"{value:z.{digits}f}"
    return f"+{shown}" if signed and float(shown) > 0 else shown.replace("-", "−")


def count(n: int) -> str:
    """12345 as "12,345"."""
    return f"{n:,}" if speech.current() == speech.ENGLISH else speech.number(n)


def date(when: str) -> str:
    """The day of an ISO time, as the language writes it; what is none, as it stands. Files keep
    ISO."""
    try:
        day = datetime.fromisoformat(when)
    except ValueError:
        return when
    return f"{day.day} {day:%b %Y}" if speech.current() == speech.ENGLISH else speech.date(day)


def moment(when: str) -> str:
    """As `date`, to the minute."""
    try:
        time = datetime.fromisoformat(when)
    except ValueError:
        return when
    minute = f"{time:%H:%M}" if speech.current() == speech.ENGLISH else speech.minute(time)
    return f"{date(when)} {minute}"


def separators() -> str:
    """Of decimals and of thousands, as Plotly takes them."""
    return ".," if speech.current() == speech.ENGLISH else speech.separators()


def far(done: int, total: int) -> str:
    """How many of how many, where there is room for the numbers alone."""
    return f"{count(done)} / {count(total)}"


def phase(name: str, seconds: float, model: str = "") -> str:
    """`model`: its name where it is not the one that the app was started with."""
    start = f"{model}: " if model else ""
    return f"{start}{t(PHASES[name])} … {_unit(seconds, 'second')}"


TUNED = "tuned"


def model_choice(name: str, labels: Sequence[str], tuned: bool) -> str:
    """A model in the list: its classes where they are few, else how many."""
    few = len(labels) <= 3
    classes = ", ".join(map(class_name, labels)) if few else classes_count(len(labels))
    notes = [*([t(TUNED)] if tuned else []), *([classes] if labels else [])]
    return f"{name} ({'; '.join(notes)})" if notes else name


SOURCE = "Source"
NUMBERS = "The numbers"
"""Of a chart, as a table."""
NOT_READY = "This cannot be used yet"


def rows(n: int) -> str:
    return tn("{n:,} row", "{n:,} rows", n)


def languages(n: int) -> str:
    return tn("{n:,} language", "{n:,} languages", n)


def classes_count(n: int) -> str:
    return tn("{n} class", "{n} classes", n)


UNITS = {"second": "s", "minute": "min", "hour": "h"}


def _unit(value: float, unit: str, digits: int = 0) -> str:
    if speech.current() == speech.ENGLISH:
        return f"{value:.{digits}f}{NBSP}{UNITS[unit]}"
    return speech.measured(value, f"duration-{unit}", digits)


def _rough(seconds: float) -> tuple[float, str, int]:
    """In the unit that a person would use, with its digits; never more exact than it is known."""
    if seconds < 90:
        return max(1, round(seconds)), "second", 0
    return (round(seconds / 60), "minute", 0) if seconds < 5400 else (seconds / 3600, "hour", 1)


def duration(seconds: float) -> str:
    return _unit(*_rough(seconds))


SPAN = "{low} to {high}"


def span(seconds: float) -> str:
    """A guess at so many seconds, from a little less to twice as long: other programs want the
    machine too."""
    low, high = _rough(0.8 * seconds), _rough(2 * seconds)
    alike = low[1] == high[1]
    start = number(low[0], low[2]) if alike else _unit(*low)
    return t(SPAN).format(low=start, high=_unit(*high))


def family_name(code: str | None) -> str:
    return t(NONE if code is None else FAMILY_NAMES.get(code, code))


def family_named(sentence: str) -> str:
    """One that was recorded with the codes of families, as earlier versions wrote them."""
    codes = "|".join(map(re.escape, FAMILY_NAMES))
    return re.sub(rf"\b(?:{codes})\b", lambda found: FAMILY_NAMES[found[0]], sentence)


def class_name(label: str) -> str:
    """A class as people read it; one of a visitor's own keeps its name."""
    return t(label) if label in CLASSES else label


class Named(Protocol):
    """A language or a family."""

    @property
    def code(self) -> str: ...

    @property
    def name(self) -> str: ...


def language_name(language: Named) -> str:
    """As CLDR has it; English where that knows none."""
    if speech.current() == speech.ENGLISH:
        return language.name
    known: str = speech.locale().languages.get(language.code.replace("-", "_"), language.name)
    return known


def family_of(family: Named) -> str:
    """One of Glottolog's that no disentangler was trained for keeps its name."""
    return family_name(family.code) if family.code in FAMILY_NAMES else family.name


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
    "numbers": "numbers: {source}",
}
POINTS = {
    "NE": "{latitude}° N, {longitude}° E",
    "NW": "{latitude}° N, {longitude}° W",
    "SE": "{latitude}° S, {longitude}° E",
    "SW": "{latitude}° S, {longitude}° W",
}
AREAS = {name: name for name in ("Africa", "Australia", "Eurasia", "North America", "Papunesia",
                                 "South America")}  # fmt: skip
TREE = {
    "tree": "Family tree",
    "only": "Measured languages alone",
    "more": "{count} more",
    "text": "The tree as text",
    "alone": "{name} is an isolate: nothing is known to be related to it.",
    "nothing": "Choose a language on the map, or show the measured ones.",
    "keys": "Arrow keys move, right opens, left closes, Enter chooses.",
    "show": "Numbers",
    "family": "None",
    "failed": MAP["failed"],
    "language": MAP["language"],
    "lineage": MAP["lineage"],
    "numbers": MAP["numbers"],
}


def counted() -> dict[str, str]:
    """Numbers of languages, for the map and the tree: by category of plural."""
    return speech.forms("{count} language", "{count} languages")


speech.spoken(__name__, "TITLE", "PROGRAM", "NBSP", "SETS", "PAIRED", "LINEAGE", "UNITS")
