"""A person's own labels as classes of a model."""

from __future__ import annotations

import pytest

from lfdrt.data import label_names
from lfdrt.data.label_names import guess_classes
from lfdrt.labels import EKMAN7, LABEL_SETS, POLARITY3, SIMS5

EKMAN = EKMAN7.labels


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        ("joy", "joy"),
        (" JOY ", "joy"),
        ("Wut", "anger"),
        ("korku", "fear"),
        ("Грусть", "sadness"),
        ("дуслык", None),
        ("فرح", "joy"),
        ("驚き", "surprise"),
        ("❤️", "joy"),
        ("🤢", "disgust"),
        ("no emotion", "neutral"),
        ("positive", "joy"),
        ("negative", None),
        ("", None),
    ],
)
def test_names_in_many_languages_and_emoji(value: str, meant: str | None) -> None:
    assert guess_classes([value], EKMAN) == {value: meant}


@pytest.mark.parametrize(
    ("values", "classes", "meant"),
    [
        ("-1 0 1", POLARITY3.labels, "negative neutral positive"),
        ("0 1 2", POLARITY3.labels, "negative neutral positive"),
        ("0 1", POLARITY3.labels, "negative positive"),
        ("1 2 4 5", SIMS5.labels, "negative,weakly negative,weakly positive,positive"),
        ("0 3 6", EKMAN, "anger joy surprise"),
        ("1 4 7", EKMAN, "anger joy surprise"),
        ("joy anger", POLARITY3.labels, "positive negative"),
    ],
)
def test_numbers_and_polarity(values: str, classes: tuple[str, ...], meant: str) -> None:
    told = meant.split(",") if "," in meant else meant.split()
    assert list(guess_classes(values.split(), classes).values()) == told


def test_numbers_that_are_no_places_mean_nothing() -> None:
    assert guess_classes(["0", "12"], EKMAN) == {"0": None, "12": None}
    assert guess_classes(["0", "joy"], EKMAN) == {"0": None, "joy": "joy"}


def test_a_class_of_every_label_set_means_itself() -> None:
    for labels in LABEL_SETS.values():
        assert guess_classes(labels.labels, labels.labels) == {n: n for n in labels.labels}


def test_no_word_means_two_feelings() -> None:
    feelings = [label_names._KEYS[name] for name in EKMAN]
    assert sum(map(len, feelings)) == len(frozenset().union(*feelings))
