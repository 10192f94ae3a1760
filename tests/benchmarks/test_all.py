"""The table of all benchmarks: which scripts are in it, and how it is made of what they say."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.benchmarks import all as everything
from tests.benchmarks.all import BENCHMARKS, QUALITY, Benchmark, Figure, main, rows


def test_every_script_is_in_it_or_measures_something_else() -> None:
    folder = Path(everything.__file__).parent
    told = 'if __name__ == "__main__":'
    scripts = {p.stem for p in folder.glob("*.py") if f"\n{told}" in p.read_text("utf-8")}
    assert scripts - {"all"} == {one.script for one in BENCHMARKS} | (QUALITY & scripts)
    assert scripts >= QUALITY


def test_a_row_is_what_was_told_or_says_that_it_was_not() -> None:
    said = "table: 4.2 s, the bare encoder 3.9 s.\n"
    figures = (
        Figure(what="a", found=r"table: ([\d.]+)", floor=r"encoder ([\d.]+)", goal="10"),
        Figure(what="b", found=r"another: ([\d.]+)", floor="1"),
    )
    made = Benchmark(script="speed", options=("table",), figures=figures)
    assert rows(made, said, "0.3") == [
        "| a | 4.2 | 3.9 | 10 | `speed table` | 0.3 |",
        "| b | not told | 1 |  | `speed table` | 0.3 |",
    ]


def test_what_cannot_run_here_is_in_the_table_with_its_reason(tmp_path: Path) -> None:
    main(["--out", str(tmp_path / "t.md"), "--only", "steps"])
    table = (tmp_path / "t.md").read_text("utf-8")
    assert "by its encoder passes | left out: needs --data and --towers | 1 | 1.3 |" in table
    with pytest.raises(SystemExit):
        main(["--out", str(tmp_path / "t.md"), "--only", "nosuch"])
