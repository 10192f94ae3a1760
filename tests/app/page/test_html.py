"""HTML is a type: what was not escaped does not check in its place."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from app.page.html import Html, esc

ROOT = Path(__file__).parents[3]
PROGRAM = """
from app.page.html import Html, card, esc
said: str = input()
card(esc(said) + Html("<br>"), kind="escaped")
card({given}, kind="not escaped")
"""


def test_what_is_escaped_stays_html() -> None:
    both = esc("<a & b>") + Html("<br>")
    assert isinstance(both, Html) and both == "&lt;a &amp; b&gt;<br>"


@pytest.mark.slow  # mypy is started
@pytest.mark.parametrize("given", ["said", 'f"<b>{said}</b>"', "esc(said) + said"])
def test_a_plain_string_does_not_check(given: str, tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM.format(given=given), encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--config-file=", "--ignore-missing-imports"]
    told = subprocess.run(
        [*command, "--follow-imports=silent", str(program)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 1 and "program.py:5: error" in told.stdout, told
    assert told.stdout.count(": error") == 1
