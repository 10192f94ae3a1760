"""A visitor's table as it is read for every tab."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from app.intake.reading import intake
from app.models.service import Service

if TYPE_CHECKING:
    from lfdrt.data.intake.read import Intake


@pytest.fixture(scope="module")
def service(tiny_folder: Path) -> Service:
    service = Service(tiny_folder, "cpu")
    service.start()
    assert service.wait(60)
    return service


def test_the_columns_that_were_chosen_are_used(service: Service, tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("a,b\nbir iki üç,joy\ndört beş altı,fear\n", encoding="utf-8")

    def read(columns: dict[str, str | None]) -> Intake:
        *reading, found = intake(service, str(table), "", "tr", columns)
        assert all('data-aloud="state"' in one for one in reading)
        return found

    assert [row.label for row in read({"text": "a", "label": "b"}).rows] == ["joy", "fear"]
    without = read({"text": "a", "label": None})
    assert [row.label for row in without.rows] == [None, None] and without.mapping.label is None
    guessed = read({})
    assert guessed.mapping.text == "a"
