"""Which settings a run folder goes on with."""

from dataclasses import asdict, replace
from pathlib import Path

import pytest

from lfdrt.errors import UserError
from lfdrt.runs.files import write_json
from lfdrt.training.pretrain.folder import refuse_other_settings
from tests.training.settings import TINY


def test_a_run_goes_on_with_its_own_settings_alone(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    refuse_other_settings(path, TINY)
    write_json(path, asdict(TINY))
    refuse_other_settings(path, replace(TINY, recompute=True))
    with pytest.raises(UserError, match="another steps"):
        refuse_other_settings(path, replace(TINY, steps=7))
    other = replace(TINY, weights=replace(TINY.weights, consistency=0.5))
    with pytest.raises(UserError, match="another weights"):
        refuse_other_settings(path, other)


def test_one_begun_before_there_was_a_setting_has_its_default(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    held = asdict(TINY)
    del held["switched"], held["weights"]["post_alignment"]
    write_json(path, held)
    still = replace(TINY, weights=replace(TINY.weights, post_alignment=0.0))
    refuse_other_settings(path, still)
    with pytest.raises(UserError, match="another switched"):
        refuse_other_settings(path, replace(still, switched=0.5))


def test_what_stands_beside_the_settings_is_compared_too(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    write_json(path, asdict(TINY) | {"rows": {"made": 3}})
    refuse_other_settings(path, TINY, rows={"made": 3})
    with pytest.raises(UserError, match="another rows"):
        refuse_other_settings(path, TINY, rows={"made": 4})
