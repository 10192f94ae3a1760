"""M-MELD: MELD's utterances translated by people into French, Spanish, Greek and Polish.

Source: Ghosal et al., "M-MELD", arXiv 2203.16799; github.com/Sreyan88/M-MELD, one archive without a
description of what is in it. Read is therefore what the paper promises: tables with MELD's columns
(`meld`), whose path names the language and the split.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path, PurePath

from lfdrt.data.records import DataError, LabelledText
from lfdrt.data.sources.files import Skipped, csv_rows, find_or_raise, split_in, windows_repaired
from lfdrt.data.sources.meld import COLUMNS, unusable, utterance_id

_LANGUAGES = {"fr": "fr", "french": "fr", "es": "es", "spanish": "es", "el": "el", "gr": "el"}
_LANGUAGES |= {"greek": "el", "pl": "pl", "polish": "pl"}


def read_mmeld(folder: Path) -> Iterator[LabelledText | Skipped]:
    """Every utterance of every table whose path names one of the four languages."""
    paths = find_or_raise(folder, "*.csv", "M-MELD tables (.csv)")
    tables = [(path, code) for path in paths if (code := _language(path.relative_to(folder)))]
    if not tables:
        raise DataError(f"{folder}: no table's path names a language (fr, es, el or pl).")
    for path, language in tables:
        for row in csv_rows(path, COLUMNS):
            if isinstance(row, Skipped):
                yield row
                continue
            where, cells = row
            text, label = windows_repaired(cells["utterance"]), cells["emotion"].strip().lower()
            if why := unusable(text, label):
                yield Skipped(where=where, why=why, detail=label)
                continue
            yield LabelledText(
                id=utterance_id(cells),
                text=text,
                label=label,
                language=language,
                source="mmeld",
                split=split_in(path.relative_to(folder)),
            )


def _language(path: PurePath) -> str | None:
    words = re.split(r"[^a-z]+", path.as_posix().lower())
    return next((_LANGUAGES[word] for word in reversed(words) if word in _LANGUAGES), None)
