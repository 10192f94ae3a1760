"""The table of all benchmarks: which scripts are in it, and how it is made of what they say."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.benchmarks import all as everything
from tests.benchmarks.all import BENCHMARKS, QUALITY, Benchmark, Figure, main, rows, run


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


def test_a_script_runs_and_its_figures_are_found_in_what_it_says() -> None:
    listed = next(one for one in BENCHMARKS if one.script == "losses")
    smaller = replace(listed, options=("--words=1000", "--positions=8", "--width=32"))
    said, why = run(smaller, None, None)
    assert not why
    for figure in listed.figures:
        assert re.search(figure.found, said) and re.search(figure.floor, said)


def test_one_that_fails_or_is_late_says_so_and_keeps_what_it_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wrong = Benchmark(script="losses", options=("--nosuch",), figures=())
    assert "unrecognized arguments: --nosuch" in run(wrong, None, None)[1]
    monkeypatch.setattr(everything, "LONGEST", 0)
    late = Benchmark(script="losses", figures=())
    assert run(late, None, None) == ("", "not through in 0 s")
