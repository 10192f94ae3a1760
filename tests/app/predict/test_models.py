"""The list of models of the Predict tab, as an event would answer it. The rest: test_browser.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.models.service import Service
from app.predict.tab import models

BASE = ("tiny (7 classes)", "")
BESIDE = ("polarity (negative, neutral, positive)", "polarity")
TUNED = ("my own (tuned; 7 classes)", "7c")


@pytest.fixture
def service(two_folders: Path) -> Service:
    service = Service(two_folders, "cpu")
    service.register("7c", two_folders, "my own")
    return service


def test_a_visitor_is_listed_only_the_tuned_ones_that_are_named(service: Service) -> None:
    assert models(service, [], "").choices == [BASE, BESIDE]
    assert models(service, ["7c", "gone"], "").choices == [BASE, BESIDE, TUNED]


@pytest.mark.parametrize(
    ("tuned", "chosen", "value"),
    [
        (["7c"], "7c", "7c"),
        ([], "7c", ""),  # deleted, or another visitor's
        ([], "polarity", "polarity"),
        ([], None, ""),
    ],
)
def test_what_is_not_listed_cannot_be_chosen(
    service: Service, tuned: list[str], chosen: str | None, value: str
) -> None:
    assert models(service, tuned, chosen, choose=True).value == value


def test_a_new_list_undoes_no_choice_made_in_the_meantime(service: Service) -> None:
    """The choice that it was asked with is sent back only where it has gone."""
    assert "value" not in models(service, ["7c"], "7c").constructor_args
    assert models(service, [], "7c").constructor_args["value"] == ""


def test_another_name_is_listed(service: Service, two_folders: Path) -> None:
    service.register("7c", two_folders, "another")
    assert models(service, ["7c"], "").choices[-1] == ("another (tuned; 7 classes)", "7c")
