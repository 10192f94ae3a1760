"""Helpers that write small made-up data sets; every sentence and picture is our own."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from PIL import Image

from lfdrt.data.sources.files import Item, Skipped

MELD_HEADER = "Sr No.,Utterance,Speaker,Emotion,Sentiment,Dialogue_ID,Utterance_ID,Season,Episode"


def write(path: Path, content: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, "utf-8", newline="")
    return path


def picture(path: Path, colour: str = "teal") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (24, 16), colour).save(path)
    return path


def clip(path: Path, colours: Iterable[str]) -> Path:
    """An MP4 of one frame for each colour at 10 frames a second; skips the test without PyAV."""
    av = pytest.importorskip("av", reason="video clips are read with PyAV (pip install av)")
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for colour in colours:
            frame = av.VideoFrame.from_image(Image.new("RGB", (64, 48), colour))
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def parted(items: Iterable[Item]) -> tuple[list[Item], list[Skipped]]:
    """Records and rows left out."""
    found = list(items)
    left_out = [item for item in found if isinstance(item, Skipped)]
    return [item for item in found if not isinstance(item, Skipped)], left_out
