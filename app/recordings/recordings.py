"""The page's way to recordings: which there are, how they are played, and what was read.

The bundled ones go by their folders' names, visitors' own ones by their ids. Recordings are read
once and kept; nothing of them is ever written. Texts of other people's data are not in a recording:
they are looked up by id in the data folder, where there is one.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from app.jobs.kind import DONE
from app.models.requests import Refused
from app.places import RECORDINGS
from app.recordings import words
from app.recordings.kind import RecordingJobs, whole

if TYPE_CHECKING:
    from lfdrt.evaluation.recordings.choice import Choice
    from lfdrt.evaluation.recordings.pair import PairPlayback
    from lfdrt.evaluation.recordings.playback import Playback, PlayedSample
    from lfdrt.evaluation.recordings.recording import RecordedRun, Recording

log = logging.getLogger(__name__)

PLAYED = 12
"""Playbacks in memory: 3 MB for 16,000 rows of 7 classes."""


class Recordings:
    """`data`: the folder of data sets, None where this machine has none. own: visitors' own.
    folder: of the bundled ones."""

    def __init__(self, data: Path | None, own: RecordingJobs, folder: Path = RECORDINGS) -> None:
        self.data, self.own, self._folder = data, own, folder
        self._read = lru_cache(maxsize=8)(self._read_anew)
        self._play = lru_cache(maxsize=PLAYED)(self._play_anew)
        self._sample = lru_cache(maxsize=40)(self._sample_anew)

    def forget(self) -> None:
        """Nothing of deleted ones stays in memory; the others are read anew when next played."""
        self._read.cache_clear()
        self._play.cache_clear()

    def names(self) -> list[str]:
        """Of the bundled ones, which are also their keys."""
        from lfdrt.evaluation.recordings.files import list_recordings

        return [path.name for path in list_recordings(self._folder)]

    def listed(self, owner: str) -> list[tuple[str, str]]:
        """What a visitor can play: names with the keys that all other methods take, the visitor's
        own first."""
        own = [one for one in self.own.history(owner) if one.state == DONE]
        mine = [(words.YOURS.format(name=one.name), one.id) for one in own]
        return [*mine, *((words.titled(name), name) for name in self.names())]

    def may_play(self, key: str, owner: str) -> bool:
        """Whether there is one that this visitor may play."""
        return key in [known for _, known in self.listed(owner)]

    def run(self, key: str) -> RecordedRun:
        """Raises Refused."""
        return self.recording(key).run

    def recording(self, key: str) -> Recording:
        """Raises Refused: none of this key, or a damaged one."""
        if self._is_bundled(key):
            return self._read(self._folder / key, "", "")
        found = whole(self.own, key)
        if found is None:
            raise Refused(words.NO_SUCH_RECORDING)
        folder, record = found
        return self._read(folder, record.name, record.spec.model)

    def _is_bundled(self, key: str) -> bool:
        """Without listing them all: a player asks several times a second. A key is one name."""
        from lfdrt.evaluation.recordings.files import is_recording

        return Path(key).name == key != ".." and is_recording(self._folder / key)

    def play(self, first: str, second: str, choice: Choice) -> Playback | PairPlayback:
        """`second`: "" for one alone. Raises Refused."""
        self.recording(first)
        if second:
            self.recording(second)
        return self._play(first, second, choice)

    def text(self, one: PlayedSample) -> str:
        """Raises Refused where the text is not on this machine: a sentence."""
        from lfdrt.data.lookup import texts_of
        from lfdrt.data.records import DataError

        if one.text is not None:
            return one.text
        if self.data is None:
            raise Refused(
                f"The texts of {one.source} are not part of this program. Start it with --data "
                "FOLDER where you have them."
            )
        try:
            return texts_of(self.data, one.source, one.split, one.language, [one.id])[one.id]
        except DataError as error:
            raise Refused(str(error)) from error
        except KeyError:
            raise Refused(f"{one.id} is not in {one.source} on this machine.") from None

    def ours(self, one: PlayedSample) -> tuple[bytes | None, str, bool]:
        """Of our own sample set: the picture that was read, the English of the text, and whether
        the two were put together to contradict each other."""
        if one.text is None:
            return None, "", False
        row = self._sample(one.language).get(one.id)
        if row is None:
            return None, "", False
        picture, english, against = row
        return (picture if one.picture else None), english, against and bool(one.picture)

    def _read_anew(self, folder: Path, name: str, model: str) -> Recording:
        """name, model: as its owner calls them, "" without one; a renamed one is read anew."""
        from lfdrt.evaluation.recordings.files import read_recording
        from lfdrt.evaluation.recordings.recording import RecordingError

        try:
            recording = read_recording(folder)
        except (RecordingError, OSError) as error:
            log.warning("recording %s: %s", folder, error)
            again = words.RECORD_AGAIN if name else words.COPY_AGAIN
            said = words.DAMAGED.format(name=name or folder.name)
            raise Refused(f"{said} {again}") from error
        if not name:
            return recording
        return replace(recording, run=replace(recording.run, name=name, checkpoint=model))

    def _play_anew(self, first: str, second: str, choice: Choice) -> Playback | PairPlayback:
        from lfdrt.evaluation.recordings.pair import play_pair
        from lfdrt.evaluation.recordings.playback import play
        from lfdrt.evaluation.recordings.recording import RecordingError

        try:
            if second:
                return play_pair(self.recording(first), self.recording(second), choice)
            return play(self.recording(first), choice)
        except (RecordingError, ValueError) as error:
            raise Refused(str(error)) from error

    def _sample_anew(self, language: str) -> dict[str, tuple[bytes, str, bool]]:
        from lfdrt.data.records import DataError
        from lfdrt.data.sources.sample import MISMATCHED, read_sample

        try:
            rows = read_sample(language)
        except DataError:
            return {}
        return {r.id: (r.image.data, r.english, r.pairing == MISMATCHED) for r in rows}
