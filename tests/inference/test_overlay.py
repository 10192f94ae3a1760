"""The picture overlay of the bundled checkpoint: regions attend by what they show.

A face drawn into one corner of a picture must change the regions of that corner, or the overlay
says nothing about the picture. It says nothing about right or wrong predictions.
"""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lfdrt.data.drawn.face import draw_face
from lfdrt.inference import Predictor, Sample, View
from lfdrt.runtime import resolve_runtime

COMPACT = Path(__file__).resolve().parents[2] / "checkpoints" / "compact"
SIDE = 224
GROUND = (128, 128, 128)
TEXT = "I cannot believe how happy this makes me"


@pytest.fixture(scope="module")
def predictor() -> Predictor:
    return Predictor.load(COMPACT, resolve_runtime("cpu"))


def corner(face: Image.Image, right: bool, low: bool) -> Image.Image:
    picture = Image.new("RGB", (SIDE, SIDE), GROUND)
    half = SIDE // 2
    picture.paste(face.resize((half, half)), (half * right, half * low))
    return picture


def centroid(predictor: Predictor, picture: Image.Image, empty: np.ndarray) -> np.ndarray:
    """Where regions attend otherwise than in a picture of nothing: (row, column) in cells."""
    grid = predictor.predict(Sample(text=TEXT, image=picture, language="en"), View.REGIONS).grid
    assert grid is not None
    change = np.abs(grid - empty).sum(axis=-1)  # (side, side)
    rows, columns = np.indices(change.shape)
    return np.array([(rows * change).sum(), (columns * change).sum()]) / change.sum()


def test_the_overlay_moves_with_the_face(predictor: Predictor) -> None:
    """From corner to corner a face moves by half the grid, two cells: its trace moves the same way
    for every face, and by half a cell or more on average (the rest of the picture attends too)."""
    nothing = Image.new("RGB", (SIDE, SIDE), GROUND)
    sample = Sample(text=TEXT, image=nothing, language="en")
    empty = predictor.predict(sample, View.REGIONS).grid
    assert empty is not None
    moves = []
    for seed, emotion in enumerate(["joy", "surprise", "anger", "sadness", "fear"]):
        face = draw_face(emotion, random.Random(seed), 128)
        at = {
            (low, right): centroid(predictor, corner(face, right, low), empty)
            for low in (False, True)
            for right in (False, True)
        }
        for fixed in (False, True):
            moves.append(at[True, fixed][0] - at[False, fixed][0])
            moves.append(at[fixed, True][1] - at[fixed, False][1])
    assert min(moves) > 0 and sum(moves) / len(moves) > 0.5, moves
