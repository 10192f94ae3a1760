"""The page's way to recordings: which there are, how they are played, and what was read.

Recordings are read once and kept; nothing of them is ever written. Texts of other people's data are
not in a recording: they are looked up by id in the data folder, where there is one.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from app.jobs.families import RECORDINGS
from app.service import Refused

if TYPE_CHECKING:
    from lfdrt.evaluation.playback import Playback, PlayedSample
    from lfdrt.evaluation.playback_choice import Choice
    from lfdrt.evaluation.playback_pair import PairPlayback
    from lfdrt.evaluation.recording import RecordedRun, Recording

PLAYED = 12
"""Playbacks in memory: 3 MB for 16,000 rows of 7 classes."""


class Recordings:
    """`data`: the folder of data sets, None where this machine has none."""

    def __init__(self, data: Path | None, folder: Path = RECORDINGS) -> None:
        self._data, self._folder = data, folder
        self._read = lru_cache(maxsize=8)(self._read_anew)
        self._play = lru_cache(maxsize=PLAYED)(self._play_anew)
        self._sample = lru_cache(maxsize=40)(self._sample_anew)

    def names(self) -> list[str]:
        """The folders' names, which are the keys of all other methods."""
        from lfdrt.evaluation.recording_files import list_recordings

        return [path.name for path in list_recordings(self._folder)]

    def run(self, name: str) -> RecordedRun:
        """Raises Refused."""
        return self.recording(name).run

    def recording(self, name: str) -> Recording:
        """Raises Refused: none of this name, or a damaged one."""
        if name not in self.names():
            raise Refused(f"There is no recording called {name!r}.")
        return self._read(name)

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
        if self._data is None:
            raise Refused(
                f"The texts of {one.source} are not part of this program. Start it with --data "
                "FOLDER where you have them."
            )
        try:
            return texts_of(self._data, one.source, one.split, one.language, [one.id])[one.id]
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

    def _read_anew(self, name: str) -> Recording:
        from lfdrt.evaluation.recording import RecordingError
        from lfdrt.evaluation.recording_files import read_recording

        try:
            return read_recording(self._folder / name)
        except RecordingError as error:
            raise Refused(str(error)) from error

    def _play_anew(self, first: str, second: str, choice: Choice) -> Playback | PairPlayback:
        from lfdrt.evaluation.playback import play
        from lfdrt.evaluation.playback_pair import play_pair
        from lfdrt.evaluation.recording import RecordingError

        try:
            if second:
                return play_pair(self._read(first), self._read(second), choice)
            return play(self._read(first), choice)
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


def choice(
    *,
    sources: tuple[str, ...],
    languages: tuple[str, ...],
    families: tuple[str, ...],
    classes: tuple[str, ...],
    only: str,
    mixed: bool,
) -> Choice:
    """What a visitor chose, as the player takes it. Raises Refused."""
    from lfdrt.evaluation.playback_choice import Choice

    try:
        return Choice(
            sources=sources,
            languages=languages,
            families=families,
            classes=classes,
            only=only,
            mixed=mixed,
        )
    except ValueError as error:
        raise Refused(str(error)) from error
