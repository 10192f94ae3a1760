"""In which encoding a text is read that is no UTF-8: asked, since nothing in a file says it."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

from lfdrt.data.encodings import CANDIDATES
from lfdrt.data.readers.file import File
from lfdrt.data.readers.questions import PREVIEWED, Answers, Choice, Question

ENCODINGS = {"utf-8": "UTF-8", **CANDIDATES}
"""What people call those that are offered where a file is not UTF-8."""
UTF_16 = ("utf-16-le", "utf-16-be")
_LINES = 100_000


def ask_encoding(file: File, answers: Answers) -> None:
    """Letters that look wrong in every choice but one tell which. Those that give the same letters
    are one choice, unless one of them was asked for."""
    found, asked_for = file.detected, answers.given("encoding")
    if not found.guessed and not asked_for:
        return
    own = UTF_16 if found.name in UTF_16 else (found.name, *ENCODINGS)
    names = dict.fromkeys((*own, asked_for) if asked_for else own)  # by whatever name of it
    choices: list[Choice] = []
    known: set[tuple[tuple[str, ...], frozenset[str]]] = set()
    for name in names:
        shown, letters = _unusual(file.path, name)
        if shown and ((shown, letters) not in known or name == asked_for):
            says = f"{ENCODINGS[name]} ({name})" if name in ENCODINGS else name
            choices.append(Choice(value=name, says=says, preview=shown))
        known.add((shown, letters))
    answers.ask(
        Question(
            name="encoding",
            asks="The file is not UTF-8. In which encoding do its letters look right?",
            choices=tuple(choices),
            chosen=found.name,
            sure=False,
        )
    )


def _unusual(path: Path, encoding: str) -> tuple[tuple[str, ...], frozenset[str]]:
    """The first lines with a letter that is not ASCII, and all such letters; none where the bytes
    are no characters."""
    shown: list[str] = []
    letters: set[str] = set()
    try:
        with path.open(encoding=encoding) as stream:
            for line in islice(stream, _LINES):
                if not line.isascii():
                    letters.update(line)
                    if len(shown) < PREVIEWED:
                        shown.append(line.strip()[:200])
    except (UnicodeError, LookupError):  # or there is no such encoding
        return (), frozenset()
    return tuple(shown), frozenset(letters)
