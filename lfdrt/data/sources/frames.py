"""The middle frame of a video clip as a JPEG, extracted once (PyAV) and kept in a folder.

The middle frame and not that with the largest face: no dependency of this project finds faces, and
one for this alone is not worth its weights.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lfdrt.data.images import MAX_PIXELS, shrink, without_metadata
from lfdrt.data.records import DataError
from lfdrt.runs.files import replace_whole

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.stream import VideoStream
    from PIL import Image

FOLDER = "lfdrt-frames"
LONGEST = 512  # pixels; towers read 224 to 336, and a frame then takes some 40 kB


class ClipError(DataError):
    """A clip that is missing or cannot be decoded; the message says which and why."""


@dataclass(frozen=True)
class FrameCache:
    """Frames under generated names in `folder`, which is made when the first one is kept."""

    folder: Path

    def frame(self, clip: Path) -> Path:
        """The clip's middle frame as a JPEG file. Raises ClipError; DataError without PyAV."""
        try:
            size = clip.stat().st_size
        except OSError as error:
            raise ClipError(f"{clip.name} is not there") from error
        key = f"{clip.parent.name}/{clip.name}/{size}"  # stays when the data set is moved
        path = self.folder / f"{hashlib.sha256(key.encode()).hexdigest()[:20]}.jpg"
        if not path.is_file():
            content = without_metadata(shrink(middle_frame(clip), LONGEST), format="JPEG")
            self.folder.mkdir(parents=True, exist_ok=True)
            replace_whole(path, content)
        return path


def middle_frame(clip: Path) -> Image.Image:
    """The frame at half of an MP4 clip's time. Raises ClipError; DataError without PyAV."""
    try:
        import av
    except ModuleNotFoundError as error:
        raise DataError("Video clips are read with PyAV: pip install av") from error
    try:
        # A stream and a fixed format: a playlist in disguise cannot make it open other addresses.
        with clip.open("rb") as stream, av.open(stream, format="mp4") as container:
            return _decoded(container, container.streams.video[0])
    # IndexError: no video stream; av's errors are OSError and ValueError by turns.
    except (OSError, ValueError, IndexError, EOFError, MemoryError) as error:
        raise ClipError(
            f"{clip.name} cannot be decoded ({error or type(error).__name__})"
        ) from error


def _decoded(container: InputContainer, video: VideoStream) -> Image.Image:
    """Times are read from the packets: what a header says of its length is often wrong."""
    if video.width * video.height > MAX_PIXELS:
        raise ValueError(f"{video.width} x {video.height} pixels")
    times = [packet.pts for packet in container.demux(video) if packet.pts is not None]
    if not times:
        raise ValueError("no frames")
    middle = (min(times) + max(times)) // 2
    container.seek(middle, stream=video)  # to the key frame before it
    frame = None
    for frame in container.decode(video):
        if frame.pts is not None and frame.pts >= middle:
            break
    if frame is None:
        raise ValueError("no frames")
    return frame.to_image()
