"""Drawn faces: deterministic, every emotion its own picture, any size."""

from __future__ import annotations

import random

import numpy as np
import pytest

from lfdrt.data.drawn.face import EXPRESSIONS, draw_face

EKMAN7 = ["anger", "disgust", "fear", "joy", "neutral", "sadness", "surprise"]


def _pixels(emotion: str, seed: int, size: int = 96) -> np.ndarray:
    return np.asarray(draw_face(emotion, random.Random(seed), size), dtype=np.int16)


def test_the_seven_emotions_are_drawn() -> None:
    assert sorted(EXPRESSIONS) == EKMAN7


@pytest.mark.parametrize("emotion", EKMAN7)
@pytest.mark.parametrize("size", [16, 96, 225])
def test_picture_is_rgb_of_the_size_asked_for(emotion: str, size: int) -> None:
    image = draw_face(emotion, random.Random(3), size)
    assert image.mode == "RGB" and image.size == (size, size)
    assert len(image.getcolors(size * size) or []) > 20


def test_same_seed_same_pixels_other_seed_other_person() -> None:
    assert (_pixels("joy", 5) == _pixels("joy", 5)).all()
    assert (_pixels("joy", 5) != _pixels("joy", 6)).mean() > 0.2


def test_emotions_of_one_person_differ_in_the_face() -> None:
    faces = [_pixels(emotion, 1)[20:80, 20:76] for emotion in EKMAN7]
    for i, a in enumerate(faces):
        for b in faces[:i]:
            assert (np.abs(a - b).max(-1) > 24).mean() > 0.02


def test_the_global_random_state_is_left_alone() -> None:
    random.seed(0)
    before = random.getstate()
    draw_face("fear", random.Random(2), 48)
    assert random.getstate() == before


def test_unknown_emotion_names_the_choices() -> None:
    with pytest.raises(ValueError, match="'bored'.*sadness"):
        draw_face("bored", random.Random(0))
