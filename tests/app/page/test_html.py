"""HTML is a type: what was not escaped does not check in its place."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from app.page.html import Html, esc

ROOT = Path(__file__).parents[3]
ESCAPED = 'card(esc(said) + Html("<br>"), kind="escaped")'
PLAIN = [
    f"card({given}, kind='not escaped')"
    for given in ("said", 'f"<b>{said}</b>"', "esc(said) + said")
]
PROGRAM = ["from app.page.html import Html, card, esc", "said: str = input()", ESCAPED, *PLAIN]


def test_what_is_escaped_stays_html() -> None:
    both = esc("<a & b>") + Html("<br>")
    assert isinstance(both, Html) and both == "&lt;a &amp; b&gt;<br>"


@pytest.mark.slow  # mypy is started: seconds after another run of it, whose cache it takes
def test_a_plain_string_does_not_check(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text("\n".join(PROGRAM), encoding="utf-8")
    told = subprocess.run(
        [sys.executable, "-m", "mypy", str(program)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    errors = re.findall(r"program\.py:(\d+): error", told.stdout)
    wrong = [str(n) for n, line in enumerate(PROGRAM, start=1) if line in PLAIN]
    assert told.returncode == 1 and errors == wrong, told
