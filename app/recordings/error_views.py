"""Words behind the errors of a recording: counted when asked for, over what the filters choose.

A recording of other people's data holds ids, not texts: where the data are not at hand, that is
said, and how many errors there are is all that can be told.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from app.page import say
from app.page.html import Html, card, esc, fine, label_mark, scroll
from app.page.saving import Rows, table_file
from app.page.tables import Cell, Column, sortable
from app.recordings import words
from app.recordings.recordings import Recordings
from app.recordings.score_views import Part

if TYPE_CHECKING:
    from lfdrt.evaluation.recordings.error_words import ErrorWords
    from lfdrt.evaluation.recordings.playback import Playback

ON_LOAD = """element.addEventListener('click', event => {
  const button = event.target.closest('[data-count]');
  if (!button || button.disabled) return;
  button.disabled = true;
  button.textContent = button.dataset.count;
  trigger('click', {});
});"""
"""gr.HTML's hook."""


def invitation() -> Html:
    """Before anybody has asked."""
    button = (
        f'<div class="downloads"><button type="button" data-count="{esc(words.COUNTING_WORDS)}">'
        f"{esc(words.COUNT_WORDS)}</button></div>"
    )
    return card(
        Html(button), kind="error-words", title=words.ERROR_WORDS, lead=words.ERROR_WORDS_LEAD
    )


def counted(recordings: Recordings, play: Playback, part: Part) -> Html:
    """Over all samples that count, wherever the player stands."""
    from lfdrt.evaluation.recordings.error_words import error_words

    recording, rows = play.recording, play.rows
    texts, missing = _texts(recordings, play)
    found = error_words(texts, recording.gold[rows], recording.predicted[rows], recording.labels)
    known = sum(text is not None for text in texts)
    said = fine(words.of_errors(sum(one.wrong for one in found), len(rows), len(rows) - known))
    said += Html("".join(f'<p class="fine" dir="auto">{esc(one)}</p>' for one in missing))
    lines = [(one, word) for one in found for word in one.words]
    if lines:
        title = part.saved("error-words", words.ERROR_WORDS)
        said += scroll(_table(found), words.ERROR_WORDS) + table_file(title, _rows(found))
        said += fine(words.ERROR_WORDS_ORDER)
    else:
        said += fine(words.NO_ERROR_WORDS if known else words.NO_TEXTS_AT_HAND)
    return card(said, kind="error-words", title=f"{words.ERROR_WORDS}: {part.runs[0].name}")


def _texts(recordings: Recordings, play: Playback) -> tuple[list[str | None], list[str]]:
    """Of the samples that count; and why some of them are not at hand, each reason once."""
    from lfdrt.data.lookup import texts_of
    from lfdrt.data.records import DataError

    recording, rows = play.recording, play.rows
    if recording.texts is not None:
        return [recording.texts[row] or None for row in rows.tolist()], []
    if recordings.data is None:
        sources = ", ".join(dict.fromkeys(one.source for one in recording.run.sets))
        return [None] * len(rows), [words.NO_DATA_AT_HAND.format(sources=sources)]
    texts: list[str | None] = [None] * len(rows)
    missing = []
    sets = recording.set_of[rows]
    for k in np.unique(sets).tolist():
        one = recording.run.sets[k]
        at = np.flatnonzero(sets == k).tolist()
        ids = [recording.ids[rows[i]] for i in at]
        try:
            known = texts_of(recordings.data, one.source, one.split, one.language, ids)
        except DataError as error:
            missing.append(str(error))
            continue
        for i, name in zip(at, ids, strict=True):
            texts[i] = known.get(name)
    return texts, missing


def _lines(found: tuple[ErrorWords, ...]) -> Iterator[tuple[str, str, int, int, float]]:
    for one in found:
        for word in one.words:
            yield one.label, word.word, word.wrong, word.all, word.expected


def _table(found: tuple[ErrorWords, ...]) -> Html:
    columns = [Column(html=esc(said), down=i > 1) for i, said in enumerate(words.ERROR_COLUMNS)]
    rows = [
        [
            Cell(html=Html(f'<bdi dir="auto">{esc(word)}</bdi>'), key=word),
            Cell(html=label_mark(label), key=label),
            Cell(html=esc(say.count(wrong)), key=wrong),
            Cell(html=esc(say.count(every)), key=every),
            Cell(html=esc(say.number(expected)), key=expected),
        ]
        for label, word, wrong, every, expected in _lines(found)
    ]
    return sortable(columns, rows, kind="numbers", caption=words.ERROR_WORDS)


def _rows(found: tuple[ErrorWords, ...]) -> Rows:
    lines = ((word, label, n, every, round(e, 3)) for label, word, n, every, e in _lines(found))
    return [words.ERROR_COLUMNS, *lines]
